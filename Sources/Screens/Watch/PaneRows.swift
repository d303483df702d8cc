import Display
import Monitoring

/// The rows of a pane: what is decided of all of them, and the text of those that are asked for.
final class PaneRows {
    let heads: [RowHead]
    let ranks: RowRanks
    let names: RowNames
    /// Where each stands among the names; nil where they stand alike.
    private let places: [Int]?
    private let place: (EntityID) -> Int?
    private let write: (Int) -> PaneRow
    private var written: [Int: PaneRow] = [:]

    init(
        _ heads: [RowHead], _ ranks: RowRanks, _ names: RowNames, places: [Int]?,
        place: @escaping (EntityID) -> Int?, write: @escaping (Int) -> PaneRow
    ) {
        self.places = places
        self.heads = heads
        self.ranks = ranks
        self.names = names
        self.place = place
        self.write = write
    }

    /// Those of a roll, whose rows `write` writes by their places in the picture.
    convenience init(_ roll: Roll, write: @escaping (Int) -> PaneRow) {
        self.init(
            roll.heads, roll.ranks, roll.names, places: roll.rows, place: roll.place,
            write: { write(roll.rows[$0]) })
    }

    /// Of few rows, which are written already.
    convenience init(_ rows: [PaneRow] = []) {
        let heads = rows.map(\.head)
        self.init(
            heads, RowRanks(heads), RowNames(rows.map(\.name)), places: nil,
            place: { id in rows.firstIndex { $0.id == id } }, write: { rows[$0] })
    }

    var count: Int { heads.count }
    var isEmpty: Bool { heads.isEmpty }

    /// The text of one.
    subscript(index: Int) -> PaneRow {
        if let row = written[index] { return row }
        let row = write(index)
        written[index] = row
        return row
    }

    /// The name of one, cut like all others.
    func name(_ index: Int, _ width: Int, _ glyphs: GlyphSet) -> Line {
        names.cuts(width, glyphs)[places?[index] ?? index].line(self[index])
    }

    /// Where it stands; nil when it is not here.
    func firstIndex(of id: EntityID?) -> Int? { id.flatMap(place) }

    /// Those that `isWanted` leaves, of few rows.
    func filter(_ isWanted: (PaneRow) -> Bool) -> PaneRows {
        PaneRows(heads.indices.map { self[$0] }.filter(isWanted))
    }
}
