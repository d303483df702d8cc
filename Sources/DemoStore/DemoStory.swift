/// What happens when, in seconds of a chapter; a chapter ends on a good morning and is then told again.
///
/// A healthy morning; deniz sends all orders through the new ERP path, which cannot take them: they slow
/// down and fail, their queue grows, its consumers die and the flow falls silent, the nightly comparison misses its run, and a price import
/// leaves an indexer stuck. Then mira switches the path back and everything recovers. Whoever watches may
/// be faster than mira: the path is as fast as the flag says, at any time.
enum DemoStory {
    static let length = 240

    static let newPathOn = 20
    static let consumersDie = 60
    static let jobHangs = 50
    static let indexerSticks = 75
    static let oldPathBack = 140
    static let indexerRecovers = 155
    /// An hour later, by the clock of the story.
    static let missedRunForgotten = 190

    /// The store reads its flags so many seconds apart: who watches sees the cause before what follows.
    static let flagsReadAfter = 4

    /// The new path cannot carry the load from here to the end of the chapter.
    static func isNewPathOverloaded(at second: Int) -> Bool { second >= newPathOn }

    static func isIndexerStuck(at second: Int) -> Bool {
        second >= indexerSticks && second < indexerRecovers
    }
}
