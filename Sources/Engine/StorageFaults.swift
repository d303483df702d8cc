import EngineAPI
import Monitoring

/// What cannot be kept, by store: each fails alone.
struct StorageFaults: Sendable {
    enum Store: Int, CaseIterable, Sendable {
        /// Where all of it is, `Keeper.lost`.
        case place
        case state, journal, history, audit
        /// Where the newest audit record is told outside: the record stands without it.
        case anchor
    }

    private struct Fault: Sendable {
        var message: String
        var since: WallTime
    }

    private var faults: [Store: Fault] = [:]

    var isEmpty: Bool { faults.isEmpty }

    var audit: String? { faults[.audit]?.message }
    var isLost: Bool { faults[.place] != nil }
    /// What is kept here is of a newer program.
    private(set) var newer: String?

    /// Why no change may be sent: nothing else of what cannot be kept keeps one from it.
    var veto: String? {
        newer ?? faults[.place]?.message ?? audit.map { "no audit record can be kept: \($0)" }
    }

    /// Critical while anything cannot be kept: each reason once.
    var judgement: Judgement {
        var reasons: [String] = []
        for store in Store.allCases {
            guard let message = faults[store]?.message, !reasons.contains(message) else { continue }
            reasons.append(message)
        }
        guard !reasons.isEmpty else { return .ok }
        return Judgement(.critical, reasons, since: faults.values.map(\.since).min())
    }

    /// True when that is news.
    mutating func failed(_ store: Store, _ failure: StorageFailure, at now: WallTime) -> Bool {
        if failure.isOfNewer { newer = failure.message }
        if faults[store]?.message == failure.message { return false }
        faults[store] = Fault(message: failure.message, since: faults[store]?.since ?? now)
        return true
    }

    /// True when it did not before.
    mutating func works(_ store: Store) -> Bool { faults.removeValue(forKey: store) != nil }
}
