/// Version 4 UUIDs from a seed, so that `update` stays a function of its arguments.
///
/// They name changes and keep no secret; the seed is 128 random bits of the session's.
package struct OpIDs: Sendable {
    private var high: UInt64
    private var low: UInt64

    package init(seed: (UInt64, UInt64)) {
        high = seed.0
        low = seed.1
    }

    package mutating func next() -> String {
        let a = Self.step(&high) & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let b = Self.step(&low) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = Self.hex(a) + Self.hex(b)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014).
    private static func step(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
