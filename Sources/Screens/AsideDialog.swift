import Display
import EngineAPI
package import Monitoring

/// The question before a told thing is set aside: what it is, what is told of it, why it may wait, how long.
/// It falls silent when what it shows is no longer so.
package struct AsideDialog: Hashable, Sendable {
    package let id: EntityID
    /// As it is called on the screen.
    package let name: String
    package let judgement: Judgement
    package let told: Told
    package let openedAt: Timestamp
    /// What it can be set aside for.
    package let spans: [Aside.Span]
    package var why = TextField(limit: 120)
    package var span = Aside.Span.shift
    /// Tab goes to the time and back.
    package var isSpanFocused = false
    private var lastKeyAt: Timestamp

    /// Seconds without a key after which it closes by itself.
    package static let patience = 60.0
    private var arming: Arming
    var hasDroppedKeys: Bool { arming.hasDropped }

    init(_ row: some Row, in snapshot: Snapshot, at now: Timestamp) {
        id = row.id
        name = row.label
        judgement = row.judgement
        told = snapshot.told(of: row)
        openedAt = now
        arming = Arming(at: now)
        lastKeyAt = now
        spans = Aside.Span.allCases.filter { $0 != .forget || row.isGone }
    }

    /// Why it cannot be confirmed yet; nil when it can.
    package var missing: String? { why.text.allSatisfy { $0 == " " } ? "say why" : nil }

    package enum Answer: Hashable, Sendable { case leave, setAside }

    /// What the key answers; nil while it is still asked.
    mutating func take(_ key: Key, at now: Timestamp) -> Answer? {
        if key == .escape || key == .control("c") { return .leave }
        guard arming.counts(at: now) else { return nil }
        lastKeyAt = now
        switch key {
        case .enter: return missing == nil ? .setAside : nil
        case .right, .down: step(1)
        case .left, .up: step(-1)
        case .tab, .backTab: isSpanFocused.toggle()
        default:
            isSpanFocused = false
            _ = why.take(key)
        }
        return nil
    }

    private mutating func step(_ step: Int) {
        let place = spans.firstIndex(of: span) ?? 0
        span = spans[(place + step + spans.count) % spans.count]
    }

    /// Why the question no longer stands, as a sentence; nil while it does.
    func ended(_ snapshot: Snapshot?, at now: Timestamp) -> String? {
        guard let snapshot, let row = snapshot.row(id) else { return "\(name) is no longer there" }
        if row.judgement.status >= .ok { return "\(name) is ok now: nothing to set aside" }
        if row.judgement.aside != nil { return "\(name) is set aside already" }
        if let exceeded = told.exceeded(by: snapshot.told(of: row)) {
            return "\(name) was not set aside: \(exceeded.words) since you were asked; a asks anew"
        }
        guard now.seconds(since: lastKeyAt) >= Self.patience else { return nil }
        return "no answer for 60 s: \(name) was not set aside"
    }

    var order: AsideOrder { AsideOrder(id, why: why.text, span, told: told) }
}

/// Asked once before a thing that was set aside is told again.
package struct TakeBackQuestion: Hashable, Sendable {
    package let id: EntityID
    package let name: String
    package let aside: Aside
    /// Chosen first: to see more does no harm.
    package var isTakeChosen = true

    package enum Answer: Hashable, Sendable { case leave, takeBack }

    /// What the key answers; nil while it is still asked.
    mutating func take(_ key: Key) -> Answer? {
        switch key {
        case .control("c"): return .leave
        case let key where key.isBack: return .leave
        case .enter: return isTakeChosen ? .takeBack : .leave
        case .tab, .backTab, .left, .right: isTakeChosen.toggle()
        default: break
        }
        return nil
    }

    /// Why the question no longer stands, as a sentence; nil while it does.
    func ended(_ snapshot: Snapshot?) -> String? {
        snapshot?.row(id)?.judgement.aside == nil ? "\(name) is no longer set aside" : nil
    }
}
