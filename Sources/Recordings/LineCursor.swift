import Documents
import Text

/// Reads one line of JSON front to back, without a tree: what it does not look for it skips.
///
/// `Documents` reads with places and refuses duplicate keys, for ten times the time; a recording has a million lines.
struct LineCursor {
    /// What is nested deeper is refused.
    private static let depth = 64

    var bytes: [UInt8] = []
    var place = 0
    /// Behind the last byte of the line.
    var end = 0
    var line = 0
    private var names = NameTable()
    /// The day read last, as most lines are of one: its ten bytes, and the second it begins.
    private var day: (bytes: [UInt8], begins: Double) = ([], 0)

    func fault(_ message: String) -> RecordingFault { RecordingFault(line: line, message) }

    private var found: String {
        guard place < end else { return "the end of the line" }
        return JSONShown.byte(bytes[place])
    }

    // MARK: Structure

    mutating func skipSpace() {
        while place < end, bytes[place] == 0x20 || bytes[place] == 0x09 || bytes[place] == 0x0D { place += 1 }
    }

    /// The next byte that is no space; 0 at the end.
    mutating func peek() -> UInt8 {
        skipSpace()
        return place < end ? bytes[place] : 0
    }

    mutating func expect(_ byte: UInt8, _ what: String) throws(RecordingFault) {
        guard peek() == byte else { throw fault("expected \(what), found \(found)") }
        place += 1
    }

    mutating func openObject() throws(RecordingFault) { try expect(0x7B, "'{'") }

    /// The next member's word, standing before its value; nil behind the closing brace. A word that is none of ours
    /// is skipped with its value.
    mutating func nextMember() throws(RecordingFault) -> Word? {
        while true {
            let isFirst = bytes[place - 1] == 0x7B
            let byte = peek()
            if byte == 0x7D {
                place += 1
                return nil
            }
            if !isFirst { try expect(0x2C, "',' or '}'") }
            let name = try namePlace()
            try expect(0x3A, "':'")
            if let name, let word = Word(rawValue: name) { return word }
            try skip()
        }
    }

    /// Whether `[` or `null` stands here; past the bracket.
    mutating func openArray() throws(RecordingFault) { try expect(0x5B, "'['") }

    /// Whether there is another element, standing before it; past the bracket when there is none.
    mutating func nextElement() throws(RecordingFault) -> Bool {
        let isFirst = bytes[place - 1] == 0x5B
        if peek() == 0x5D {
            place += 1
            return false
        }
        if !isFirst { try expect(0x2C, "',' or ']'") }
        return true
    }

    /// Past one value of any kind.
    mutating func skip() throws(RecordingFault) {
        var depth = 0
        repeat {
            switch peek() {
            case 0x7B, 0x5B:
                depth += 1
                place += 1
                guard depth <= Self.depth else { throw fault("nested deeper than \(Self.depth)") }
            case 0x7D, 0x5D:
                guard depth > 0 else { throw fault("expected a value, found \(found)") }
                depth -= 1
                place += 1
            case 0x2C, 0x3A:
                guard depth > 0 else { throw fault("expected a value, found \(found)") }
                place += 1
            case 0x22: _ = try stringRange()
            case 0: throw fault("expected a value, found the end of the line")
            default:
                let begin = place
                while place < end, Self.isPlain(bytes[place]) { place += 1 }
                guard place > begin else { throw fault("expected a value, found \(found)") }
            }
        } while depth > 0
    }

    /// Bytes of numbers, true, false and null.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x61...0x7A, 0x41...0x5A, 0x2B, 0x2D, 0x2E: true
        default: false
        }
    }

    // MARK: Scalars

    /// Past a `null`, when one stands here.
    mutating func takeNull() throws(RecordingFault) -> Bool {
        guard peek() == 0x6E else { return false }
        try skip()
        return true
    }

    mutating func bool() throws(RecordingFault) -> Bool {
        let byte = peek()
        guard byte == 0x74 || byte == 0x66 else { throw fault("expected true or false, found \(found)") }
        try skip()
        return byte == 0x74
    }

    mutating func optionalNumber() throws(RecordingFault) -> Double? {
        try takeNull() ? nil : try number()
    }

    mutating func number() throws(RecordingFault) -> Double {
        let first = peek()
        let begin = place
        if first == 0x2D { place += 1 }
        var (digits, fraction, whole) = (0, 0, 0)
        while place < end, case 0x30...0x39 = bytes[place] {
            if digits < 15 { whole = whole * 10 + Int(bytes[place] - 0x30) }
            digits += 1
            place += 1
        }
        if place < end, bytes[place] == 0x2E {
            place += 1
            while place < end, case 0x30...0x39 = bytes[place] {
                if digits < 15 { whole = whole * 10 + Int(bytes[place] - 0x30) }
                digits += 1
                fraction += 1
                place += 1
            }
        }
        guard digits > 0 else {
            place = begin
            throw fault("expected a number, found \(found)")
        }
        let isPlain = place >= end || !(bytes[place] == 0x65 || bytes[place] == 0x45)
        if isPlain, digits <= 15 {
            let size = Double(whole) / Self.powers[fraction]
            return first == 0x2D ? -size : size
        }
        while place < end, Self.isPlain(bytes[place]) { place += 1 }
        guard let value = Double(String(decoding: bytes[begin..<place], as: UTF8.self)), value.isFinite else {
            place = begin
            throw fault("expected a number, found \(found)")
        }
        return value
    }

    /// A whole number, to the last digit as far as 64 bits hold it; what is larger is their bound.
    mutating func integer() throws(RecordingFault) -> Int128 {
        let isNegative = peek() == 0x2D
        let begin = place
        if isNegative { place += 1 }
        var (value, digits): (Int128, Int) = (0, 0)
        while place < end, case 0x30...0x39 = bytes[place] {
            if digits < 25 { value = value * 10 + Int128(bytes[place] - 0x30) }
            digits += 1
            place += 1
        }
        if digits > 0, place >= end || !Self.isPlain(bytes[place]) { return isNegative ? -value : value }
        // `12.0` or `1e3`: some programs write so.
        place = begin
        return Int128(exactly: try number().rounded()) ?? 0
    }

    /// A value of many members, read as it encodes itself; nil where this program cannot read it.
    mutating func document<Value: Decodable>(_ type: Value.Type) throws(RecordingFault) -> Value? {
        skipSpace()
        let begin = place
        try skip()
        return try? JSON.decode(Value.self, from: Array(bytes[begin..<place]), name: "recording")
    }

    private static let powers: [Double] = (0...15).map { (0..<$0).reduce(1.0) { power, _ in power * 10 } }

    /// The bytes between the quotes, and whether an escape is among them.
    mutating func stringRange() throws(RecordingFault) -> (from: Int, to: Int, hasEscape: Bool) {
        try expect(0x22, "a text in double quotes")
        let begin = place
        var hasEscape = false
        while place < end {
            let byte = bytes[place]
            if byte == 0x22 {
                place += 1
                return (begin, place - 1, hasEscape)
            }
            if byte == 0x5C {
                hasEscape = true
                place += 1
            }
            place += 1
        }
        place = end
        throw fault("a text is never closed")
    }

    mutating func string() throws(RecordingFault) -> String {
        let (from, to, hasEscape) = try stringRange()
        if !hasEscape { return String(decoding: bytes[from..<to], as: UTF8.self) }
        guard let text = JSONShown.unescaped(bytes[from..<to]) else {
            throw fault("an escape in a text is none of JSON's")
        }
        return text
    }

    mutating func optionalString() throws(RecordingFault) -> String? {
        try takeNull() ? nil : try string()
    }

    /// A text that comes again and again.
    mutating func name() throws(RecordingFault) -> String {
        let begin = peek() == 0x22 ? place : place
        guard let known = try namePlace() else {
            place = begin
            return try string()
        }
        return names[known]
    }

    private mutating func namePlace() throws(RecordingFault) -> Int? {
        skipSpace()
        let begin = place
        let (from, to, hasEscape) = try stringRange()
        if !hasEscape { return names.place(of: bytes, from, to) }
        let behind = place
        place = begin
        let text = Array(try string().utf8)
        place = behind
        return names.place(of: text, 0, text.count)
    }

    mutating func optionalTime() throws(RecordingFault) -> Double? { try takeNull() ? nil : try time() }

    /// Seconds since 1970 of RFC 3339 text, whole and with a fraction.
    mutating func time() throws(RecordingFault) -> Double {
        let (from, to, _) = try stringRange()
        if to - from == 20 || to - from == 24, bytes[to - 1] == 0x5A, let seconds = clock(from + 10),
            let fraction = to - from == 20 ? 0 : thousandths(from + 19)
        {
            if bytes[from..<from + 10].elementsEqual(day.bytes) { return day.begins + seconds + fraction }
            let date = String(decoding: bytes[from..<from + 10], as: UTF8.self)
            if let begins = CivilTime.secondsSinceEpoch(of: date) {
                day = (Array(bytes[from..<from + 10]), Double(begins))
                return day.begins + seconds + fraction
            }
        }
        let text = String(decoding: bytes[from..<to], as: UTF8.self)
        guard let seconds = Self.seconds(of: text) else {
            throw fault("\(JSONShown.quoted(text)) is no time such as 2026-11-18T10:00:00Z")
        }
        return seconds
    }

    /// `T10:00:10` as seconds of the day.
    private func clock(_ from: Int) -> Double? {
        func two(_ place: Int, _ most: Int) -> Int? {
            let (tens, ones) = (Int(bytes[place]) - 0x30, Int(bytes[place + 1]) - 0x30)
            guard 0...9 ~= tens, 0...9 ~= ones, tens * 10 + ones <= most else { return nil }
            return tens * 10 + ones
        }
        guard bytes[from] == 0x54, bytes[from + 3] == 0x3A, bytes[from + 6] == 0x3A,
            let hour = two(from + 1, 23), let minute = two(from + 4, 59), let second = two(from + 7, 59)
        else { return nil }
        return Double(hour * 3600 + minute * 60 + second)
    }

    /// `.250`
    private func thousandths(_ from: Int) -> Double? {
        guard bytes[from] == 0x2E else { return nil }
        var sum = 0
        for place in from + 1...from + 3 {
            guard case 0x30...0x39 = bytes[place] else { return nil }
            sum = sum * 10 + Int(bytes[place] - 0x30)
        }
        return Double(sum) / 1000
    }

    private static func seconds(of text: String) -> Double? {
        if let whole = CivilTime.secondsSinceEpoch(of: text) { return Double(whole) }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let digits = parts[1].prefix { ("0"..."9").contains($0) }
        guard let whole = CivilTime.secondsSinceEpoch(of: "\(parts[0])\(parts[1].dropFirst(digits.count))"),
            let fraction = Double("0.\(digits)")
        else { return nil }
        return Double(whole) + fraction
    }
}
