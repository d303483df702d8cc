/// At most 256 latencies that stand for all that came: when full, every second one is dropped and from then
/// on only every second, fourth, … is taken, so that early and late ones weigh alike.
struct LatencySample: Sendable {
    static let limit = 256
    private(set) var values: [Double] = []
    private var stride = 1
    private var seen = 0

    /// Takes seconds; what is negative, not finite or over a day is no latency.
    mutating func take(_ seconds: Double) {
        guard seconds >= 0, seconds <= 86_400 else { return }
        defer { seen &+= 1 }
        guard seen % stride == 0 else { return }
        if values.count == Self.limit {
            values = values.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
            stride *= 2
            guard seen % stride == 0 else { return }
        }
        values.append(seconds)
    }
}
