import Synchronization

/// The board of a model, made when it is asked for and kept as long as it holds. A model stays a value: which board is
/// its own it knows by the stamp of all that a board is made of.
final class BoardMemo: Sendable {
    /// Different for each state of what a board is made of.
    struct Stamp: Hashable, Sendable {
        private static let last = Atomic<UInt64>(0)
        private let number = Self.last.add(1, ordering: .relaxed).newValue
    }

    private let known = Mutex<(stamp: Stamp, board: Board)?>(nil)

    func board(of model: Model) -> Board {
        known.withLock { known in
            if let known, known.stamp == model.stamp { return known.board }
            let board = Board(model, after: known?.board)
            known = (model.stamp, board)
            return board
        }
    }
}
