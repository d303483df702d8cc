import Documents
import Text

/// Whether each outcome names a source that is there, and only what that source can tell.
struct OutcomeCheck {
    private let sources: [String: SourceSettings]

    init(_ sources: [SourceSettings]) {
        self.sources = Dictionary(sources.map { ($0.name, $0) }) { first, _ in first }
    }

    func check(_ environment: Node, _ reading: inout Reading) {
        let integrations = environment["integrations"]
        var commands: [String: String] = [:]
        for integration in integrations?.members ?? [] {
            for outcome in integration.value["outcomes"]?.elements ?? [] {
                check(outcome: outcome, environment["sources"], &reading)
                guard let source = outcome["source"], let name = source.text, sources[name]?.kind == "command"
                else {
                    continue
                }
                // One answer cannot be told apart.
                if let other = commands[name], other != integration.key {
                    reading.note(
                        "\"\(name)\" tells of \(other) already; a command tells of one integration",
                        at: source.place)
                }
                commands[name] = integration.key
            }
        }
    }

    private func check(outcome: Node, _ known: Node?, _ reading: inout Reading) {
        guard let name = outcome["source"], let text = name.text else { return }
        guard let source = sources[text] else {
            let nearest = Nearest.to(text, among: sources.keys.sorted())
            reading.missing(
                "there is no such source"
                    + (nearest.map { ", did you mean \"\($0)\"?" } ?? ""),
                at: name.place, in: known)
            return
        }
        let rules = ["success", "failure", "retry"]
        switch source.details {
        case .log(let log):
            refuse(["topics"], in: outcome, of: source, &reading)
            if !rules.contains(where: { outcome[$0] != nil }) {
                reading.note(
                    "expected success, failure or retry: which lines of the log are meant", at: outcome.place)
            }
            for rule in rules.compactMap({ outcome[$0] }).flatMap({ $0.elements ?? [$0] }) {
                for key in ["level", "levels"] where log.format != .monolog {
                    guard let level = rule[key] else { continue }
                    reading.note("\"\(key)\" needs a log of format monolog", at: level.place)
                }
                if log.format == .monolog { warn(ofAnyLevel: rule, &reading) }
                if log.format != .nginx, let status = rule["status"] {
                    reading.note("\"status\" needs a log of format nginx", at: status.place)
                }
            }
            checkLatency(outcome, log, &reading)
        case .mysql:
            refuse(rules + ["latency", "latency_unit"], in: outcome, of: source, &reading)
            if outcome["topics"] == nil {
                reading.note("expected topics: which bulk operations are meant", at: outcome.place)
            }
        case .command:
            refuse(rules + ["latency", "latency_unit", "topics"], in: outcome, of: source, &reading)
        case .rabbitmq: reading.note("rabbitmq tells of queues, not of outcomes", at: name.place)
        case .release: reading.note("release tells of changes, not of outcomes", at: name.place)
        }
    }

    /// An error often quotes what a person or another system wrote: a text that fits anywhere fits there too.
    private func warn(ofAnyLevel rule: Node, _ reading: inout Reading) {
        guard rule["level"] == nil, rule["levels"] == nil else { return }
        let pattern = rule["pattern"]?.text
        guard (pattern ?? rule["template"]?.text ?? rule.text) != nil, pattern?.hasPrefix("^") != true
        else { return }
        let key = pattern == nil ? "template" : "pattern"
        reading.warn(
            "this text fits anywhere in a record of any level, also where another one quotes it; "
                + "name the levels: {\(key): …, levels: [info]}", at: rule.place)
    }

    private func checkLatency(_ outcome: Node, _ log: LogSettings, _ reading: inout Reading) {
        guard let latency = outcome["latency"], let name = latency.text else { return }
        if ["request_time", "upstream_response_time"].contains(name) {
            guard log.format == .nginx else {
                return reading.note("\"\(name)\" needs a log of format nginx", at: latency.place)
            }
            let format = log.nginxFormat ?? ""
            guard format.mentions("$\(name)") || format.mentions("${\(name)}") else {
                return reading.note("the log_format of the source has no $\(name)", at: latency.place)
            }
            return
        }
        let rules = ["success", "failure", "retry"].compactMap { outcome[$0] }.flatMap { $0.elements ?? [$0] }
        if !rules.contains(where: { $0["pattern"]?.text?.mentions("<\(name)>") == true }) {
            reading.note(
                "no pattern here has a group of this name: (?<name>\\d+)", at: latency.place
            )
        }
    }

    private func refuse(
        _ keys: [String], in outcome: Node, of source: SourceSettings, _ reading: inout Reading
    ) {
        for key in keys {
            guard let node = outcome[key] else { continue }
            reading.note("\"\(key)\" does not go with a source of type \(source.kind)", at: node.place)
        }
    }
}
