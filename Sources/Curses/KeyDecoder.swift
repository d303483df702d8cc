package import Display

/// Turns what a terminal sends into keys: ASCII, UTF-8, the sequences of xterm, rxvt, the Linux console and
/// their kin, and bracketed paste. Anything else is dropped, whatever its length.
package struct KeyDecoder: Sendable {
    /// A paste is cut here, in bytes.
    package static let longestPaste = 64 * 1024
    /// No key has a longer sequence; what goes on is not one.
    private static let longestSequence = 64

    private enum State: Hashable {
        case ground
        /// ESC came; what follows within the escape delay belongs to it.
        case escape
        /// `ESC [`: parameters so far.
        case control([UInt8])
        /// `ESC [ [`: a function key of the Linux console.
        case console
        /// `ESC O`.
        case single
        /// A mouse report of the oldest kind: so many bytes are still to be dropped.
        case dropped(Int)
        /// An answer (OSC, DCS, …) up to its end; true after an ESC in it.
        case string(afterEscape: Bool)
        /// UTF-8: the bytes so far and how many there will be.
        case scalar([UInt8], count: Int)
        /// Text is being pasted, which is kept beside so that a byte costs the same however many came before.
        case paste
    }

    private var state = State.ground
    private var pasted: [UInt8] = []
    /// The beginning of the answer that is being read.
    private var answer: [UInt8] = []
    /// What the terminal said of its background, until it is taken.
    private var background: Background?

    package init() {}

    /// How long the bytes so far may go on: if nothing comes within that time, call `flush`. Nil when they are whole.
    package enum Wait: Hashable, Sendable {
        /// As long as a terminal takes for the rest of a key.
        case forKey
        /// As long as a line may stall within a paste: a marker that never comes must not take the keyboard away.
        case forPaste
        /// Esc within a paste: the first byte of its marker, or a person who wants it to end.
        case forMarker
    }

    package var pending: Wait? {
        switch state {
        case .ground: nil
        case .paste: pasted.last == 0x1b ? .forMarker : .forPaste
        // The rest of a cut answer would be taken for keys; a person who pressed Alt-] waits for nothing.
        case .string where answer.starts(with: Background.beginning): .forMarker
        default: .forKey
        }
    }

    /// Nothing followed: a lone ESC was the key, a paste has ended, anything else half done is dropped.
    package mutating func flush() -> [Key] {
        defer { state = .ground }
        switch state {
        case .escape: return [.escape]
        case .paste:
            if pasted.last == 0x1b { pasted.removeLast() }
            return [takePaste()]
        default: return []
        }
    }

    /// What was said of the background since the last time.
    package mutating func takeBackground() -> Background? { background.take() }

    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [Key] {
        var keys: [Key] = []
        for byte in bytes { step(byte, &keys) }
        return keys
    }

    private mutating func step(_ byte: UInt8, _ keys: inout [Key]) {
        switch state {
        case .ground: ground(byte, &keys)
        case .escape: escape(byte, &keys)
        case .control(let parameters): control(byte, parameters, &keys)
        case .console:
            state = .ground
            if (0x41...0x45).contains(byte) { keys.append(.function(Int(byte) - 0x40)) }
        case .single:
            state = .ground
            if let key = Self.singleShift(byte) { keys.append(key) } else if byte == 0x1b { state = .escape }
        case .dropped(let count): state = count > 1 ? .dropped(count - 1) : .ground
        case .string(let afterEscape):
            if byte == 0x07 || (afterEscape && byte == 0x5c) {
                state = .ground
                background = Background(answer: answer) ?? background
            } else {
                if answer.count < Self.longestSequence { answer.append(byte) }
                state = .string(afterEscape: byte == 0x1b)
            }
        case .scalar(let head, let count): scalar(byte, head, count, &keys)
        case .paste: paste(byte, &keys)
        }
    }

    private mutating func ground(_ byte: UInt8, _ keys: inout [Key]) {
        switch byte {
        case 0x1b: state = .escape
        case 0x0a, 0x0d: keys.append(.enter)
        case 0x09: keys.append(.tab)
        case 0x08, 0x7f: keys.append(.backspace)
        case 0x00: keys.append(.control(" "))
        case 0x01...0x1a: keys.append(.control(Unicode.Scalar(byte + 0x60)))
        case 0x1c...0x1f: keys.append(.control(Unicode.Scalar(byte + 0x40)))
        case 0x20...0x7e: keys.append(.character(Unicode.Scalar(byte)))
        case 0xc2...0xdf: state = .scalar([byte], count: 2)
        case 0xe0...0xef: state = .scalar([byte], count: 3)
        case 0xf0...0xf4: state = .scalar([byte], count: 4)
        default: break
        }
    }

    private mutating func escape(_ byte: UInt8, _ keys: inout [Key]) {
        switch byte {
        case 0x5b: state = .control([])
        case 0x4f: state = .single
        case 0x50, 0x58, 0x5d, 0x5e, 0x5f:
            state = .string(afterEscape: false)
            answer = [byte]
        case 0x1b: keys.append(.escape)
        default:
            // Alt with a key, or ESC and a key that a slow line delivered together: the same bytes.
            keys.append(.escape)
            state = .ground
            ground(byte, &keys)
        }
    }

    private mutating func control(_ byte: UInt8, _ parameters: [UInt8], _ keys: inout [Key]) {
        switch byte {
        case 0x5b where parameters.isEmpty: state = .console
        case 0x4d where parameters.isEmpty: state = .dropped(3)
        case 0x20...0x3f:
            state = parameters.count < Self.longestSequence ? .control(parameters + [byte]) : .ground
        case 0x40...0x7e:
            state = .ground
            if byte == 0x7e && parameters == Array("200".utf8) {
                state = .paste
                pasted = []
            } else if let key = Self.controlSequence(parameters, final: byte) {
                keys.append(key)
            }
        case 0x1b: state = .escape
        default: state = .ground
        }
    }

    private mutating func scalar(_ byte: UInt8, _ head: [UInt8], _ count: Int, _ keys: inout [Key]) {
        guard (0x80...0xbf).contains(byte) else {
            state = .ground
            ground(byte, &keys)
            return
        }
        let bytes = head + [byte]
        guard bytes.count == count else {
            state = .scalar(bytes, count: count)
            return
        }
        state = .ground
        // Overlong forms and surrogates decode as replacement characters, C1 controls are no keys either.
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
        if scalars.count == 1, let scalar = scalars.first, scalar != "\u{FFFD}", scalar.value >= 0xa0 {
            keys.append(.character(scalar))
        }
    }

    private static let pasteEnd = Array("\u{1b}[201~".utf8)

    private mutating func paste(_ byte: UInt8, _ keys: inout [Key]) {
        pasted.append(byte)
        let end = Self.pasteEnd
        if byte == 0x7e && pasted.suffix(end.count).elementsEqual(end) {
            pasted.removeLast(end.count)
            keys.append(takePaste())
            state = .ground
        } else if pasted.count > Self.longestPaste + 64 * end.count {
            // Beyond the limit only what could be the end marker is kept.
            pasted.removeSubrange(Self.longestPaste..<(pasted.count - end.count))
        }
    }

    private mutating func takePaste() -> Key {
        defer { pasted = [] }
        return .paste(String(decoding: pasted.prefix(Self.longestPaste), as: UTF8.self))
    }

    /// `ESC O x`: cursor keys in application mode, F1 to F4, the numeric keypad.
    private static func singleShift(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x41...0x44, 0x46, 0x48, 0x50...0x53: controlSequence([], final: byte)
        case 0x61...0x64: controlSequence([], final: byte - 0x20)
        case 0x4d: .enter
        case 0x6a...0x6f, 0x70...0x79: .character(Unicode.Scalar(byte - 0x40))
        case 0x58: .character("=")
        default: nil
        }
    }

    /// `ESC [ parameters final`; Shift, Alt and Ctrl with a cursor key count as the key alone.
    private static func controlSequence(_ parameters: [UInt8], final: UInt8) -> Key? {
        switch final {
        case 0x4d where parameters.first == 0x3c: Pointer(report: parameters.dropFirst()).map(Key.pointer)
        case 0x41, 0x61: .up
        case 0x42, 0x62: .down
        case 0x43, 0x63: parameters.first == 0x3f ? nil : .right
        case 0x44, 0x64: .left
        case 0x46: .end
        case 0x48: .home
        case 0x50...0x53: .function(Int(final) - 0x4f)
        case 0x5a: .backTab
        case 0x7e: tilde(parameters)
        default: nil
        }
    }

    /// `ESC [ number ~`.
    private static func tilde(_ parameters: [UInt8]) -> Key? {
        let digits = parameters.prefix { (0x30...0x39).contains($0) }
        guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        return switch number {
        case 1, 7: .home
        case 2: .insert
        case 3: .delete
        case 4, 8: .end
        case 5: .pageUp
        case 6: .pageDown
        case 11...15: .function(number - 10)
        case 17...21: .function(number - 11)
        case 23...26: .function(number - 12)
        case 28, 29: .function(number - 13)
        case 31...34: .function(number - 14)
        default: nil
        }
    }
}
