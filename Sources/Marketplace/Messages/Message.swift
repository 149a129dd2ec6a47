import ABI

/// A decoded message: what an account asks the application to do.
public enum Message: Sendable {
    case postJob(terms: JobTerms, termsHash: Bytes32, maxRent: UInt256)
    /// A piece of a file of one job.
    case upload(UInt256, UploadPiece)
    /// What else is asked of one job.
    case job(UInt256, JobMessage)
    case withdraw(Withdrawal)
    /// Runs a message as the account that signed it.
    case relay(RelayMessage, signature: [UInt8])

    /// What an account wants out, and who gets it.
    public struct Withdrawal: Sendable {
        public let assets: Assets
        /// The last argument: the 20 bytes of an address, or none for the sender itself.
        public let recipient: [UInt8]

        public enum Assets: Sendable {
            case ether(UInt256)
            case erc20(token: Address, amount: UInt256)
            case erc721(token: Address, id: UInt256)
            case erc1155(token: Address, id: UInt256, amount: UInt256)
            case erc1155Batch(token: Address, ids: [UInt256], amounts: [UInt256])
        }
    }
}

/// A message to a job, but for the pieces of its files.
public enum JobMessage: Sendable {
    case cancel
    case accept(termsHash: Bytes32, payout: Address, proof: [Bytes32])
    case commit(Bytes32)
    case submit(modelCid: [UInt8], dataCid: [UInt8], salt: Bytes32)
    case advance
    case revealData(dataCid: [UInt8], salt: Bytes32)
    case claim(loss: UInt256)
    case send(to: Address, body: [UInt8])
}

/// One piece of a file, as it was sent.
public struct UploadPiece: Sendable {
    public let cid: [UInt8]
    /// Of the whole stream.
    public let size: UInt32
    public let offset: UInt32
    public let bytes: [UInt8]
}

extension Message {
    /// Decodes a payload. Refused with `unknownMessage` or `malformedMessage`.
    public init(payload: [UInt8]) throws(Refusal) {
        guard let selector = ABIFunction.selector(of: payload) else {
            throw Refusal(.unknownMessage, at: "payload of \(payload.count) bytes")
        }
        guard let function = Message.function(for: selector) else {
            throw Refusal(.unknownMessage)
        }
        let message: Message
        do throws(ABIError) {
            var fields = ABIFields(try function.decode(payload))
            message = try Message(function, &fields, payload)
        } catch {
            throw Refusal(.malformedMessage, at: Message.place(of: error, in: function))
        }
        self = message
    }

    /// `upload: dirtyPadding at byte 36`, counted from the first byte behind the selector.
    private static func place(of error: ABIError, in function: ABIFunction) -> String {
        guard let offset = error.offset else { return "\(function.name): \(error.code)" }
        return "\(function.name): \(error.code) at byte \(offset)"
    }

    private static func function(for selector: UInt32) -> ABIFunction? {
        for function in MessageFunctions.all where function.selector == selector {
            return function
        }
        return nil
    }

    private init(
        _ function: ABIFunction, _ fields: inout ABIFields, _ payload: [UInt8]
    ) throws(ABIError) {
        switch function.selector {
        case MessageFunctions.postJob.selector:
            var tuple = try fields.tuple()
            // Decoding is strict: behind selector, offset and rent follow the terms to the last
            // byte, so this is the hash of abi.encode(terms).
            self = .postJob(
                terms: try JobTerms(&tuple),
                termsHash: Keccak256.hash(UInt256(UInt64(32)).bytes32.bytes + payload[68...]),
                maxRent: try fields.uint256())
        case MessageFunctions.relay.selector:
            let relay = RelayMessage(
                signer: try fields.address(), nonce: try fields.uint256(),
                deadline: try fields.uint64(), message: try fields.bytes())
            self = .relay(relay, signature: try fields.bytes())
        case MessageFunctions.withdrawEther.selector, MessageFunctions.withdrawERC20.selector,
            MessageFunctions.withdrawERC721.selector,
            MessageFunctions.withdrawERC1155Single.selector,
            MessageFunctions.withdrawERC1155Batch.selector:
            self = .withdraw(
                Withdrawal(
                    assets: try Withdrawal.Assets(function, &fields),
                    recipient: try fields.bytes()))
        case MessageFunctions.upload.selector:
            let job = try fields.uint256()
            self = .upload(
                job,
                UploadPiece(
                    cid: try fields.bytes(), size: try fields.uint32(),
                    offset: try fields.uint32(), bytes: try fields.bytes()))
        default:
            self = .job(try fields.uint256(), try JobMessage(function, &fields))
        }
    }
}

extension JobMessage {
    /// The arguments behind the job's number.
    fileprivate init(_ function: ABIFunction, _ fields: inout ABIFields) throws(ABIError) {
        switch function.selector {
        case MessageFunctions.cancelJob.selector:
            self = .cancel
        case MessageFunctions.acceptJob.selector:
            self = .accept(
                termsHash: try fields.bytes32(), payout: try fields.address(),
                proof: try fields.bytes32Array())
        case MessageFunctions.commit.selector:
            self = .commit(try fields.bytes32())
        case MessageFunctions.submit.selector:
            self = .submit(
                modelCid: try fields.bytes(), dataCid: try fields.bytes(),
                salt: try fields.bytes32())
        case MessageFunctions.advance.selector:
            self = .advance
        case MessageFunctions.revealData.selector:
            self = .revealData(dataCid: try fields.bytes(), salt: try fields.bytes32())
        case MessageFunctions.claim.selector:
            self = .claim(loss: try fields.uint256())
        case MessageFunctions.sendMessage.selector:
            self = .send(to: try fields.address(), body: try fields.bytes())
        default:
            throw .typeMismatch
        }
    }
}

extension Message.Withdrawal.Assets {
    fileprivate init(_ function: ABIFunction, _ fields: inout ABIFields) throws(ABIError) {
        switch function.selector {
        case MessageFunctions.withdrawEther.selector:
            self = .ether(try fields.uint256())
        case MessageFunctions.withdrawERC20.selector:
            self = .erc20(token: try fields.address(), amount: try fields.uint256())
        case MessageFunctions.withdrawERC721.selector:
            self = .erc721(token: try fields.address(), id: try fields.uint256())
        case MessageFunctions.withdrawERC1155Single.selector:
            self = .erc1155(
                token: try fields.address(), id: try fields.uint256(),
                amount: try fields.uint256())
        case MessageFunctions.withdrawERC1155Batch.selector:
            self = .erc1155Batch(
                token: try fields.address(), ids: try fields.uint256Array(),
                amounts: try fields.uint256Array())
        default:
            throw .typeMismatch
        }
    }
}
