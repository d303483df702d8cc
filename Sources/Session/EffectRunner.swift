import EngineAPI
import Screens
import Synchronization

/// Asks the engine what the console wants to know or done, each in a root task, and posts the answers.
final class EffectRunner: Sendable {
    /// Questions beyond this many at a time are not asked; the console asks again. Changes are none of them.
    static let limit = 16

    private struct State {
        var nextID = 0
        var running: Set<Int> = []
        var tasks: [Int: Task<Void, Never>] = [:]
    }

    private let client: any EngineClient
    private let person: Operator
    private let mailbox: Mailbox
    private let commands: CommandLane
    private let state = Mutex(State())

    init(
        client: any EngineClient, person: Operator, mailbox: Mailbox, commands: CommandLane = CommandLane()
    ) {
        self.commands = commands
        self.client = client
        self.person = person
        self.mailbox = mailbox
    }

    func run(_ effect: Effect) {
        let client = client
        let mailbox = mailbox
        let person = person
        switch effect {
        case .submit(let request, let number) where request.isWayOut:
            // In a lane of its own: however much is being read, and however long another change takes, the way out
            // of a bad one stays open. The engine takes one for each flag.
            Task { @concurrent in
                mailbox.post(.reply(number, await client.submit(request, by: person)))
            }
        case .submit(let request, let number):
            let isBegun = start(canBeCancelled: false) {
                mailbox.post(.reply(number, await client.submit(request, by: person)))
            }
            guard !isBegun else { return }
            let message =
                "\(Self.limit) requests are under way. Nothing was sent; try again when they are done."
            mailbox.post(.reply(number, .refused(Refusal(.alreadyChanging, message))))
        case .run(let run):
            commands.run(run, client, by: person) { mailbox.post(.ran(run, $0)) }
        case .fetchDetail(let entity):
            start { mailbox.post(.detail(entity, await client.detail(entity))) }
        case .fetchHistory(let series, let range):
            start { mailbox.post(.history(series, range, await client.history(series, range))) }
        default: break
        }
    }

    /// Questions under way.
    var running: Int { state.withLock { $0.running.count } }

    /// Ends what only asks. A change that was sent is left to the engine, which owns its outcome.
    func cancel() {
        for task in state.withLock({ $0.tasks.values.map(\.self) }) { task.cancel() }
    }

    /// False when so much is under way already that nothing was begun.
    @discardableResult
    private func start(canBeCancelled: Bool = true, _ work: @escaping @Sendable () async -> Void) -> Bool {
        let id = state.withLock { state -> Int? in
            guard state.running.count < Self.limit else { return nil }
            state.nextID += 1
            state.running.insert(state.nextID)
            return state.nextID
        }
        guard let id else { return false }
        let task = Task { @concurrent in
            await work()
            finish(id)
        }
        if canBeCancelled {
            // It may have ended already.
            state.withLock { if $0.running.contains(id) { $0.tasks[id] = task } }
        }
        return true
    }

    private func finish(_ id: Int) {
        state.withLock { state in
            state.running.remove(id)
            state.tasks[id] = nil
        }
    }
}

extension Request {
    /// What may end trouble waits for nothing that only looks.
    fileprivate var isWayOut: Bool {
        switch self {
        case .change, .endProgram, .finish, .beginRun, .endRun: true
        case .readNow, .setAside, .takeBack, .silence, .endSilence, .note, .record, .stopRecording, .replay,
            .takeNormal:
            false
        }
    }
}
