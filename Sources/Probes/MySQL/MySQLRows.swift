internal import Monitoring

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
