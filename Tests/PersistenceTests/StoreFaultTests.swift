import Platform
import Testing

/// Some of what `make faults` tries all of.
@Suite struct StoreFaultTests {
    static let strace = (try? Files.facts("/usr/bin/strace")) ?? nil
    /// Built beside the tests.
    private static let program: String = {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? "./tests.xctest"
        return bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/")
            + "/store-faults"
    }()

    @Test(.enabled(if: strace != nil), .timeLimit(.minutes(5)))
    func `a fault at a call of a save leaves old or new, and what was acknowledged is there`() async throws {
        let result = try await ChildProcess.run(
            ChildCommand(
                [Self.program, "23", "97"], environment: ["PATH": "/usr/bin:/bin", "TMPDIR": "/tmp"]),
            deadline: .seconds(240))
        let said = String(decoding: result.output + result.error, as: UTF8.self)
        #expect(result.end == .exited(0), "\(said)")
        for store in ["state", "journal", "audit", "history", "file change", "command change"] {
            let line = said.split(separator: "\n").first { $0.hasPrefix("\(store): ") }
            let points =
                line.flatMap { Int($0.split(separator: ": ").last?.split(separator: " ").first ?? "") } ?? 0
            #expect(points >= 2 && line?.hasSuffix(", 0 bad") == true, "\(said)")
        }
    }
}
