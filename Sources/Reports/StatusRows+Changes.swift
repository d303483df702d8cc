import EngineAPI
import Monitoring

/// What was changed on the store, by whomever.
extension StatusRows {
    static let change = Record<Change>(
        "change", "Something that was changed; neither good nor bad by itself."
    ) {
        Field("kind", .word, "What was changed.") { $0.kind }
        Field("text", .text, "A sentence; of a setting its path, never its value.") { $0.text }
        Field("at", .time, "When it happened; with after: at the latest then.") { $0.at }
        Field("after", .time, "It happened after this; absent where at is the moment.", ifKnown: { $0.after })
        Field("by", .text, "Who did it.", ifKnown: { $0.by })
        Field("source", .text, "Where it was read.", ifKnown: { $0.source.isEmpty ? nil : $0.source })
        Field("about", .list(.key), "What it is known to concern, by the keys of checks.") { change in
            change.about.map(\.key)
        }
        Field("past", .bool, "It was so before the first look.") { $0.isPast }
    }
}
