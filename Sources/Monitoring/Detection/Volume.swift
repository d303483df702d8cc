/// What one flow did in one poll, and what was to be expected.
struct FlowBin: Sendable {
    /// Attempts that ended.
    var count = 0.0
    /// By its curve, on the lower side of steps; nil where nothing is known.
    var expected: Double?
    /// By its curve as it is, to learn the level by.
    var usual = 0.0
    /// Nothing is to be said of how many came: switched off, planned, or what lies before it is in trouble.
    var isExcused = false
    /// It fails, is retried or has fallen: it is no witness for others.
    var isSuspect = false
}
