/// What a finding stands on, for whoever asks how sure it is; each a clause without a clock time.
package struct Basis: Sendable, Hashable, Codable {
    /// What the model of the healthy state has: `40 in 14 min, by this half hour of the week`.
    package var expected: String
    /// `3 in 14 min`
    package var came: String
    /// What was looked at since it began: attempts, calls.
    package var samples: Int
    /// How the two were compared: `a sum of likelihoods of counts`.
    package var test: String
    /// What is expected and what came where there is room for a figure alone: `usual 0.4 %`, `11 of 63, 17.5 %`.
    package var shortExpected: String?
    package var shortCame: String?

    package init(
        expected: String, came: String, samples: Double, test: String,
        short: (expected: String, came: String)? = nil
    ) {
        (shortExpected, shortCame) = (short?.expected, short?.came)
        self.expected = expected
        self.came = came
        self.samples = Int(exactly: samples.rounded()) ?? 0
        self.test = test
    }
}
