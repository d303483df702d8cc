import EngineAPI
import FeatureFlags
import Monitoring

/// Switches, with what narrower scopes say and what becomes of a change.
extension StatusRows {
    static let flag = Record<FlagRow>("flag", "One feature flag.") {
        common("What the console calls it.")
        Field("place", .text, "Where it lives.") { $0.place }
        Field("value", .text, "ON, OFF, a share, a variant, or the code's default.") { $0.flag.value.text }
        Field("variants", .list(.text), "What it can be.") { $0.flag.variants }
        Field("revision", .text, "A change is sent only while it is still this.") { $0.flag.revision }
        Field("changedAt", .time, "When it last changed.", ifKnown: { $0.flag.changedAt })
        Field("changedBy", .text, "Who changed it.", ifKnown: { $0.flag.changedBy })
        Field("scope", .text, "default, websites/CODE, stores/CODE.", ifKnown: { $0.flag.scope?.text })
        Field(
            "overrides", .list(.record(override)), "What narrower scopes say themselves, alike or not."
        ) { $0.flag.overrides }
        Field("unseen", .text, "What of narrower scopes could not be read.", ifKnown: { $0.flag.unseen })
        Field("accepted", .bool, "Whether its reader takes it.", ifKnown: { $0.flag.acceptance.isAccepted })
        Field("refusedBecause", .text, "Why it does not.", ifKnown: { $0.flag.acceptance.refusal })
        Field("progress", .word, "Whether a change is under way.") { Progress($0.progress) }
        Field("askedFor", .text, "What that change asks for.", ifKnown: { $0.progress.wanted?.text })
        Field("undone", .text, "What its last change may have left undone.", ifKnown: { $0.undone?.why })
        Field("fixed", .text, "Why it cannot be toggled here.", ifKnown: { $0.flag.fixedReason })
    }

    private static let override = Record<FlagOverride>("override", "What one narrower scope says.") {
        Field("scope", .text, "websites/CODE or stores/CODE.") { $0.scope.text }
        Field("value", .text, "As the flag's own.") { $0.value.text }
    }

    private enum Progress: String, CaseIterable {
        case seen, asked, running, unknown
        init(_ progress: FlagRow.Progress) {
            switch progress {
            case .seen: self = .seen
            case .asked: self = .asked
            case .running: self = .running
            case .unknown: self = .unknown
            }
        }
    }
}

extension FlagReading.Acceptance {
    /// Nil where nothing is checked.
    fileprivate var isAccepted: Bool? {
        switch self {
        case .notAsked: nil
        case .accepted: true
        case .refused: false
        }
    }

    fileprivate var refusal: String? {
        if case .refused(let why, _) = self { why } else { nil }
    }
}
