import Display
import EngineAPI
import Monitoring
import Text

extension Model {
    /// Asks about what is so now, also when the picture is frozen.
    mutating func askToSetAside() {
        guard let id = selected?.id, let snapshot, let row = snapshot.row(id) else { return }
        if let aside = row.judgement.aside {
            dialog = .takeBack(TakeBackQuestion(id: id, name: row.label, aside: aside))
        } else {
            dialog = .aside(AsideDialog(row, in: snapshot, at: now))
        }
    }

    /// Why the selected row is not asked about; nil when it is.
    func whyNotAside() -> String? {
        guard let snapshot else { return "nothing was read yet" }
        guard let row = selected.flatMap({ snapshot.row($0.id) }) else { return "no row here" }
        if isTooSmallToAsk { return "this screen is too small to ask" }
        let status = row.judgement.status
        if status >= .ok { return "nothing to set aside: \(row.label) is \(status.word)" }
        if isOnItsWayAside(row.id) { return "\(row.label): \(FlagRow.Progress.asked)" }
        return snapshot.whyNothingIsKept
    }

    var isTooSmallToAsk: Bool {
        size.rows < DialogBox.least.rows || size.columns < DialogBox.least.columns
    }

    private func isOnItsWayAside(_ id: EntityID) -> Bool {
        pending.values.contains { request in
            switch request {
            case .setAside(let order): order.entity == id
            case .takeBack(let asked): asked == id
            case .change, .readNow, .endProgram, .finish, .silence, .endSilence, .beginRun, .endRun, .note,
                .record, .stopRecording,
                .replay, .takeNormal:
                false
            }
        }
    }

    mutating func answer(_ key: Key, to question: AsideDialog) -> [Effect] {
        var question = question
        guard let answer = question.take(key, at: now) else {
            dialog = .aside(question)
            return []
        }
        dialog = nil
        guard answer == .setAside else {
            say("\(question.name) was not set aside")
            return []
        }
        // The world may have moved since the last tick.
        if let ending = question.ended(snapshot, at: now) {
            say(ending, status: .warning, seconds: 20)
            return []
        }
        return [submit(.setAside(question.order))]
    }

    mutating func answer(_ key: Key, to question: TakeBackQuestion) -> [Effect] {
        var question = question
        guard let answer = question.take(key) else {
            dialog = .takeBack(question)
            return []
        }
        dialog = nil
        guard answer == .takeBack else {
            say("\(question.name) stays aside")
            return []
        }
        return [submit(.takeBack(question.id))]
    }

    /// Said once the engine has done it.
    mutating func tellAside(_ order: AsideOrder) {
        let name = label(of: order.entity)
        guard order.span != .forget else {
            say("\(name) is off the list", seconds: 20)
            return
        }
        let end = order.span.seconds.map {
            "until " + clock.text(now.wall.advanced(bySeconds: $0))
        }
        say("\(name) is set aside \(end ?? order.span.words)", seconds: 20)
    }

    mutating func tellTakenBack(_ id: EntityID) { say("\(label(of: id)) is told again", seconds: 20) }

    private func label(of id: EntityID) -> String {
        snapshot?.row(id)?.label ?? Sanitizer.line(id.name, maxBytes: 128)
    }
}
