import FeatureFlags
import Platform
import Text

/// What another program did to the file while we changed it, and what became of its text.
struct ForeignDeed {
    let text: String

    /// Nil when nobody did anything. Keeps what would be lost.
    init?(of swap: FlagFileSwap, isLate: Bool) {
        let name = Sanitizer.line(swap.place.name, maxBytes: 128)
        let moment = isLate ? "soon after" : "at the same moment"
        var parts: [String] = []
        switch swap.keepTheirs() {
        case .success(let path):
            parts.append(
                "what another program wrote to \(name) \(moment) is not in force, it is kept in "
                    + Sanitizer.line(path, maxBytes: 300))
        case .failure(let error):
            parts.append(
                "what another program wrote to \(name) \(moment) is not in force and could not be kept: "
                    + Sanitizer.line("\(error)", maxBytes: 300))
        case nil: break
        }
        let isKept = !parts.isEmpty
        let history = swap.history
        if history.isPlaced, history.before.isReplaced {
            parts.append(
                "another program's \(name), put there at the same moment, was replaced and could not be kept: "
                    + "it has to be saved again")
        }
        if history.after.isReplaced || history.after.isWritten && !isKept {
            parts.append("another program wrote \(name) \(isLate ? "soon" : "right") after")
        }
        guard !parts.isEmpty else { return nil }
        text = parts.joined(separator: "; ")
    }
}

/// A change that has ended, whose file is watched a while still.
struct WatchedChange {
    let swap: FlagFileSwap
    let reading: FlagReading
    let until: ContinuousClock.Instant
}
