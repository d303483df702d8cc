internal import Monitoring
internal import Text

/// The answer to one query: cells as byte ranges of one buffer.
struct MySQLRows: Sendable {
    let columns: Int
    private(set) var bytes: [UInt8] = []
    /// Start of each cell and its length; -1 is NULL.
    private var cells: [(start: Int, length: Int)] = []

    init(columns: Int) { self.columns = columns }

    var count: Int { columns > 0 ? cells.count / columns : 0 }

    mutating func append(_ cell: UnsafeBufferPointer<UInt8>?) {
        guard let cell = unsafe cell else { return cells.append((bytes.count, -1)) }
        cells.append((bytes.count, cell.count))
        unsafe bytes.append(contentsOf: cell)
    }

    /// Nil for NULL and for a place that is not there. What is not UTF-8 is replaced; not sanitised.
    func text(_ row: Int, _ column: Int) -> String? {
        guard let cell = cell(row, column) else { return nil }
        return String(decoding: cell, as: UTF8.self)
    }

    /// A name as the server has it. What is not UTF-8 is written as `\\xNN`, so that no two names become one.
    func name(_ row: Int, _ column: Int) -> String? {
        guard let cell = cell(row, column) else { return nil }
        if let text = String(validating: cell, as: UTF8.self) { return text }
        return cell.reduce(into: "") { text, byte in
            let hex = String(byte, radix: 16)
            text += byte < 0x80 ? String(UnicodeScalar(byte)) : "\\x\(hex)"
        }
    }

    /// A figure that has to be there and cannot be below 0: anything else is no answer, never 0.
    func count(_ row: Int, _ column: Int) throws(ReadFailure) -> Int {
        if let count = int(row, column), count >= 0 { return count }
        let said = text(row, column).map { Sanitizer.line($0, maxBytes: 40) } ?? "nothing"
        throw ReadFailure(.malformed, "the server answers \(said) where a count has to be")
    }

    /// Like `count`, for an identity.
    func id(_ row: Int, _ column: Int) throws(ReadFailure) -> UInt64 {
        if let id = uint(row, column) { return id }
        let said = text(row, column).map { Sanitizer.line($0, maxBytes: 40) } ?? "nothing"
        throw ReadFailure(.malformed, "the server answers \(said) where an id has to be")
    }

    func int(_ row: Int, _ column: Int) -> Int? { cell(row, column).flatMap(Self.number) }

    func uint(_ row: Int, _ column: Int) -> UInt64? { cell(row, column).flatMap(Self.number) }

    func double(_ row: Int, _ column: Int) -> Double? { text(row, column).flatMap(Double.init) }

    /// A cell that holds `UNIX_TIMESTAMP(…)`, seconds with or without a fraction.
    func time(_ row: Int, _ column: Int) -> WallTime? {
        guard let seconds = double(row, column), seconds > 0, seconds < 1e11 else { return nil }
        return Int64(exactly: (seconds * 1000).rounded()).map(WallTime.init(milliseconds:))
    }

    private func cell(_ row: Int, _ column: Int) -> ArraySlice<UInt8>? {
        let place = row * columns + column
        guard column >= 0, column < columns, row >= 0, place < cells.count else { return nil }
        let (start, length) = cells[place]
        return length < 0 ? nil : bytes[start..<(start + length)]
    }

    private static func number<Number: FixedWidthInteger>(_ digits: ArraySlice<UInt8>) -> Number? {
        Number(String(decoding: digits, as: UTF8.self))
    }
}
