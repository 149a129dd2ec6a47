import ABI
import Marketplace
import Vouchers

extension Step {
    /// The input as the rollup server would hand it over.
    func input(index: Int) throws -> Input {
        let payload: [UInt8]
        let from: Address
        switch sender {
        case .portal(let gift): (payload, from) = (try gift.payload(), gift.portal)
        case .account(let account, let deed): (payload, from) = (try deed.payload(), account)
        }
        return Input(
            metadata: Metadata(
                chainID: lacks == .chainID ? nil : MarketModel.chainID,
                appContract: lacks == .application ? nil : MarketModel.application,
                messageSender: from, blockNumber: UInt64(index),
                blockTimestamp: lacks == .timestamp ? nil : now,
                inputIndex: lacks == .index ? nil : UInt64(index)),
            payload: payload)
    }
}
