/// What came by what was expected, half an hour ago and back, forgotten in so many minutes: the level of the day.
///
/// It lags, so that a fall is not learned before it is told, and is not followed while there is a doubt.
struct LevelFollower: Sendable {
    private static let lag = 30

    private let memory: Double
    private let prior: Double
    private var waiting: [(count: Double, expected: Double)] = []
    private var minute = (index: 0.0, count: 0.0, expected: 0.0)
    private var level = (count: 0.0, expected: 0.0)

    /// `prior`: as if so many events had been as usual.
    init(minutes: Double, prior: Double) {
        memory = minutes
        self.prior = prior
    }

    var factor: Double { (level.count + prior) / (level.expected + prior) }

    mutating func add(_ count: Double, expected: Double, at now: Double, isDoubtful: Bool) {
        minute.count += count
        minute.expected += expected
        let index = (now / 60).rounded(.down)
        guard index > minute.index else { return }
        waiting.append((minute.count, minute.expected))
        minute = (index, 0, 0)
        guard waiting.count > Self.lag else { return }
        let old = waiting.removeFirst()
        guard !isDoubtful else { return }
        level.count = level.count * (1 - 1 / memory) + old.count
        level.expected = level.expected * (1 - 1 / memory) + old.expected
    }
}
