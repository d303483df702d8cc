/// Cuts the bytes for a terminal into characters, controls and sequences.
struct VTParser: Sendable {
    /// `CSI mark parameters final`; a parameter is a list because of `38:5:1`.
    struct Sequence: Sendable {
        /// `?`, `>`, or an intermediate like `!`.
        var mark: String
        var parameters: [[Int?]]
        var final: Character
    }

    enum Action: Sendable {
        case print(Unicode.Scalar)
        case control(UInt8)
        case escape(String, Character)
        case sequence(Sequence)
        /// OSC, DCS and the like, with the byte that began it.
        case string(String)
    }

    private enum State: Hashable {
        case ground, escape, sequence
        case string(afterEscape: Bool)
    }

    private var state = State.ground
    private var collected: [UInt8] = []
    private var scalar: [UInt8] = []

    mutating func feed(_ byte: UInt8) -> [Action] {
        switch state {
        case .ground: return ground(byte)
        case .escape: return escape(byte)
        case .sequence:
            if byte == 0x1b {
                state = .escape
                collected = []
                return []
            }
            if byte < 0x20 { return [.control(byte)] }
            collected.append(byte)
            guard (0x40...0x7e).contains(byte) else { return [] }
            state = .ground
            return [.sequence(Self.sequence(collected))]
        case .string(let afterEscape):
            if byte == 0x07 || (afterEscape && byte == 0x5c) {
                state = .ground
                return [.string(String(decoding: collected, as: UTF8.self))]
            }
            if byte != 0x1b { collected.append(byte) }
            // The Linux console's own: back to its palette, without an end.
            if collected == Array("]R".utf8) {
                state = .ground
                return []
            }
            state = .string(afterEscape: byte == 0x1b)
            return []
        }
    }

    private mutating func ground(_ byte: UInt8) -> [Action] {
        if byte == 0x1b {
            state = .escape
            collected = []
            scalar = []
            return []
        }
        if byte < 0x20 || byte == 0x7f { return [.control(byte)] }
        if byte < 0x80 { return [.print(Unicode.Scalar(byte))] }
        scalar = byte >= 0xc0 ? [byte] : scalar + [byte]
        let length = scalar[0] >= 0xf0 ? 4 : scalar[0] >= 0xe0 ? 3 : 2
        guard scalar.count >= length else { return [] }
        defer { scalar = [] }
        return String(decoding: scalar, as: UTF8.self).unicodeScalars.map { .print($0) }
    }

    private mutating func escape(_ byte: UInt8) -> [Action] {
        switch byte {
        case 0x20...0x2f:
            collected.append(byte)
            return []
        case 0x5b where collected.isEmpty: state = .sequence
        case 0x50, 0x58, 0x5d, 0x5e, 0x5f:
            state = .string(afterEscape: false)
            collected = [byte]
        default:
            state = .ground
            return [.escape(String(decoding: collected, as: UTF8.self), Character(Unicode.Scalar(byte)))]
        }
        return []
    }

    private static func sequence(_ bytes: [UInt8]) -> Sequence {
        let marks = bytes.dropLast().filter { (0x3c...0x3f).contains($0) || (0x20...0x2f).contains($0) }
        let digits = bytes.dropLast().filter { (0x30...0x3b).contains($0) }
        let parameters =
            digits.isEmpty
            ? []
            : String(decoding: digits, as: UTF8.self).split(separator: ";", omittingEmptySubsequences: false)
                .map { $0.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) } }
        return Sequence(
            mark: String(decoding: marks, as: UTF8.self), parameters: parameters,
            final: Character(Unicode.Scalar(bytes.last ?? 0x40)))
    }
}
