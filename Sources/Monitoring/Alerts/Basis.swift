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

    package init(expected: String, came: String, samples: Double, test: String) {
        self.expected = expected
        self.came = came
        self.samples = Int(exactly: samples.rounded()) ?? 0
        self.test = test
    }
}
