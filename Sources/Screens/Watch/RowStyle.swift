import Display
import EngineAPI
import Monitoring
import Text

/// How the figures of one row are drawn: quiet in a good row, plain in a bad one, in the colour of its
/// status the one at fault, and as last values all those that are old.
struct RowStyle {
    let judgement: Judgement
    let readAt: Timestamp?
    let now: Timestamp
    let clock: Clock
    /// A banner already says why this row is not known.
    let isExplained: Bool

    init(_ row: some Row, now: Timestamp, _ clock: Clock, causes: [Cause]) {
        self.init(
            row.judgement, readAt: row.readAt, now: now, clock,
            isExplained: causes.contains { $0.explains(row) })
    }

    init(
        _ judgement: Judgement, readAt: Timestamp?, now: Timestamp, _ clock: Clock, isExplained: Bool = false
    ) {
        self.judgement = judgement
        self.readAt = readAt
        self.now = now
        self.clock = clock
        self.isExplained = isExplained
    }

    /// The figures are from an earlier time. A row that is unknown by one figure knows the others.
    var isOld: Bool {
        judgement.asOf != nil || judgement.status == .stale
            || (judgement.status == .unknown && judgement.figure == nil)
    }

    var name: Role {
        if judgement.aside != nil { return .dim }
        switch judgement.status {
        case .critical, .warning: return .strong
        case .unknown: return isExplained ? .quiet : .strong
        case .stale: return .stale
        case .ok: return .quiet
        case .off: return .dim
        }
    }

    private var base: Role {
        if judgement.aside != nil { return .dim }
        if isOld { return .stale }
        switch judgement.status {
        case .critical, .warning: return .text
        case .unknown: return isExplained ? .quiet : .text
        case .stale: return .stale
        case .ok: return .quiet
        case .off: return .dim
        }
    }

    /// The sentence under the row; none where a banner says it for many.
    var reason: [String] {
        if let aside = judgement.aside { return [clock.words(aside)] + clock.words(judgement) }
        guard judgement.status.isTrouble, !isExplained else { return [] }
        if readAt == nil, judgement.reason.isEmpty { return ["no data yet"] }
        return clock.words(judgement)
    }

    /// How old the figures are.
    var age: String? { readAt.map { Age.text(seconds: now.seconds(since: $0)) } }

    /// `76 s old`, for the cell of eight that gives way to it; nil while the figures are new.
    var old: Span? {
        isOld ? readAt.map { Span(Age.old(seconds: now.seconds(since: $0)), .stale) } : nil
    }

    /// The sign of what an alert says of one of these figures: the same as in front of the alert.
    func mark(of figures: [Judgement.Figure]) -> Status? {
        judgement.isTrouble && !isOld ? judgement.mark(of: figures) : nil
    }

    /// A figure; nil is drawn `-`, zero faint. One that an alert speaks of carries its sign.
    func figure(_ text: String?, isZero: Bool = false, of figure: Judgement.Figure...) -> Span {
        marked(text, isZero, figure)
    }

    private func marked(_ text: String?, _ isZero: Bool, _ figure: [Judgement.Figure]) -> Span {
        guard let text else {
            return figure.contains { $0 == judgement.figure } && judgement.status == .unknown
                ? Span("?", .unknown) : Span("-", .faint)
        }
        // What is too much is not there any more: the alert, which waits for its end, does not speak of a 0.
        let isOver = isZero && !figure.contains(where: \.isWrongAtZero)
        if !isOver, let mark = mark(of: figure) { return Span(mark.glyph + text, mark.role) }
        if !isOver, let fault = judgement.figure, figure.contains(fault), judgement.isTrouble, !isOld {
            return Span(text, judgement.status.role)
        }
        return Span(text, isZero && base == .quiet ? .faint : base)
    }

    func count(_ count: Count?, of figure: Judgement.Figure...) -> Span {
        marked(count.map { Figures.count($0.value, isBound: $0.isBound) }, count?.value == 0, figure)
    }

    func perSecond(_ value: Double?) -> Span {
        self.figure(value.map(Figures.perSecond), isZero: value == 0)
    }

    func perMinute(_ value: Double?, of figure: Judgement.Figure...) -> Span {
        marked(value.map(Figures.perMinute), value == 0, figure)
    }

    func seconds(_ value: Double?, of figure: Judgement.Figure...) -> Span {
        marked(value.map(Figures.seconds), false, figure)
    }

    /// How long ago `time` was.
    func age(_ time: WallTime?, of figure: Judgement.Figure...) -> Span {
        marked(time.map { Age.text(seconds: now.wall.seconds(since: $0)) }, false, figure)
    }

    func number(_ value: Int?, of figure: Judgement.Figure...) -> Span {
        marked(value.map { Figures.count($0) }, value == 0, figure)
    }

    /// Words in a column.
    func word(_ text: String?) -> Span { Span(text ?? "?", text == nil ? .faint : base) }
}

extension Judgement.Figure {
    /// None of it may be what is wrong: nobody takes, nothing succeeds.
    var isWrongAtZero: Bool {
        switch self {
        case .consumers, .successes, .value, .moved, .indexStatus, .due: true
        case .depth, .oldest, .errors, .failures, .retries, .failureShare, .hourShare, .latency, .lastSuccess,
            .running, .missed, .heartbeat, .backlog, .lag:
            false
        }
    }
}
