import TestSupport
import Testing

@testable import Tool

@Suite struct BatchTests {
    @Test func placeholder() { #expect(BatchOperation.allCases.count == 6) }
}
