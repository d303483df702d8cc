import Documents

/// What in a source tells how the attempts of an integration ended.
package struct OutcomeSettings: Sendable, Hashable {
    /// The source's name in the config.
    package var source = ""
    /// For a log: all are asked of the whole record; a failure decides over a retry, a retry over a success.
    package var rules: [LogRule] = []
    /// For a database: topics of bulk operations, `*` stands for any text.
    package var topics: [String] = []
    /// For an nginx log: whose time it took; for any log a named group of its pattern.
    package var latency: String?
    package var latencyUnit = LatencyUnit.seconds

    package init() {}

    package enum LatencyUnit: String, Sendable, Hashable, CaseIterable {
        case seconds = "s"
        case milliseconds = "ms"
    }

    package struct LogRule: Sendable, Hashable {
        package enum Outcome: String, Sendable, Hashable, CaseIterable { case success, failure, retry }
        package enum Match: Sendable, Hashable {
            /// Every line that fulfils the other conditions.
            case any
            /// Literal text with `*` holes, anywhere in the line.
            case template(String)
            /// PCRE2.
            case pattern(String)
        }

        package var outcome = Outcome.success
        package var match = Match.any
        /// Monolog: `error` or worse.
        package var level: Level?
        /// Monolog: one of these; nil is any.
        package var levels: [Level]?
        /// nginx: the status is in this range.
        package var status: ClosedRange<Int>?

        package init(
            outcome: Outcome = .success, match: Match = .any, level: Level? = nil, levels: [Level]? = nil,
            status: ClosedRange<Int>? = nil
        ) {
            self.outcome = outcome
            self.match = match
            self.level = level
            self.levels = levels
            self.status = status
        }
    }

    package enum Level: String, Sendable, Hashable, CaseIterable {
        case debug, info, notice, warning, error, critical, alert, emergency
    }

    static var section: Section<OutcomeSettings> {
        let match = Kind<[LogRule]>.match
        let text = "For a log: the lines that are a "
        return Section(
            "outcome", "Where it is seen how the attempts of an integration end.", OutcomeSettings(),
            [
                Field(
                    "source", \.source, .plainName, "The source's name.", required: true, example: "app1-log"),
                Field(
                    later: "success", match.shape,
                    text
                        + "success, as literal text with * for any text, or by pattern, levels or status. Every rule is asked of the whole record: a failure decides over a retry, a retry over a success.",
                    example: "{template: \"order * exported\", levels: [info]}"),
                Field(
                    later: "failure", match.shape, text + "failure.",
                    example: "{pattern: 'export of (\\d+) failed', level: error}"),
                Field(later: "retry", match.shape, text + "try that is repeated.", example: "{status: 429}"),
                Field(
                    "latency", \.latency,
                    optional: .text("request_time, upstream_response_time or a group's name"),
                    "How long an attempt took: nginx's own figure, or a named group of the pattern.",
                    example: "request_time"),
                Field("latency_unit", \.latencyUnit, .choice, "The unit of a named group."),
                Field(
                    "topics", \.topics, .list(.text("a topic, * for any text"), isEmptyAllowed: true),
                    "For a database: bulk operations of these topics.", example: "[async.V1.orders.*]"),
            ],
            finish: { node, value, reading in
                for member in node.members ?? [] {
                    guard let outcome = LogRule.Outcome(rawValue: member.key), !member.value.isNull else {
                        continue
                    }
                    for var rule in match.read(member.value, nil, &reading) ?? [] {
                        rule.outcome = outcome
                        value.rules.append(rule)
                    }
                }
            })
    }
}

extension Kind<[OutcomeSettings.LogRule]> {
    typealias Rule = OutcomeSettings.LogRule

    /// A template, a mapping, or a list of them.
    static var match: Kind {
        let template = Kind<String>.text("a text with * for any text").claiming { .template($0) }
        let section = Section<Draft>(
            "match", "Which lines are meant; all conditions must hold.", Draft(),
            [
                Field(
                    "template", \.template, optional: template,
                    "Literal text with * for any text, anywhere in the line.", example: "\"order * exported\""
                ),
                Field(
                    "pattern", \.pattern,
                    optional: Kind<String>.text("a regular expression").claiming { .pattern($0) },
                    "PCRE2; slower than a template.", example: "'took (?<ms>\\d+) ms'"),
                Field("level", \.level, optional: .choice, "Monolog: this level or worse.", example: "error"),
                Field(
                    "levels", \.levels, optional: .list(.choice), "Monolog: one of these levels.",
                    example: "[info, notice]"),
                Field(
                    "status", \.status, optional: .status, "nginx: a status or a range of them.",
                    example: "500-599"),
            ],
            finish: { node, draft, reading in
                if draft.template != nil, draft.pattern != nil {
                    reading.note("\"template\" and \"pattern\" exclude each other", at: node.place)
                }
                if draft.level != nil, draft.levels != nil {
                    reading.note("\"level\" and \"levels\" exclude each other", at: node.place)
                }
                if node.members?.isEmpty == true { reading.note("a rule needs a condition", at: node.place) }
            })
        func one(_ node: Node, _ reading: inout Reading) -> Rule? {
            if node.members != nil { return section.read(node, &reading)?.rule }
            return template.read(node, nil, &reading).map { Rule(match: .template($0)) }
        }
        return Kind(
            shape: .either([
                template.shape, .section(section.shape),
                .list(.either([template.shape, .section(section.shape)])),
            ]),
            read: { node, _, reading in
                guard let elements = node.elements else { return one(node, &reading).map { [$0] } }
                return elements.compactMap { one($0, &reading) }
            },
            written: { _ in nil })
    }

    private struct Draft {
        var template: String?
        var pattern: String?
        var level: OutcomeSettings.Level?
        var levels: [OutcomeSettings.Level]?
        var status: ClosedRange<Int>?

        var rule: Rule {
            Rule(
                match: pattern.map { .pattern($0) } ?? template.map { .template($0) } ?? .any, level: level,
                levels: levels, status: status)
        }
    }
}

extension Kind<ClosedRange<Int>> {
    /// `500` or `500-599`
    static var status: Kind {
        .scalar(
            .text(hint: "a status such as 500 or 500-599", pattern: "^[1-9][0-9]{2}(-[1-9][0-9]{2})?$"),
            written: { "\($0.lowerBound)-\($0.upperBound)" }
        ) { text, _ in
            let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
            guard (1...2).contains(ends.count), let first = ends.first, let last = ends.last,
                (100...999).contains(first), (first...999).contains(last)
            else { return nil }
            return first...last
        }
    }
}
