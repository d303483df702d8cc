import Display
import Monitoring

/// Two buttons: leaving it is chosen, and the other is reached by a key that comes after a quiet.
struct GuardedChoice: Hashable, Sendable {
    private(set) var isDoChosen = false
    private var arming: Arming
    var hasDroppedKeys: Bool { arming.hasDropped }

    init(at now: Timestamp) { arming = Arming(at: now) }

    /// Whether the key answers that it be done; nil while it is still asked.
    mutating func take(_ key: Key, at now: Timestamp) -> Bool? {
        if key.isBack || key == .control("c") { return false }
        guard arming.counts(at: now) else { return nil }
        switch key {
        case .enter: return isDoChosen
        case .tab, .backTab, .left, .right: isDoChosen.toggle()
        default: break
        }
        return nil
    }
}
