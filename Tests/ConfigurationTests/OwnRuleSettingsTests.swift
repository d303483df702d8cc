import Documents
import Monitoring
import Testing
import Text

@testable import Configuration

/// Rules of a person's own, and those of hypercare that are off or tolerant for some things.
@Suite struct OwnRuleSettingsTests {
    private static func yaml(_ lines: String) -> String {
        """
        environments:
          shop:
            sources:
              app-log: {type: log, path: /x}
        \(lines)
        """
    }

    private func check(_ lines: String) -> StoreConfiguration.Check {
        StoreConfiguration.check(Array(Self.yaml(lines).utf8), name: "config.yaml")
    }

    @Test func `rules and tunings are read`() throws {
        let lines = """
                rules:
                  - {name: erp-depth, of: "queue:erp.*", measure: depth, above: 400, for: 5m, why: full}
                  - {name: psp-quiet, of: integration:psp, measure: successes, below: 2, severity: critical}
                tuning:
                  - {of: integration:tax, rule: slower, tolerance: 2, why: slow on Mondays}
                  - {of: "queue:legacy.*", rule: nothing_taken, off: true, why: hourly}
            """
        let settings = try #require(try StoreConfigurationTests.read(Self.yaml(lines)).environment(nil))
        #expect(
            settings.rules == [
                OwnRule(
                    "erp-depth", of: Subject(.queue, NamePattern("erp.*")), .depth, .above, 400, hold: 300,
                    why: "full"),
                OwnRule(
                    "psp-quiet", of: Subject(.integration, NamePattern("psp")), .success, .below, 2, .critical
                ),
            ])
        #expect(
            settings.tunings == [
                RuleTuning(
                    Subject(.integration, NamePattern("tax")), .slower, tolerance: 2, why: "slow on Mondays"),
                RuleTuning(
                    Subject(.queue, NamePattern("legacy.*")), .nothingTaken, isOff: true, why: "hourly"),
            ])
    }

    @Test(
        arguments: [
            (
                "rules: [{name: a, of: \"queue:x\", measure: depth}]",
                "a rule needs either \"above\" or \"below\""
            ),
            (
                "rules: [{name: a, of: \"queue:x\", measure: depth, above: 1, below: 2}]",
                "a rule needs either \"above\" or \"below\""
            ),
            (
                "rules: [{name: a, of: \"queue:x\", measure: p95, above: 1}]",
                "a queue has depth, oldest, in_rate, out_rate"
            ),
            (
                "rules: [{name: a, of: \"flag:x\", measure: depth, above: 1}]",
                "no figure of a flag can be compared"
            ),
            (
                "rules: [{name: A b, of: \"queue:x\", measure: depth, above: 1}]",
                "a name of small letters, digits and dashes"
            ),
            (
                "rules: [{name: a, of: queues, measure: depth, above: 1}]",
                "a kind and a name such as queue:erp.*"
            ),
            (
                "rules: [{name: a, of: \"queue:x\", measure: depth, above: 1}, {name: a, of: \"queue:y\", measure: depth, above: 1}]",
                "there is a rule of this name already"
            ),
            ("rules: [{of: \"queue:x\", measure: depth, above: 1}]", "\"name\" is missing"),
            (
                "tuning: [{of: \"queue:x\", rule: depth, why: y}]",
                "this needs either \"off: true\" or \"tolerance\""
            ),
            (
                "tuning: [{of: \"queue:x\", rule: depth, tolerance: 2, why: y}]",
                "depth is tuned by its limits"
            ),
            (
                "tuning: [{of: \"queue:x\", rule: dept, off: true, why: y}]",
                "expected one of no_consumer, nothing_taken"
            ),
            ("tuning: [{of: \"queue:x\", rule: depth, off: true}]", "\"why\" is missing"),
        ])
    func `what cannot be is one sentence with its place`(line: String, words: String) {
        let problems = check("    " + line).problems
        #expect(
            problems.count == 1 && problems.first?.message.contains(words) == true,
            "\(problems.map(\.message))")
    }
}
