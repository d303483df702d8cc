import EngineAPI
import Monitoring

/// What views and keys ask of one picture again and again, decided once when the picture, the filter or an order
/// changes. A frame asks for a few of its rows; that there are thousands costs it nothing.
struct Board: Sendable {
    private let rolls: [Roll]
    private let picture: BoardMemo.Stamp
    let verdict: Verdict
    /// Sources in trouble, whether they are set aside or not.
    let isSourceInTrouble: Bool

    init(_ model: Model, after old: Board?) {
        picture = model.picture
        let isSamePicture = old?.picture == model.picture
        guard let shown = model.shown else {
            rolls = Pane.allCases.map { _ in Roll() }
            verdict = Verdict([])
            isSourceInTrouble = false
            return
        }
        let lost = shown.sources.filter(\.judgement.status.isTrouble)
        func roll<R: Row>(_ pane: Pane, _ rows: [R], _ rules: Roll.Rules<R> = .init()) -> Roll {
            Roll(
                rows, rules, model.orders[pane] ?? Order(), model.filter, lost, after: old?[pane],
                isSamePicture: isSamePicture)
        }
        rolls = Pane.allCases.map { pane in
            switch pane {
            case .sources: roll(pane, shown.sources)
            case .queues: roll(pane, shown.queues)
            case .integrations: roll(pane, shown.integrations, IntegrationsPane.rules(shown))
            case .cron: roll(pane, shown.cron.jobs)
            case .indexers: roll(pane, shown.indexers)
            case .flags: roll(pane, shown.flags, FlagsPane.rules(model))
            case .events, .alerts: Roll()
            }
        }
        verdict = shown.verdict
        isSourceInTrouble = shown.sources.contains { $0.judgement.isTrouble }
    }

    subscript(pane: Pane) -> Roll { rolls[pane.rawValue] }
}
