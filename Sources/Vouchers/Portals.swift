import ABI

/// The five portal contracts whose inputs are deposits.
public struct PortalAddresses: Equatable, Sendable {
    public var ether: Address
    public var erc20: Address
    public var erc721: Address
    public var erc1155Single: Address
    public var erc1155Batch: Address

    public init(
        ether: Address, erc20: Address, erc721: Address, erc1155Single: Address,
        erc1155Batch: Address
    ) {
        self.ether = ether
        self.erc20 = erc20
        self.erc721 = erc721
        self.erc1155Single = erc1155Single
        self.erc1155Batch = erc1155Batch
    }

    /// All five: Ether, ERC-20, ERC-721, ERC-1155 single and batch.
    public var all: [Address] { [ether, erc20, erc721, erc1155Single, erc1155Batch] }

    /// Whether `address` is one of the portals.
    public func contains(_ address: Address) -> Bool {
        address == ether || address == erc20 || address == erc721 || address == erc1155Single
            || address == erc1155Batch
    }

    /// Whether they are five contracts, as one set has to be.
    public var areDifferent: Bool {
        var seen: [Address] = [.zero]
        for address in all {
            for other in seen where other == address { return false }
            seen.append(address)
        }
        return true
    }
}

/// What a portal says that someone gave to the application.
public struct Deposit: Equatable, Sendable {
    /// An amount of one asset.
    public struct Credit: Equatable, Sendable {
        public let asset: Asset
        public let amount: UInt256
    }

    public let depositor: Address
    public let credits: [Credit]
    /// A message that the depositor sends along, or nothing.
    public let executionLayerData: [UInt8]
}

extension Deposit {
    /// Reads the payload of an input that `portal` sent; nil when it is not one that a portal of
    /// Rollups Contracts 2 or 3 makes.
    ///
    /// Layouts, packed unless said otherwise (`InputEncoding.sol` of the contracts):
    /// Ether `sender20 wei32 exec`; ERC-20 `token20 sender20 amount32 exec`;
    /// ERC-721 `token20 sender20 id32 abi(bytes base, bytes exec)`;
    /// ERC-1155 single `token20 sender20 id32 amount32 abi(bytes base, bytes exec)`;
    /// ERC-1155 batch `token20 sender20 abi(uint256[] ids, uint256[] amounts, bytes base, bytes exec)`.
    public init?(payload: [UInt8], from portal: Address, of portals: PortalAddresses) {
        var reader = ByteReader(payload)
        if portal == portals.ether {
            guard let sender = reader.address(), let amount = reader.word() else { return nil }
            self.init(
                depositor: sender, credits: [Credit(asset: .ether, amount: amount)],
                executionLayerData: reader.rest())
            return
        }
        guard let token = reader.address(), let sender = reader.address() else { return nil }
        if portal == portals.erc20 {
            guard let amount = reader.word() else { return nil }
            self.init(
                depositor: sender, credits: [Credit(asset: .erc20(token), amount: amount)],
                executionLayerData: reader.rest())
        } else if portal == portals.erc721 {
            guard let id = reader.word(), let data = reader.executionLayerData() else { return nil }
            self.init(
                depositor: sender, credits: [Credit(asset: .erc721(token, id: id), amount: .one)],
                executionLayerData: data)
        } else if portal == portals.erc1155Single {
            guard let id = reader.word(), let amount = reader.word(),
                let data = reader.executionLayerData()
            else { return nil }
            self.init(
                depositor: sender,
                credits: [Credit(asset: .erc1155(token, id: id), amount: amount)],
                executionLayerData: data)
        } else if portal == portals.erc1155Batch {
            guard let (credits, data) = reader.batch(of: token) else { return nil }
            self.init(depositor: sender, credits: credits, executionLayerData: data)
        } else {
            return nil
        }
    }
}

extension ByteReader {
    fileprivate mutating func address() -> Address? {
        guard let start = try? skip(20) else { return nil }
        return Address(bytes, at: start)
    }

    fileprivate mutating func word() -> UInt256? {
        guard let start = try? skip(32), let word = Bytes32(bytes, at: start) else { return nil }
        return UInt256(word)
    }

    fileprivate mutating func rest() -> [UInt8] {
        (try? readBytes(remaining)) ?? []
    }

    /// `abi.encode(bytes baseLayerData, bytes executionLayerData)`, the second one.
    fileprivate mutating func executionLayerData() -> [UInt8]? {
        let parameters = [
            ABIParameter("baseLayerData", .bytes), ABIParameter("executionLayerData", .bytes),
        ]
        guard let values = try? ABIDecoder.decode(parameters, from: bytes, at: offset) else {
            return nil
        }
        var fields = ABIFields(values)
        guard (try? fields.bytes()) != nil else { return nil }
        return try? fields.bytes()
    }

    fileprivate mutating func batch(of token: Address) -> ([Deposit.Credit], [UInt8])? {
        let parameters = [
            ABIParameter("ids", .array(.uint256)), ABIParameter("amounts", .array(.uint256)),
            ABIParameter("baseLayerData", .bytes), ABIParameter("executionLayerData", .bytes),
        ]
        guard let values = try? ABIDecoder.decode(parameters, from: bytes, at: offset) else {
            return nil
        }
        var fields = ABIFields(values)
        guard let ids = try? fields.uint256Array(), let amounts = try? fields.uint256Array(),
            ids.count == amounts.count, (try? fields.bytes()) != nil,
            let data = try? fields.bytes()
        else { return nil }
        var credits: [Deposit.Credit] = []
        for (id, amount) in zip(ids, amounts) {
            credits.append(Deposit.Credit(asset: .erc1155(token, id: id), amount: amount))
        }
        return (credits, data)
    }
}
