/// What happens when, in seconds of a chapter; a chapter ends on a good morning and is then told again.
///
/// Four incidents, one of each kind, on a store that is well but for its small noise. Failures: deniz sends all orders
/// through the new ERP path, which cannot take them: they slow down and fail, their queue grows, its consumers die and
/// the flow falls silent, the nightly comparison misses its run, and a price import leaves an indexer stuck; then mira
/// switches the path back. Whoever watches may be faster than mira: the path is as fast as the flag says, at any time.
/// Silence: the WMS is told another address and sends no shipments. Slow growth: a new version of the connector puts
/// some orders off, and nobody sends them again. Blindness: a patch drops an indexer's triggers, and its changes are seen
/// by nobody.
enum DemoStory {
    static let length = 930

    // Failures.
    static let newPathOn = 20
    static let consumersDie = 60
    static let jobHangs = 50
    static let indexerSticks = 75
    static let oldPathBack = 140
    static let indexerRecovers = 155
    /// The new path is loaded until here.
    static let pathRests = 280

    // Silence.
    static let addressChanges = 312
    static let shipmentsStop = 320
    static let shipmentsComeBack = 440

    // Slow growth.
    static let connectorChanges = 500
    static let ordersPutOff = 515
    static let ordersSentAgain = 620

    // Blindness.
    static let patchDropsTriggers = 710
    static let triggersComeBack = 810

    /// The store reads its flags so many seconds apart: who watches sees the cause before what follows.
    static let flagsReadAfter = 4

    /// The new path cannot carry the load of the morning.
    static func isNewPathOverloaded(at second: Int) -> Bool { (newPathOn..<pathRests).contains(second) }

    static func isIndexerStuck(at second: Int) -> Bool { (indexerSticks..<indexerRecovers).contains(second) }

    static func areShipmentsSilent(at second: Int) -> Bool {
        (shipmentsStop..<shipmentsComeBack).contains(second)
    }

    static func areOrdersPutOff(at second: Int) -> Bool { (ordersPutOff..<ordersSentAgain).contains(second) }

    static func isIndexerBlind(at second: Int) -> Bool {
        (patchDropsTriggers..<triggersComeBack).contains(second)
    }
}
