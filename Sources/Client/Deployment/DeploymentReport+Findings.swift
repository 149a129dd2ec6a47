/// How findings are made.
extension DeploymentReport {
    /// Of a check: for programs, and for people.
    typealias Name = (check: String, subject: String)

    mutating func tell(_ name: Name, _ found: String) {
        findings.append(
            Finding(check: name.check, verdict: .told, subject: name.subject, found: found))
    }

    mutating func fail(_ check: String, _ subject: String, _ found: String, _ remedy: String) {
        findings.append(
            Finding(
                check: check, verdict: .fails, subject: subject, found: found, remedy: remedy))
    }

    /// Fits when both are the same.
    mutating func compare(_ name: Name, _ expected: String, _ found: String, _ remedy: String) {
        let fits = expected == found
        findings.append(
            Finding(
                check: name.check, verdict: fits ? .fits : .fails, subject: name.subject,
                expected: expected, found: found, remedy: fits ? nil : remedy))
    }

    /// The answer to `question`. Where the node or the contract cannot say, a line tells why, and
    /// there is none; a node that is silent ends it all.
    mutating func asking<Answer>(
        _ name: Name, _ remedy: String, _ question: () throws(ChainError) -> Answer
    ) throws(ChainError) -> Answer? {
        do throws(ChainError) {
            return try question()
        } catch .silent(let reason) {
            throw .silent(reason)
        } catch {
            fail(name.check, name.subject, error.sentence, remedy)
            return nil
        }
    }
}
