import CPCRE2

/// A PCRE2 pattern with hard bounds, for lines that nobody vouches for (`safety.md` F2).
///
/// Not Sendable: a pattern holds the memory of its newest match, so it belongs to one probe.
@safe package final class LinePattern {
    package enum Match {
        case match
        case noMatch
        /// A bound was reached: nothing is known about this line.
        case gaveUp
    }

    /// How much one match may cost.
    package enum Effort {
        /// In proportion to its line: what a pattern needs that goes over it some times.
        case little
        /// Up to the bound: about 10 ms.
        case much
    }

    /// Steps of one match, some 20 ns each.
    private static let most = 500_000
    private static let fewest = 1000
    private static let fewPerByte = 32
    private static let mostOfFew = 100_000
    private static let depthLimit: UInt32 = 20_000
    private static let heapKibibytes: UInt32 = 8192

    private let handle: OpaquePointer

    /// Throws `RuleFailure` with PCRE2's own message and the place it stopped at.
    package init(_ pattern: String) throws(RuleFailure) {
        var message = [CChar](repeating: 0, count: 256)
        let room = message.count
        var offset = 0
        let characters = pattern.utf8.map { CChar(bitPattern: $0) }
        let made = unsafe cpcre2_compile(
            characters, characters.count, Self.depthLimit, Self.heapKibibytes, &message,
            room, &offset)
        guard let made = unsafe made else {
            let words = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw RuleFailure("pattern, at byte \(offset): \(String(decoding: words, as: UTF8.self))")
        }
        unsafe handle = made
    }

    deinit { unsafe cpcre2_free(handle) }

    /// The number of a named group; nil when the pattern has none of this name.
    package func group(named name: String) -> Int? {
        let number = unsafe cpcre2_group_number(handle, name)
        return number < 0 ? nil : Int(number)
    }

    package func match(_ line: ArraySlice<UInt8>, _ effort: Effort = .much) -> Match {
        let steps =
            switch effort {
            case .little: min(Self.mostOfFew, Self.fewest + Self.fewPerByte * line.count)
            case .much: Self.most
            }
        let result = unsafe line.withUnsafeBufferPointer { bytes in
            unsafe cpcre2_match(handle, bytes.baseAddress, bytes.count, UInt32(steps))
        }
        switch result {
        case CPCRE2_MATCH: return .match
        case CPCRE2_NO_MATCH: return .noMatch
        default: return .gaveUp
        }
    }

    /// What the group took in the newest match of `line`; nil when it took no part in it.
    package func text(ofGroup number: Int, in line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var start = 0
        var end = 0
        guard let index = Int32(exactly: number), unsafe cpcre2_group(handle, index, &start, &end),
            start <= end, end <= line.count
        else { return nil }
        return line[(line.startIndex + start)..<(line.startIndex + end)]
    }
}
