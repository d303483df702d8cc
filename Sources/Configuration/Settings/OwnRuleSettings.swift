import Documents
import Monitoring
import Text

/// Rules that a person writes, and what they say of those that are there.
enum OwnRuleSettings {
    /// A rule as it is written, before it is known to be whole.
    private struct Written {
        var name = ""
        var subject: Subject?
        var measure: SeriesID.Measure?
        var above: Double?
        var below: Double?
        var hold: Duration = .zero
        var severity = AlertSeverity.warning
        var why: String?
    }

    /// What the config calls what is measured, by what has it; in the units of the charts.
    private static let measures: [(EntityID.Kind, [(String, SeriesID.Measure)])] = [
        (
            .queue,
            [("depth", .depth), ("oldest", .oldest), ("in_rate", .inRate), ("out_rate", .outRate)]
        ),
        (
            .integration,
            [
                ("successes", .success), ("failures", .failure), ("retries", .retry), ("p50", .median),
                ("p95", .latency),
            ]
        ),
        (.indexer, [("backlog", .backlog), ("lag", .lag)]),
        (.cron, [("heartbeat", .heartbeat)]),
        (.source, [("read_time", .readTime)]),
    ]

    private static var allMeasures: [(String, SeriesID.Measure)] { measures.flatMap(\.1) }

    static var rules: Kind<[OwnRule]> {
        let section = Section<Written>(
            "rule", "A rule of your own: it speaks as custom:NAME.", Written(),
            [
                Field(
                    "name", \.name, .text("a name of small letters, digits and dashes", where: isName),
                    "What it is called.", required: true, example: "erp-depth"),
                Field(
                    "of", \.subject, optional: .subject, "What it is about; * stands for any text.",
                    required: true, example: "queue:erp.*"),
                Field(
                    "measure", \.measure, optional: measure,
                    "What is compared: depth, oldest (s), in_rate and out_rate (1/s) of a queue; successes, failures and retries (1/min), p50 and p95 (s) of an integration; backlog and lag (s) of an indexer; heartbeat (s) of cron; read_time (ms) of a source.",
                    required: true, example: "depth"),
                Field(
                    "above", \.above, optional: .decimal(0...1e12), "It speaks above this.", example: "400"),
                Field("below", \.below, optional: .decimal(0...1e12), "Or below this.", example: "2"),
                Field("for", \.hold, .duration(.zero...(.seconds(7 * 86_400)), suchAs: "5m"), "For so long."),
                Field("severity", \.severity, .choice, "warning or critical."),
                Field(
                    "why", \.why, optional: .text("a text"), "What it means, and what to do: told with it.",
                    example: "the ERP's import is full"),
            ],
            finish: { node, written, reading in
                if (written.above == nil) == (written.below == nil) {
                    reading.missing("a rule needs either \"above\" or \"below\"", at: node.place, in: node)
                }
                guard let subject = written.subject, let measure = written.measure else { return }
                let known = measures.first { $0.0 == subject.kind }?.1 ?? []
                if !known.contains(where: { $0.1 == measure }) {
                    let names = known.map(\.0).joined(separator: ", ")
                    reading.note(
                        known.isEmpty
                            ? "no figure of a \(subject.kind.rawValue) can be compared"
                            : "a \(subject.kind.rawValue) has \(names)",
                        at: node["measure"]?.place ?? node.place)
                }
            })
        let list = Kind<[Written]>.list(section.kind, isEmptyAllowed: true)
        return Kind(
            shape: list.shape,
            read: { node, _, reading in
                let written = list.read(node, nil, &reading) ?? []
                checkNames(node, &reading)
                return written.compactMap(rule)
            },
            written: { $0.isEmpty ? "[]" : nil })
    }

    private static func rule(_ written: Written) -> OwnRule? {
        guard let subject = written.subject, let measure = written.measure,
            let limit = written.above ?? written.below
        else { return nil }
        return OwnRule(
            written.name, of: subject, measure, written.above == nil ? .below : .above, limit,
            hold: written.hold.inSeconds, written.severity, why: written.why)
    }

    private static func checkNames(_ node: Node, _ reading: inout Reading) {
        var seen: Set<String> = []
        for element in node.elements ?? [] {
            guard let name = element["name"], let text = name.text, !seen.insert(text).inserted else {
                continue
            }
            reading.note("there is a rule of this name already", at: name.place)
        }
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 40
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
    }

    private static var measure: Kind<SeriesID.Measure> {
        let names = allMeasures.map(\.0)
        return .scalar(
            .choice(names), written: { measure in allMeasures.first { $0.1 == measure }?.0 },
            parse: { name, _ in allMeasures.first { $0.0 == name }?.1 })
    }

    // MARK: Those that are there

    private struct Tuned {
        var subject: Subject?
        var rule: Rule?
        var isOff = false
        var tolerance: Double?
        var why = ""
    }

    static var tunings: Kind<[RuleTuning]> {
        let section = Section<Tuned>(
            "tuning", "A rule that is off for some things, or to be less, or more, ready to speak of them.",
            Tuned(),
            [
                Field(
                    "of", \.subject, optional: .subject, "What it is about; * stands for any text.",
                    required: true, example: "integration:tax-vendor"),
                Field("rule", \.rule, optional: rule, "Which rule.", required: true, example: "slower"),
                Field("off", \.isOff, .bool, "It says nothing of them; the page says that, and why."),
                Field(
                    "tolerance", \.tolerance, optional: .decimal(0.2...10),
                    "So many times the usual evidence, time and excess before it speaks; of learned rules alone.",
                    example: "2"),
                Field(
                    "why", \.why, .text("a text"), "Why, told beside it.", required: true,
                    example: "the vendor is slow on Mondays"),
            ],
            finish: { node, tuned, reading in
                if tuned.isOff == (tuned.tolerance != nil) {
                    reading.missing(
                        "this needs either \"off: true\" or \"tolerance\"", at: node.place, in: node)
                }
                if let rule = tuned.rule, tuned.tolerance != nil, !rule.isLearned {
                    reading.note(
                        "\(rule.key) is tuned by its limits; tolerance is for what is learned: "
                            + Rule.allCases.filter(\.isLearned).map(\.key).joined(separator: ", "),
                        at: node["tolerance"]?.place ?? node.place)
                }
            })
        let list = Kind<[Tuned]>.list(section.kind, isEmptyAllowed: true)
        return Kind(
            shape: list.shape,
            read: { node, _, reading in
                (list.read(node, nil, &reading) ?? []).compactMap { tuned in
                    guard let subject = tuned.subject, let rule = tuned.rule else { return nil }
                    return RuleTuning(
                        subject, rule, isOff: tuned.isOff, tolerance: tuned.tolerance ?? 1, why: tuned.why)
                }
            },
            written: { $0.isEmpty ? "[]" : nil })
    }

    private static var rule: Kind<Rule> {
        let rules = Rule.allCases.filter { $0 != .custom && $0 != .notRead }
        return .scalar(
            .choice(rules.map(\.key)), written: \.key, parse: { key, _ in rules.first { $0.key == key } })
    }
}

extension Kind<Subject> {
    /// `queue:erp.*`
    static var subject: Kind {
        scalar(
            .text(hint: "a kind and a name such as queue:erp.*", pattern: "^[a-z]+:."),
            written: { $0.text }, parse: { text, _ in Subject(text) })
    }
}
