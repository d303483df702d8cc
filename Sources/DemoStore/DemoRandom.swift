/// SplitMix64 (Steele, Lea, Flood 2014): the same seed tells the same story.
struct DemoRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// 0 ..< 1
    mutating func share() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    /// `mean` give or take `spread` (a share of it), never below zero.
    mutating func around(_ mean: Double, spread: Double = 0.2) -> Double {
        max(0, mean * (1 + (share() * 2 - 1) * spread))
    }
}
