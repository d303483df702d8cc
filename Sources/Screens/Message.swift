package import Display
package import EngineAPI
package import Monitoring

/// What happened, as the loop tells `update`.
///
/// The loop sends `.tick` before the keys of one wait, so that `Model.now` is the moment they arrived.
package enum Message: Sendable {
    case tick(Timestamp)
    case key(Key)
    /// The mouse, and what stood under it on the screen that was shown.
    case pointer(Pointer.Act, Hit?)
    case resized(Size)
    /// What the terminal said of its background.
    case background(isLight: Bool)
    case snapshot(Snapshot)
    case detail(EntityID, Detail?)
    case history(SeriesID, HistoryRange, History)
    /// The answer to `Effect.submit` with this number.
    case reply(Int, Reply)
    /// What became of a person's own command.
    case ran(OwnRun, RunAnswer)
    /// What became of a text for the clipboard.
    case copied(Copying)
    /// Where a text was written to, or why it was not.
    case saved(Result<String, SavingError>)
}

/// Why a text was not written, as a sentence.
package struct SavingError: Error, Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }
}
