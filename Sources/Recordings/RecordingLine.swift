package import Monitoring

/// What one line of a recording says.
package enum RecordingLine: Sendable, Hashable {
    /// The first line: the store, and the time that was recorded.
    case header(StoreShape, from: Double, to: Double)
    case past(PastSeries)
    case observed(Observation)
    case event(StoreEvent)
}
