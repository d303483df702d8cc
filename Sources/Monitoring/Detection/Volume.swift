/// What one flow did in one poll, and what was to be expected.
struct FlowBin: Sendable {
    /// Attempts that ended.
    var count = 0.0
    /// By its curve, on the lower side of steps; nil where nothing is known.
    var expected: Double?
    /// By its curve as it is, to learn the level by.
    var usual = 0.0
    /// Expected by the last hours alone: there is no past.
    var isLearning = false
    /// Nothing is to be said of how many came: switched off, planned, or what lies before it is in trouble.
    var isExcused = false
    /// It fails, is retried or has fallen: it is no witness for others.
    var isSuspect = false
}

/// How much came in the last hours, half an hour ago and back: all that is known of a flow without a past.
struct RecentRate: Sendable {
    private var level = LevelFollower(minutes: 60, prior: 0)
    private var seen = 0.0

    /// A second; nil until a hundred came.
    var rate: Double? { seen >= 100 && level.factor.isFinite ? level.factor : nil }

    mutating func add(_ count: Double, seconds: Double, _ now: Circumstances, isDoubtful: Bool) {
        seen += count
        level.add(count, expected: seconds, at: now.at, isDoubtful: isDoubtful)
    }
}
