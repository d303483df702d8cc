package import EngineAPI
package import Monitoring
package import Screens
import Synchronization

/// Runs a person's own command, one at a time: on record, then run, then its end on record. It ends with the console.
package final class CommandLane: Sendable {
    /// Runs a program to its end or to its deadline; ended when the task is cancelled.
    package typealias Execute = @Sendable (OwnRun) async -> (RunEnd, RunOutput)

    private let execute: Execute
    private let task = Mutex<Task<Void, Never>?>(nil)

    package init(
        _ execute: @escaping Execute = { _ in
            (RunEnd(.notStarted("this console runs no programs")), RunOutput())
        }
    ) { self.execute = execute }

    func run(
        _ run: OwnRun, _ client: any EngineClient, by person: Operator,
        _ answer: @escaping @Sendable (RunAnswer) -> Void
    ) {
        let execute = execute
        let work = Task { @concurrent in
            switch await client.submit(.beginRun(run), by: person) {
            case .refused(let refusal): return answer(.refused(refusal.message))
            case .done, .changed: break
            }
            let (end, output) = await execute(run)
            // Seen first: a disk that hangs keeps nobody from what was printed.
            answer(.ended(end, output))
            _ = await client.submit(.endRun(run, end), by: person)
        }
        task.withLock { $0 = work }
    }

    /// Ends what is at work, and waits until that is on record; not longer than `patience`, as the kernel may hold on to
    /// a program, and a disk to a record.
    package func end(within patience: Duration = .seconds(3)) async {
        guard let work = task.withLock({ $0 }) else { return }
        work.cancel()
        let (ended, first) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        Task { @concurrent in
            await work.value
            first.yield()
        }
        Task { @concurrent in
            try? await Task.sleep(for: patience)
            first.yield()
        }
        for await _ in ended { break }
    }
}
