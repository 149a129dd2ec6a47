import ABI
import Vouchers

/// What a message may know about the input that brought it.
struct Context {
    let chainID: UInt64
    let application: Address
    var sender: Address
    /// Seconds: the timestamp of the block.
    let now: UInt64
    let inputIndex: UInt64
    let configuration: Configuration

    /// For asking what time alone does to a job: nobody sends anything.
    init(at now: UInt64, _ configuration: Configuration) {
        chainID = 0
        application = .zero
        sender = .zero
        self.now = now
        inputIndex = 0
        self.configuration = configuration
    }

    /// How this input pays out.
    var payout: Payout { configuration.payout(from: application) }

    /// Whether `address` can be paid: see `Configuration.canPay`.
    func canPay(_ address: Address) -> Bool {
        configuration.canPay(address, from: application)
    }

    /// The same input, acting for another account.
    func by(_ sender: Address) -> Context {
        var context = self
        context.sender = sender
        return context
    }

    /// Refused with `missingMetadata` when the server left a field out.
    init(_ metadata: Metadata, sender: Address, _ configuration: Configuration) throws(Refusal) {
        guard let chainID = metadata.chainID else {
            throw Refusal(.missingMetadata, at: "chain_id")
        }
        guard let application = metadata.appContract else {
            throw Refusal(.missingMetadata, at: "app_contract")
        }
        guard let now = metadata.blockTimestamp else {
            throw Refusal(.missingMetadata, at: "block_timestamp")
        }
        guard let inputIndex = metadata.inputIndex else {
            throw Refusal(.missingMetadata, at: "input_index")
        }
        self.chainID = chainID
        self.application = application
        self.sender = sender
        self.now = now
        self.inputIndex = inputIndex
        self.configuration = configuration
    }
}
