import Documents
import Monitoring
import Text

/// Writes one line of JSON front to back.
struct LineWriter {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    /// The finished line with its end; a new one begins.
    mutating func takeLine() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes + [0x0A]
    }

    mutating func object(_ members: (inout LineWriter) -> Void) { nest(0x7B, 0x7D, members) }
    mutating func array(_ elements: (inout LineWriter) -> Void) { nest(0x5B, 0x5D, elements) }

    private mutating func nest(_ open: UInt8, _ close: UInt8, _ body: (inout LineWriter) -> Void) {
        bytes.append(open)
        isFirst = true
        body(&self)
        bytes.append(close)
        isFirst = false
    }

    /// Before a value in a list.
    mutating func element() {
        if !isFirst { bytes.append(0x2C) }
        isFirst = false
    }

    /// Before a member's value.
    mutating func key(_ word: Word) {
        element()
        bytes.append(0x22)
        bytes += word.text.utf8
        bytes += [0x22, 0x3A]
    }

    mutating func member(_ word: Word, _ value: some RecordedValue) {
        key(word)
        value.write(to: &self)
    }

    // MARK: Values

    mutating func null() { bytes += "null".utf8 }
    mutating func bool(_ value: Bool) { bytes += (value ? "true" : "false").utf8 }
    mutating func string(_ text: String) { JSONText.append(text, to: &bytes) }
    mutating func integer(_ value: some FixedWidthInteger) { bytes += String(value).utf8 }

    mutating func number(_ value: Double) {
        guard value.isFinite else { return null() }
        if let whole = Int64(exactly: value), abs(whole) < 1 << 53 { return integer(whole) }
        bytes += value.description.utf8
    }

    /// `2026-11-18T10:00:00.250Z`, without what is zero.
    mutating func time(_ time: WallTime) {
        let text = time.civil.rfc3339
        let rest = (time.milliseconds % 1000 + 1000) % 1000
        bytes.append(0x22)
        if rest == 0 {
            bytes += text.utf8
        } else {
            let digits = String(rest)
            bytes += text.utf8.dropLast()
            bytes.append(0x2E)
            bytes += repeatElement(0x30, count: 3 - digits.utf8.count)
            bytes += digits.utf8
            bytes.append(0x5A)
        }
        bytes.append(0x22)
    }

    /// Whatever can be encoded, as it encodes itself; null where it cannot be.
    mutating func document(_ value: some Encodable) {
        bytes += (try? JSONWriter.write(value)) ?? Array("null".utf8)
    }
}
