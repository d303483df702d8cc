import Display

/// Asked once after Ctrl-C; a second Ctrl-C is the answer.
package struct QuitQuestion: Hashable, Sendable {
    /// Changes of flags whose outcome is not known yet.
    package let changesUnderWay: Int
    /// Of these, whose program is at work: it outlives the console.
    package let programsAtWork: Int
    /// The flag whose saved change is being completed, which ends with the console.
    package var finishing: String?
    /// The person's own command that is at work, which ends with the console.
    package var running: String?
    package var isQuitChosen = false

    package enum Answer: Hashable, Sendable { case stay, quit }

    /// What the key answers; nil while it is still asked.
    mutating func take(_ key: Key) -> Answer? {
        switch key {
        case .control("c"): return .quit
        case let key where key.isBack: return .stay
        case .enter: return isQuitChosen ? .quit : .stay
        case .tab, .backTab, .left, .right: isQuitChosen.toggle()
        default: break
        }
        return nil
    }
}
