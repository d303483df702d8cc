import Display
import EngineAPI
package import Monitoring

// The page of an alert.
extension Model {
    /// The one of this identity, whatever of it is told now; nil once it is over.
    func alert(_ key: AlertKey) -> AlertRow? { shown?.alerts.first { $0.key == key } }

    /// The alert whose page is open, on the screen or under what lies over it.
    package var openAlert: AlertKey? {
        for case .alert(let key) in overlays.reversed() { return key }
        return nil
    }

    mutating func open(_ alert: AlertRow) -> [Effect] {
        alertCursor = alert.key
        isUnfolded = false
        overlays.append(.alert(alert.key))
        return begin(alert.entity)
    }

    /// The next alert's page in place of this one.
    mutating func turnAlert(from key: AlertKey, _ step: Int, among keys: [AlertKey]) -> [Effect] {
        guard !keys.isEmpty else { return [] }
        let here = keys.firstIndex(of: key) ?? -1
        let next = keys[(max(here, step > 0 ? -1 : 0) + step + keys.count) % keys.count]
        guard let alert = alert(next) else { return [] }
        overlays.removeLast()
        return open(alert)
    }

    mutating func unfold() {
        isUnfolded.toggle()
        guard isUnfolded, let key = openAlert, let alert = alert(key) else {
            say("the first that follow stand further down")
            return
        }
        let (named, count) = (alert.folded.count, alert.foldedCount)
        say(
            named < count
                ? "\(named) of the \(count) that follow stand further down, the others are marked in their panes"
                : "all \(count) that follow stand further down")
    }

    /// What `y`, and with `all` what `Y` takes of the open page.
    func copied(_ key: AlertKey, all: Bool) -> [String] {
        guard let alert = alert(key) else { return [] }
        return all ? AlertView(model: self, key: key).text : [AlertView.line(alert, clock)]
    }
}
