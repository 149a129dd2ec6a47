import Testing
import Verifier

@Suite struct SelfTestRules {
    @Test func passesOnThisBuild() {
        #expect(SelfTest.run() == .passed)
    }

    @Test(arguments: SelfTest.Check.allCases)
    func everyCheckReachesItsOwnNumber(_ check: SelfTest.Check) {
        #expect(SelfTest.digest(of: check) == SelfTest.expected(check), "\(check.name)")
        let others = SelfTest.Check.allCases.filter { $0 != check }
        #expect(!others.contains { SelfTest.expected($0) == SelfTest.expected(check) })
    }
}
