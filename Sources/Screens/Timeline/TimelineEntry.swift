import EngineAPI
package import Monitoring
import Text

/// What stands on the axis of time: an alert from its beginning to its end, or the moment at which something was changed,
/// failed or noted.
package struct TimelineEntry: Hashable, Sendable {
    /// In the order of their lanes: what may be a cause above what comes of it.
    package enum Kind: Int, Hashable, Sendable, CaseIterable {
        case deploy, flag, setting, cron, note, alert

        /// What its lane is called.
        var title: String {
            switch self {
            case .deploy: "deploys"
            case .flag: "flags"
            case .setting: "settings"
            case .cron: "cron"
            case .note: "notes"
            case .alert: "alerts"
            }
        }

        /// In its lane: a letter, which needs no colour.
        var sign: String {
            switch self {
            case .deploy: "D"
            case .flag: "F"
            case .setting: "S"
            case .cron: "C"
            case .note: "N"
            case .alert: "A"
            }
        }

        init(_ kind: Change.Kind) {
            self =
                switch kind {
                case .deploy, .release, .module, .patch, .consumersRestarted, .maintenance: .deploy
                case .flag: .flag
                case .config: .setting
                case .note: .note
                }
        }
    }

    package enum ID: Hashable, Sendable {
        case alert(AlertKey)
        case ended(AlertKey, WallTime)
        /// The last number tells those apart of which all else is the same.
        case change(String, WallTime, Int)
        case event(WallTime, String, Int)

        fileprivate func numbered(_ twin: Int) -> ID {
            switch self {
            case .alert, .ended: self
            case .change(let id, let at, _): .change(id, at, twin)
            case .event(let at, let text, _): .event(at, text, twin)
            }
        }
    }

    package var id: ID
    package var kind: Kind
    package var from: WallTime
    /// Nil of a moment, and of what lasts still.
    package var to: WallTime?
    /// It has begun and not ended.
    package var lasts = false
    package var status: Status?
    /// A person has taken it out of sight.
    package var isQuiet = false
    /// How, behind how long it lasts.
    var quiet = ""
    package var entity: EntityID?
    /// What an alert began with, where it is told as something else by now.
    var beganAs: EntityID?
    /// What it is about, in its lane; empty where that is all of the store.
    package var label = ""
    /// `deploy`, `setting`, `alert`.
    package var word: String
    package var text: String

    init(_ alert: AlertRow) {
        (id, kind, from, word) = (.alert(alert.key), .alert, alert.since, "alert")
        lasts = true
        status = alert.severity
        isQuiet = alert.isQuiet
        (entity, label) = (alert.entity, alert.label)
        quiet = alert.aside != nil ? ", aside" : alert.silence != nil ? ", silenced" : ""
        beganAs = alert.openedAs?.entity
        let isOver = alert.severity == .ok
        let told = isOver ? "\(alert.kind.past), waits for its end · last: \(alert.sentence)" : alert.sentence
        text = Sanitizer.line("\(alert.label): \(told)\(Self.beginning(alert.openedAs))")
    }

    init(_ ended: EndedAlert) {
        (id, kind, from, word) = (.ended(ended.key, ended.endedAt), .alert, ended.since, "alert")
        to = ended.endedAt
        status = ended.severity
        (entity, label) = (ended.entity, ended.label)
        text = Sanitizer.line("\(ended.label): \(ended.sentence)")
    }

    private static func beginning(_ key: AlertKey?) -> String {
        key.map { " · began with \($0.entity.name) \($0.kind.word)" } ?? ""
    }

    init(_ change: Change) {
        (id, kind, from) = (.change(change.id, change.at, 0), Kind(change.kind), change.at)
        word = ChangedBlock.word(change.kind)
        entity = change.about.first
        let who = change.by.map { $0 + ": " } ?? ""
        text = Sanitizer.line(change.kind == .flag ? change.text : who + change.text)
    }

    /// A job that failed, was missed or hangs, as the journal tells it.
    init(_ event: Event) {
        (id, kind, from, word) = (.event(event.at, event.text, 0), .cron, event.at, "cron")
        (status, entity, text) = (event.status, event.entity, event.text)
    }

    /// As the `twin`th of those that look alike.
    mutating func number(_ twin: Int) { id = id.numbered(twin) }

    /// Of an alert, open or over.
    var alertKey: AlertKey? {
        switch id {
        case .alert(let key), .ended(let key, _): key
        case .change, .event: nil
        }
    }

    /// Its sign, and the colour that says the same once more.
    var sign: String { status.map(\.glyph) ?? kind.sign }

    /// Some of it lies in this stretch.
    func touches(_ from: WallTime, _ to: WallTime) -> Bool {
        self.from <= to && (lasts || (self.to ?? self.from) >= from)
    }
}
