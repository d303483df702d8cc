import Display
import EngineAPI
package import Monitoring
import Text

/// The question before alerts are told to nobody for a while: which, why, how long; what it hides stands below while it
/// is typed.
package struct SilenceDialog: Hashable, Sendable {
    package enum Field: CaseIterable, Hashable, Sendable { case what, why, time }

    package private(set) var what = TextField(limit: 200)
    package private(set) var why = TextField(limit: 120)
    package private(set) var focus = Field.why
    /// What can be chosen, in seconds.
    private(set) var spans: [Double] = [3600, 2 * 3600, 8 * 3600, 24 * 3600, 7 * 86_400]
    package private(set) var seconds: Double = 2 * 3600
    private var lastKeyAt: Timestamp
    private var arming: Arming
    var hasDroppedKeys: Bool { arming.hasDropped }

    /// `what` and `why` as they are typed; `seconds` of no other choice is one more.
    init(_ what: String, seconds: Double? = nil, why: String = "", at now: Timestamp) {
        arming = Arming(at: now)
        lastKeyAt = now
        _ = self.what.take(.paste(what))
        _ = self.why.take(.paste(why))
        if what.isEmpty { focus = .what }
        guard let seconds else { return }
        self.seconds = seconds
        if !spans.contains(seconds) { spans = (spans + [seconds]).sorted() }
    }

    var matcher: Result<SilenceMatcher, SilenceMatcher.Complaint> {
        do throws(SilenceMatcher.Complaint) {
            return .success(try SilenceMatcher(what.text))
        } catch {
            return .failure(error)
        }
    }

    /// Why it cannot be confirmed yet; nil when it can.
    package var missing: String? {
        if case .failure(let complaint) = matcher { return complaint.text }
        return why.text.allSatisfy { $0 == " " } ? "say why" : nil
    }

    package enum Answer: Hashable, Sendable { case leave, silence }

    /// What the key answers; nil while it is still asked.
    mutating func take(_ key: Key, at now: Timestamp) -> Answer? {
        if key == .escape || key == .control("c") { return .leave }
        guard arming.counts(at: now) else { return nil }
        lastKeyAt = now
        switch key {
        case .enter: return missing == nil ? .silence : nil
        case .right, .down: step(1)
        case .left, .up: step(-1)
        case .tab: turn(1)
        case .backTab: turn(-1)
        default:
            if focus == .what { _ = what.take(key) } else { _ = why.take(key) }
            if focus == .time { focus = .why }
        }
        return nil
    }

    private mutating func turn(_ step: Int) {
        let all = Field.allCases
        let place = all.firstIndex(of: focus) ?? 0
        focus = all[(place + step + all.count) % all.count]
    }

    private mutating func step(_ step: Int) {
        let place = spans.firstIndex(of: seconds) ?? 0
        seconds = spans[(place + step + spans.count) % spans.count]
    }

    /// Why the question no longer stands, as a sentence; nil while it does.
    func ended(at now: Timestamp) -> String? {
        now.seconds(since: lastKeyAt) >= AsideDialog.patience
            ? "no answer for 60 s: nothing was silenced" : nil
    }

    /// `90 min`, `8 h`, `7 d`
    var length: String {
        if seconds > 86_400, seconds.truncatingRemainder(dividingBy: 86_400) == 0 {
            return "\(Int(seconds / 86_400)) d"
        }
        let isWhole = seconds.truncatingRemainder(dividingBy: 3600) == 0
        return isWhole ? "\(Int(seconds / 3600)) h" : "\(Int(seconds / 60)) min"
    }

    var order: SilenceOrder? {
        guard case .success(let matcher) = matcher else { return nil }
        return SilenceOrder(matcher, why: why.text, seconds: seconds)
    }
}

/// Asked once before a silence ends: to hear more does no harm, so ending it is chosen.
package struct EndSilenceQuestion: Hashable, Sendable {
    package let silence: Silence
    package var isEndChosen = true

    /// Whether the key answers that it end; nil while it is still asked.
    mutating func take(_ key: Key) -> Bool? {
        switch key {
        case .control("c"): return false
        case let key where key.isBack: return false
        case .enter: return isEndChosen
        case .tab, .backTab, .left, .right: isEndChosen.toggle()
        default: break
        }
        return nil
    }

    /// Why the question no longer stands, as a sentence; nil while it does.
    func ended(_ snapshot: Snapshot?) -> String? {
        snapshot?.silences.contains { ExactName.same($0.id, silence.id) } == true
            ? nil : "this silence is over: \(silence.matcher.text)"
    }
}
