import Display
package import EngineAPI
package import FeatureFlags
package import Monitoring
import Text

/// The question before a flag is changed: it names the target state, chooses Cancel first, drops what was
/// typed ahead, and falls silent when what it shows is no longer so (safety.md 5.1, "Confirm").
package struct FlagDialog: Hashable, Sendable {
    package enum Field: Hashable, Sendable { case reason, name, cancel, confirm }

    /// The flag as shown when the question was asked; the change expects its revision.
    package let row: FlagRow
    package let target: FlagValue
    package let environment: EnvironmentFacts
    package let openedAt: Timestamp
    package var reason = TextField(limit: 120)
    package var name = TextField(limit: 128)
    package var focus = Field.cancel

    /// Seconds after which it closes by itself.
    package static let lifetime = 60.0
    /// Seconds without a snapshot after which nothing on the screen is taken for true.
    static let silence = 15.0
    private var arming: Arming
    var hasDroppedKeys: Bool { arming.hasDropped }

    init(row: FlagRow, target: FlagValue, environment: EnvironmentFacts, at now: Timestamp) {
        self.row = row
        self.target = target
        self.environment = environment
        openedAt = now
        arming = Arming(at: now)
    }

    /// `Turn OFF`, `Set os2`.
    package var verb: String {
        switch target {
        case .on, .off: "Turn \(target.text)"
        default: "Set \(target.text)"
        }
    }

    /// `Turn OFF erp.v2 in PROD eu-shop`, `Turn OFF cod in PROD eu-shop, store view de`
    package var title: String { "\(act) \(before)\(environment.name)\(part)" }

    /// What is asked for.
    var act: String { "\(verb) \(row.flag.name)" }
    /// What stands before the store's name, and for which part of it.
    var before: String { "in " + (environment.isProduction ? "PROD " : "") }
    var part: String { row.flag.scope.flatMap { $0.level == .all ? nil : ", \($0.words)" } ?? "" }

    /// From top to bottom, as Tab goes.
    package var fields: [Field] {
        environment.isProduction ? [.reason, .name, .cancel, .confirm] : [.reason, .cancel, .confirm]
    }

    /// Why the change cannot be confirmed yet; nil when it can.
    package var missing: String? {
        guard environment.isProduction, !name.text.utf8.elementsEqual(row.flag.name.utf8) else { return nil }
        return name.isEmpty ? "type the flag's name" : "the name is not complete"
    }

    package enum Answer: Hashable, Sendable { case cancel, confirm }

    /// What the key answers; nil while it is still asked.
    mutating func take(_ key: Key, at now: Timestamp) -> Answer? {
        if key == .escape || key == .control("c") { return .cancel }
        // On a button nothing is typed.
        if key == .backspace, focus == .cancel || focus == .confirm { return .cancel }
        guard arming.counts(at: now) else { return nil }
        switch (key, focus) {
        case (.paste, _): break
        case (.tab, _), (.down, _): move(1)
        case (.backTab, _), (.up, _): move(-1)
        case (.right, .cancel), (.left, .confirm): focus = focus == .cancel ? .confirm : .cancel
        case (.enter, .cancel): return .cancel
        case (.enter, .confirm): return missing == nil ? .confirm : nil
        // Enter ends a field and confirms nothing: Cancel is chosen next.
        case (.enter, _): move(1)
        default: type(key)
        }
        return nil
    }

    private mutating func type(_ key: Key) {
        // Letters typed on a button are meant for the field that is asked for.
        if case .character = key, focus == .cancel || focus == .confirm {
            focus = environment.isProduction ? .name : .reason
        }
        switch focus {
        case .reason: _ = reason.take(key)
        case .name: _ = name.take(key)
        case .cancel, .confirm: break
        }
    }

    private mutating func move(_ step: Int) {
        let stops = fields
        let place = stops.firstIndex(of: focus) ?? 0
        focus = stops[(place + step + stops.count) % stops.count]
    }

    /// Why the question no longer stands, as a sentence; nil while it does.
    func ended(_ snapshot: Snapshot?, at now: Timestamp) -> String? {
        let name = row.flag.name
        if now.seconds(since: openedAt) >= Self.lifetime {
            return "no answer for 60 s: \(name) was not changed"
        }
        guard let current = snapshot?.flag(row.id) else {
            return "\(name) is no longer there; nothing was sent"
        }
        if current.flag.revision != row.flag.revision || current.flag.value != row.flag.value
            || current.flag.overrides != row.flag.overrides
        {
            // Who turned it says nothing of who changed a narrower scope.
            let isTurned = current.flag.value != row.flag.value
            let by = isTurned ? current.flag.changedBy.map { " by \($0)" } ?? "" : ""
            return "\(name) is \(current.flag.sentence) now\(by); nothing was sent, look again"
        }
        // First that nothing has happened: on a narrow screen the reason is cut, not that.
        return Self.refusal(of: current, in: snapshot, at: now).map {
            "\(name) stays as it was: nothing was sent; \($0)"
        }
    }

    /// Why this flag cannot be changed at all, in words; nil when it may be asked.
    package static func refusal(of row: FlagRow, in snapshot: Snapshot?, at now: Timestamp) -> String? {
        guard let snapshot else { return "nothing was read yet" }
        let silent = now.seconds(since: snapshot.at)
        if silent >= silence { return "nothing was heard for \(Age.text(seconds: silent))" }
        return row.next == nil ? row.refusal ?? "it has no ON and OFF" : nil
    }

    /// What is sent when it is confirmed.
    func change(opID: String) -> FlagChange {
        FlagChange(
            opID: opID, flag: row.flag.name, backend: row.flag.backend, from: row.flag.value, to: target,
            expectedRevision: row.flag.revision, reason: reason.text)
    }
}
