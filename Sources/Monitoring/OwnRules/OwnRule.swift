package import Text

/// A rule that a person wrote: a figure of what it names is above or below a limit for so long.
package struct OwnRule: Sendable, Hashable, Codable {
    package enum Side: String, Sendable, Hashable, Codable {
        case above, below
    }

    /// Lower case, digits, dots and dashes: it is told as `custom:NAME`.
    package var name: String
    package var subject: Subject
    package var measure: SeriesID.Measure
    package var side: Side
    /// In the measure's unit (`SeriesID.Measure.unit`).
    package var limit: Double
    /// Seconds that it has to be so.
    package var hold: Double
    package var severity: AlertSeverity
    /// What it means, and what to do.
    package var why: String?

    package init(
        _ name: String, of subject: Subject, _ measure: SeriesID.Measure, _ side: Side, _ limit: Double,
        hold: Double = 0, _ severity: AlertSeverity = .warning, why: String? = nil
    ) {
        self.name = name
        self.subject = subject
        self.measure = measure
        self.side = side
        self.limit = limit
        self.hold = hold
        self.severity = severity
        self.why = why
    }

    func isOver(_ value: Double) -> Bool { side == .above ? value > limit : value < limit }
}

/// What a line of the config is about: a kind, and a name or a pattern of names.
package struct Subject: Sendable, Hashable, Codable {
    package var kind: EntityID.Kind
    package var pattern: NamePattern

    package init(_ kind: EntityID.Kind, _ pattern: NamePattern) {
        self.kind = kind
        self.pattern = pattern
    }

    /// `queue:erp.*`; nil when the kind is none of ours, or there is no name.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let kind = EntityID.Kind(rawValue: String(decoding: bytes[..<colon], as: UTF8.self))
        else { return nil }
        let name = String(decoding: bytes[bytes.index(after: colon)...], as: UTF8.self)
        guard !name.isEmpty else { return nil }
        self.init(kind, NamePattern(name))
    }

    package var text: String { "\(kind.rawValue):\(pattern.text)" }

    package func matches(_ id: EntityID) -> Bool { id.kind == kind && pattern.matches(id.name) }
}

/// A rule of hypercare's own that is not to be taken as it is for some things.
package struct RuleTuning: Sendable, Hashable, Codable {
    package var subject: Subject
    package var rule: Rule
    /// It says nothing of them.
    package var isOff = false
    /// Of a learned rule: so many times the evidence, time and excess before it speaks.
    package var tolerance = 1.0
    package var why: String

    package init(_ subject: Subject, _ rule: Rule, isOff: Bool = false, tolerance: Double = 1, why: String) {
        self.subject = subject
        self.rule = rule
        self.isOff = isOff
        self.tolerance = tolerance
        self.why = why
    }
}
