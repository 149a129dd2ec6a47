import Testing

@testable import DevNode

@Suite struct BlockClockTests {
    @Test func inputsOfOneSecondShareABlock() {
        var clock = BlockClock(mode: .wall)
        let first = clock.mine(wall: 500)
        #expect(clock.mine(wall: 500) == first)
        #expect(clock.mine(wall: 501) == .init(number: first.number + 1, timestamp: 501))
    }

    @Test func timeNeverGoesBack() {
        var clock = BlockClock(mode: .wall)
        clock.follow(.init(number: 7_000, timestamp: 900))
        #expect(clock.mine(wall: 500) == .init(number: 7_000, timestamp: 900))
        let isSetBack = clock.set(to: 899, wall: 500)
        #expect(!isSetBack)
    }

    @Test func aMovedClockGoesOnFromThere() {
        var clock = BlockClock(mode: .wall)
        let isMoved = clock.advance(by: 3600)
        #expect(isMoved)
        #expect(clock.mine(wall: 500).timestamp == 4100)
        #expect(clock.mine(wall: 510).timestamp == 4110)
        let isSet = clock.set(to: 9000, wall: 510)
        #expect(isSet)
        #expect(clock.now(wall: 510) == 9000)
    }

    @Test func aManualClockStandsStillBetweenInputs() {
        var clock = BlockClock(mode: .manual(start: 1_760_000_000))
        #expect(clock.mine(wall: 1) == .init(number: 1001, timestamp: 1_760_000_012))
        #expect(clock.now(wall: 99) == 1_760_000_012)
        let isMoved = clock.advance(by: 600)
        #expect(isMoved)
        #expect(clock.mine(wall: 2) == .init(number: 1002, timestamp: 1_760_000_624))
    }

    @Test func refusesMovesThatCouldOverflow() {
        var clock = BlockClock(mode: .wall, offset: Int64(BlockClock.limit) + 1)
        let isMoved = clock.advance(by: 1)
        #expect(!isMoved)
        let isFar = clock.set(to: .max, wall: 0)
        #expect(!isFar)
    }
}
