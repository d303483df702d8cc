import FeatureFlags
import Text

/// What is known once a flag file was replaced, or could not be, and what that makes of the change.
struct SwapEnd {
    /// The file as it was read back.
    enum Seen {
        /// Nil when it is gone from the file; `refusal` is why flagd takes none of it.
        case flag(FlagReading?, refusal: String?)
        case unreadable(String)
    }

    var seen: Seen
    /// Why it could not be written; nil when the system says that it was.
    var failure: String?
    /// What another program did meanwhile, a sentence.
    var deed: String?
    /// What may be wrong with it all the same.
    var doubts: [String] = []

    func outcome(of change: FlagChange) -> ChangeOutcome {
        let others = deed.map { "; \($0)" } ?? ""
        let reading: FlagReading
        switch seen {
        case .unreadable(let why):
            return .unknown("it was written and could not be read back: \(why)\(others)")
        case .flag(nil, _): return .unknown("it is gone from the file after the change\(others)")
        case .flag(_?, let why?): return .unknown(why + others)
        case .flag(let after?, nil): reading = after
        }
        let isAsAsked = reading.value == change.to
        if let failure {
            if isAsAsked {
                return .unknown(
                    "the file says \(change.to.text), but the disk did not confirm it: \(failure)\(others)")
            }
            if reading.revision == change.expectedRevision { return .refused(failure + others) }
            return .unknown("it reads \(Sanitizer.line(reading.value.text)) now; \(failure)\(others)")
        }
        if let deed { return .crossed(reading, deed) }
        guard isAsAsked else { return .crossed(reading, "it was written anew right after") }
        return doubts.isEmpty ? .confirmed(reading) : .saved(reading, doubts.joined(separator: "; "))
    }
}
