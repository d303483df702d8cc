import Display
import Monitoring

/// A reason, a word that is typed where it must be, Cancel and the deed: Cancel is chosen first, and what was typed
/// ahead does not count.
package struct SignedForm: Hashable, Sendable {
    package enum Field: Hashable, Sendable { case reason, word, cancel, confirm }
    package enum Answer: Hashable, Sendable { case cancel, confirm }

    package var reason = TextField(limit: 120)
    package var typed = TextField(limit: 128)
    package var focus = Field.cancel
    /// What has to be typed; nil where nothing has.
    private let word: String?
    private let thing: String
    private var arming: Arming
    var hasDroppedKeys: Bool { arming.hasDropped }

    init(word: String?, of thing: String, at now: Timestamp) {
        self.word = word
        self.thing = thing
        arming = Arming(at: now)
    }

    /// From top to bottom, as Tab goes.
    var stops: [Field] { word == nil ? [.reason, .cancel, .confirm] : [.reason, .word, .cancel, .confirm] }

    /// Why it cannot be confirmed yet; nil when it can.
    package var missing: String? {
        guard let word, !typed.text.utf8.elementsEqual(word.utf8) else { return nil }
        return typed.isEmpty ? "type the name of \(thing)" : "the name is not complete"
    }

    /// What the key answers; nil while it is still asked.
    mutating func take(_ key: Key, at now: Timestamp) -> Answer? {
        let isOnButton = focus == .cancel || focus == .confirm
        if key == .escape || key == .control("c") || key == .backspace && isOnButton { return .cancel }
        guard arming.counts(at: now) else { return nil }
        switch key {
        case .paste: break
        case .tab, .down: step(1)
        case .backTab, .up: step(-1)
        case .left where focus == .confirm: focus = .cancel
        case .right where focus == .cancel: focus = .confirm
        case .enter where focus == .cancel: return .cancel
        case .enter where focus == .confirm: return missing == nil ? .confirm : nil
        // Enter ends a field and confirms nothing: Cancel is chosen next.
        case .enter: step(1)
        case .character where isOnButton:
            // Letters are meant for the field that is asked for.
            focus = word == nil ? .reason : .word
            fill(key)
        default: fill(key)
        }
        return nil
    }

    private mutating func fill(_ key: Key) {
        if focus == .reason { _ = reason.take(key) }
        if focus == .word { _ = typed.take(key) }
    }

    private mutating func step(_ by: Int) {
        let stops = stops
        focus = stops[((stops.firstIndex(of: focus) ?? 0) + by + stops.count) % stops.count]
    }
}
