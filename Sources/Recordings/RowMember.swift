import Monitoring
import Text

/// One member of a row, written down once for writing and reading.
struct RowMember<Row: Sendable>: Sendable {
    let word: Word
    let isSame: @Sendable (Row, Row) -> Bool
    let write: @Sendable (Row, inout LineWriter) -> Void
    let read: @Sendable (inout Row, inout LineCursor) throws(RecordingFault) -> Void

    init<Value: RecordedValue>(_ word: Word, _ path: any WritableKeyPath<Row, Value> & Sendable) {
        self.word = word
        isSame = { $0[keyPath: path].isSame(as: $1[keyPath: path]) }
        write = { row, line in line.member(word, row[keyPath: path]) }
        read = { (row, line) throws(RecordingFault) in
            if let value = try Value.read(from: &line) { row[keyPath: path] = value }
        }
    }
}

/// What tells a row of one list from the others.
struct RowKey: Hashable, Sendable {
    var name: ExactName
    /// Of a broker's queue.
    var host: ExactName?

    init(_ name: String, host: String? = nil) {
        self.name = ExactName(name)
        self.host = host.map { ExactName($0) }
    }
}

/// A row of a list of which only what changed is written.
protocol RecordedRow: Hashable, Sendable {
    /// The others, in the order in which they are written; the key's are none of them.
    static var members: MemberTable<Self> { get }
    /// The word that the name has.
    static var nameWord: Word { get }
    var key: RowKey { get }
    init(_ key: RowKey)
}

struct MemberTable<Row: Sendable>: Sendable {
    let all: [RowMember<Row>]
    private let places: [Int]

    init(_ all: [RowMember<Row>]) {
        self.all = all
        var places = [Int](repeating: -1, count: Word.allCases.count)
        for (place, member) in all.enumerated() { places[member.word.rawValue] = place }
        self.places = places
    }

    /// Those that are other in the second row.
    func changed(_ row: Row, since before: Row) -> [RowMember<Row>] { all.filter { !$0.isSame(row, before) } }

    subscript(word: Word) -> RowMember<Row>? {
        let place = places[word.rawValue]
        return place < 0 ? nil : all[place]
    }
}
