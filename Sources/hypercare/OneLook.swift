import Engine
import EngineAPI
import Monitoring
import Reports

/// Runs an engine until one look is complete.
struct OneLook {
    private let setup: EngineSetup
    private let person: Operator
    private let time: any TimeSource
    private let patience: Duration
    private let hasMemory: Bool
    private let filter: EntityFilter?

    init(
        _ setup: EngineSetup, person: Operator, _ time: any TimeSource, patience: Duration, hasMemory: Bool,
        filter: EntityFilter?
    ) {
        var setup = setup
        setup.looksOnce = true
        self.setup = setup
        self.person = person
        self.time = time
        self.patience = patience
        self.hasMemory = hasMemory
        self.filter = filter
    }

    struct Looked: Sendable {
        var snapshot: Snapshot
        var hasReadAgain: Bool
    }

    /// A source that has not answered when patience is over is reported as it stands. What the engine keeps has
    /// been given to its store by then.
    func run() throws -> Looked {
        let began = time.now
        let plan = LookPlan(
            began: began, patienceSeconds: patience / .seconds(1), hasMemory: hasMemory, filter: filter)
        return try Blocking.run {
            let engine = LocalEngine(setup, time: time)
            return await withTaskGroup(of: Looked?.self) { group in
                group.addTask {
                    await engine.run()
                    return nil
                }
                group.addTask {
                    try? await time.sleep(until: began.boot + patience)
                    return nil
                }
                group.addTask { await Self.watch(engine, person, plan) }
                var newest: Looked?
                for await looked in group {
                    newest = looked ?? newest
                    group.cancelAll()
                }
                let nothing = Snapshot(at: time.now, environment: setup.environment)
                return newest ?? Looked(snapshot: nothing, hasReadAgain: false)
            }
        }
    }

    private static func watch(
        _ engine: LocalEngine, _ person: Operator, _ plan: LookPlan
    ) async -> Looked? {
        var plan = plan
        var last: Snapshot?
        await withTaskGroup(of: Void.self) { group in
            snapshots: for await snapshot in engine.snapshots() {
                last = snapshot
                switch plan.next(after: snapshot) {
                case .wait: continue
                case .done: break snapshots
                case .readAgain(let sources):
                    for source in sources {
                        group.addTask { _ = await engine.submit(.readNow(source: source), by: person) }
                    }
                }
            }
            group.cancelAll()
        }
        return last.map { Looked(snapshot: $0, hasReadAgain: plan.hasReadAgain) }
    }
}
