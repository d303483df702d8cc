/// The store's maintenance as its changes tell it: nothing is as usual then.
extension ChangeBook {
    /// When the maintenance that is on began; nil while it is off.
    package var maintenanceBegan: WallTime? { maintenance(before: changes.count)?.at }

    /// When the maintenance began that `change` is the end of; nil where it ends none.
    package func maintenanceBegan(endedBy change: Change) -> WallTime? {
        guard change.endsMaintenance else { return nil }
        let place = changes.lastIndex { $0.id == change.id && $0.at == change.at } ?? changes.count
        return maintenance(before: place)?.at
    }

    /// The first of the changes before `place` since which it was always on.
    private func maintenance(before place: Int) -> Change? {
        var began: Change?
        for change in changes[..<place].reversed() where change.kind == .maintenance {
            if change.endsMaintenance { break }
            began = change
        }
        return began
    }
}

extension Change {
    /// As `ChangesWatch` tells it; behind a semicolon it may say more.
    fileprivate var endsMaintenance: Bool {
        kind == .maintenance && text.utf8.starts(with: Self.maintenanceEnds.utf8)
    }

    static let maintenanceEnds = "maintenance mode is off"
}
