import ABI

/// The functions by which deposits are made, as a release's portals have them. `addInput` and
/// `depositEther` never changed; the others were renamed, and so have other selectors, in version 3.
/// What the portals send to the application is the same.
public struct PortalFunctions: Sendable {
    public let ether: ABIFunction
    public let erc20: ABIFunction
    public let erc721: ABIFunction
    public let erc1155Single: ABIFunction
    public let erc1155Batch: ABIFunction

    /// `InputBox.addInput`: how everything that is no deposit comes in.
    public static let addInput = ABIFunction("addInput", app, ABIParameter("payload", .bytes))

    /// Rollups Contracts 2.
    public static let v2 = PortalFunctions(
        erc20: "depositERC20Tokens", erc721: "depositERC721Token",
        erc1155Single: "depositSingleERC1155Token", erc1155Batch: "depositBatchERC1155Token")
    /// Rollups Contracts 3, from 3.0.0-alpha.7 on.
    public static let v3 = PortalFunctions(
        erc20: "depositErc20Tokens", erc721: "depositErc721Token",
        erc1155Single: "depositSingleErc1155Token", erc1155Batch: "depositBatchErc1155Token")

    /// Those of `release`; of contracts of one's own, which may be of either version, both.
    public static func sets(of release: ContractsRelease?) -> [PortalFunctions] {
        switch release {
        case .v2_0, .v2_1: return [.v2]
        case .v3_0_0_alpha_10: return [.v3]
        case nil: return [.v2, .v3]
        }
    }

    /// All five, in the order of `PortalAddresses.all`.
    public var all: [ABIFunction] { [ether, erc20, erc721, erc1155Single, erc1155Batch] }

    private static let app = ABIParameter("app", .address)
    private static let token = ABIParameter("token", .address)
    private static let value = ABIParameter("value", .uint256)
    private static let tokenId = ABIParameter("tokenId", .uint256)
    /// The dynamic arguments of ERC-721 and ERC-1155 single, which the portal passes on as
    /// `abi.encode` of these.
    public static let data = [
        ABIParameter("baseLayerData", .bytes), ABIParameter("execLayerData", .bytes),
    ]
    /// The same of an ERC-1155 batch.
    public static let batch =
        [ABIParameter("tokenIds", .array(.uint256)), ABIParameter("values", .array(.uint256))]
        + data

    private init(erc20: String, erc721: String, erc1155Single: String, erc1155Batch: String) {
        let (app, token, value, tokenId) = (
            PortalFunctions.app, PortalFunctions.token, PortalFunctions.value,
            PortalFunctions.tokenId
        )
        let data = PortalFunctions.data
        ether = ABIFunction("depositEther", app, data[1])
        self.erc20 = ABIFunction(erc20, token, app, value, data[1])
        self.erc721 = ABIFunction(name: erc721, parameters: [token, app, tokenId] + data)
        self.erc1155Single = ABIFunction(
            name: erc1155Single, parameters: [token, app, tokenId, value] + data)
        self.erc1155Batch = ABIFunction(
            name: erc1155Batch, parameters: [token, app] + PortalFunctions.batch)
    }
}
