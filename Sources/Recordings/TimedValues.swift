import Platform
import Text

/// Rows of time and value from a CSV file, with a header or without: the first two columns, whatever parts them.
package struct TimedValues: ~Copyable {
    package struct Row: Sendable, Hashable {
        /// Seconds since 1970.
        package var at: Double
        /// Nil where there is none.
        package var value: Double?

        package init(at: Double, value: Double?) {
            self.at = at
            self.value = value
        }
    }

    private var file: RecordingFile
    private var text: [UInt8] = []
    private var place = 0
    private var line = 0
    private var isEnded = false
    private var hasRow = false

    package init(_ path: String) throws { file = try RecordingFile(path) }

    /// Nil at the end; throws at a row that is none.
    package mutating func next() throws -> Row? {
        while let bytes = try nextLine() {
            line += 1
            let cells = Self.cells(bytes)
            if cells.isEmpty { continue }
            if let row = Self.row(cells) {
                hasRow = true
                return row
            }
            // What is above the first row may be what the columns are called.
            if !hasRow, line == 1 { continue }
            let shown = Sanitizer.line(String(decoding: bytes.prefix(60), as: UTF8.self), maxBytes: 60)
            throw RecordingFault(
                line: line,
                "\"\(shown)\" is no row of time and value, such as 2026-11-18T10:00:00Z,12.5 or 1795834800,12.5"
            )
        }
        guard hasRow else {
            throw RecordingFault(line: 0, "it has no row of time and value: is it a CSV file?")
        }
        return nil
    }

    private mutating func nextLine() throws -> ArraySlice<UInt8>? {
        while true {
            if let end = text[place...].firstIndex(of: 0x0A) {
                defer { place = end + 1 }
                return text[place..<end]
            }
            if isEnded {
                guard place < text.count else { return nil }
                defer { place = text.count }
                return text[place...]
            }
            guard text.count - place <= 1 << 20 else {
                throw RecordingFault(line: line + 1, "it is longer than 1 MB: is it a CSV file?")
            }
            text.removeSubrange(..<place)
            place = 0
            let piece = try file.next()
            if piece.isEmpty { isEnded = true }
            text += piece
        }
    }

    private static func cells(_ line: ArraySlice<UInt8>) -> [String] {
        let parts = line.split(omittingEmptySubsequences: false) { $0 == 0x2C || $0 == 0x3B || $0 == 0x09 }
        let cells = parts.map { part in
            String(decoding: part.filter { $0 != 0x22 && $0 != 0x0D }, as: UTF8.self)
        }
        return cells.allSatisfy(\.isEmpty) ? [] : cells
    }

    private static func row(_ cells: [String]) -> Row? {
        guard cells.count >= 2, let at = time(cells[0]) else { return nil }
        var text = cells[1].utf8[...]
        while text.first == 0x20 { text = text.dropFirst() }
        while text.last == 0x20 { text = text.dropLast() }
        if text.isEmpty { return Row(at: at, value: nil) }
        guard let value = Double(String(decoding: text, as: UTF8.self)) else { return nil }
        return Row(at: at, value: value.isFinite ? value : nil)
    }

    /// `1795834800`, also in milliseconds; `2026-11-18T10:00:00Z`, `2026-11-18 10:00:00`, `2026-11-18 10:00`.
    private static func time(_ text: String) -> Double? {
        if let number = Double(text), number.isFinite { return abs(number) > 1e11 ? number / 1000 : number }
        var bytes = Array(text.utf8)
        if bytes.count > 10, bytes[10] == 0x20 { bytes[10] = 0x54 }
        if let dot = bytes.firstIndex(of: 0x2E) {
            let digits = bytes[(dot + 1)...].prefix { 0x30...0x39 ~= $0 }
            bytes.removeSubrange(dot..<(dot + 1 + digits.count))
        }
        if bytes.count == 10 { bytes += "T00:00:00".utf8 }
        if bytes.count == 16 { bytes += ":00".utf8 }
        if bytes.count == 19 { bytes.append(0x5A) }
        return CivilTime.secondsSinceEpoch(of: String(decoding: bytes, as: UTF8.self)).map(Double.init)
    }
}
