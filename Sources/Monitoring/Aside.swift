import Text

/// Who set a told thing aside, why, and until when: what a screen says beside it.
package struct Aside: Hashable, Sendable, Codable {
    /// How long it is to stay aside.
    package enum Span: String, Hashable, Sendable, Codable, CaseIterable {
        case hour, shift, day, change
        /// Of a thing that is no longer there: it leaves the list for good.
        case forget

        /// What a person chooses from, `8 h`.
        package var words: String {
            switch self {
            case .hour: "1 h"
            case .shift: "8 h"
            case .day: "24 h"
            case .change: "until it changes"
            case .forget: "forget it"
            }
        }

        /// Nil where no clock ends it.
        package var seconds: Double? {
            switch self {
            case .hour: 3600
            case .shift: 8 * 3600
            case .day: 24 * 3600
            case .change, .forget: nil
            }
        }
    }

    package var by: String
    /// One line, sanitised, never empty.
    package var why: String
    package var at: WallTime
    /// Nil: until it changes.
    package var until: WallTime?

    package init(by: String, why: String, at: WallTime, _ span: Span) {
        self.by = by
        self.why = why
        self.at = at
        until = span.seconds.map { at.advanced(bySeconds: $0) }
    }

    /// `set aside by mira until 10:14: ERP is closed`
    package func sentence(at now: WallTime) -> String {
        let end = until.map { $0.civil.short(asOf: now.civil) } ?? "it changes"
        return "set aside by \(by) until \(end): \(why)"
    }
}

/// What was told of a thing at one moment: which rules spoke, how badly, and in which words.
package struct Told: Hashable, Sendable, Codable {
    package struct Line: Hashable, Sendable, Codable {
        package var rule: Rule
        package var status: Status
        /// Without the figures in them, which tick; nil where the rule measures, since there the words follow
        /// the figure.
        package var words: String?

        package init(_ rule: Rule, _ status: Status, words: String? = nil) {
            self.rule = rule
            self.status = status
            self.words = words
        }
    }

    package var lines: Set<Line>

    package init(_ lines: Set<Line>) { self.lines = lines }

    /// What the rules say; and where the row is worse than they say, since it could not be read, that.
    package init(_ said: [Assessment], shown: Judgement) {
        lines = Self.speaking(said)
        guard shown.status < .ok, shown.status < worst ?? .ok else { return }
        lines.insert(Line(.notRead, shown.status))
    }

    /// The worst status among them; nil when nothing is told.
    package var worst: Status? { lines.map(\.status).min() }

    static func speaking(_ said: [Assessment]) -> Set<Line> {
        Set(
            said.filter { $0.status < .ok && $0.standing == .judged }.map {
                Line(
                    $0.rule, $0.status,
                    words: $0.ownName ?? ($0.value == nil ? wordsOnly($0.what) : nil))
            })
    }

    /// What `now` tells that this does not, or not as badly; nil when there is nothing of the kind.
    package func exceeded(by now: Told) -> AsideBook.Return? {
        var found: AsideBook.Return?
        for line in now.lines.sorted(by: Self.precedes) {
            let same = lines.filter { $0.rule == line.rule && Self.areSame($0.words, line.words) }
            if same.contains(where: { $0.status <= line.status }) { continue }
            if !same.isEmpty { return .worse(line.rule) }
            found = found ?? .another(line.rule)
        }
        return found
    }

    /// Swift's String would be equal under normalisation; these words may quote a server.
    private static func areSame(_ left: String?, _ right: String?) -> Bool {
        left.map { ExactName($0) } == right.map { ExactName($0) }
    }

    private static func precedes(_ left: Line, _ right: Line) -> Bool {
        (left.status, left.rule.rawValue, left.words ?? "")
            < (right.status, right.rule.rawValue, right.words ?? "")
    }

    // In one order, so that the same is kept as the same.
    package init(from decoder: any Decoder) throws {
        lines = Set(try decoder.singleValueContainer().decode([Line].self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(lines.sorted(by: Self.precedes))
    }

    /// Leaves out each figure and what it counts: `running 24 min (usual 15 s)` is `running (usual`.
    static func wordsOnly(_ text: String) -> String {
        var words: [Substring] = []
        var isCounted = false
        for word in text.split(separator: " ") {
            let isFigure = word.utf8.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            if !isFigure, !isCounted { words.append(word) }
            isCounted = isFigure
        }
        return words.joined(separator: " ")
    }
}
