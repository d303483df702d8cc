internal import CSystem
package import Monitoring
internal import Synchronization

/// A program that must not be ended halfway: it runs in a session of its own, so that no hang-up of a terminal
/// reaches it, speaks into a file, which does not break as a pipe does, and is waited for, never stopped. It goes on
/// when we end.
///
/// It is started waiting: what tells it apart can be put on record before it does anything. When we end before it is
/// let go, it ends without having done anything.
package final class DetachedProgram: Sendable {
    package let mark: ProcessMark
    private let program: String
    private let gate: FileDescriptor
    private let report: FileDescriptor
    /// It was let go, or ended before that.
    private let isSettled = Mutex(false)

    /// Starts it, waiting. `output` takes what it says on both its streams; of one that says much only the last
    /// `bytes` stay on the disk for long, whether we are there or not.
    package init(
        _ command: ChildCommand, output: borrowing FileDescriptor, keeping bytes: Int
    ) throws(SystemError) {
        let program = try command.program()
        let bootID = try ProcessMark.bootID()
        var (gate, report): (Int32, Int32) = (-1, -1)
        let pid = try unsafe SystemError.check(
            CStrings.with([program] + command.arguments.dropFirst()) { arguments in
                unsafe CStrings.with(CStrings.environment(command.environment)) { environment in
                    unsafe system_spawn_waiting(
                        arguments, environment, command.directory, output.number, Int64(bytes),
                        &gate, &report)
                }
            }, "start", program)
        guard let ticks = (try? Files.read("/proc/\(pid)/stat", limit: 4096)).flatMap(ProcessMark.startTicks)
        else {
            // It waits, so it can be ended: it has done nothing.
            _ = system_signal(pid, 9)
            _ = system_reap(pid)
            for number in [gate, report] { _ = system_close(number) }
            throw SystemError("watch", program)
        }
        self.program = program
        self.gate = FileDescriptor(taking: gate)
        self.report = FileDescriptor(taking: report)
        mark = ProcessMark(pid: pid, startTicks: ticks, bootID: bootID)
    }

    /// Lets it do its work and waits for its end, however long it takes. Throws when it could not begin. To be
    /// called once, or `giveUp`.
    @concurrent package func run() async throws(SystemError) -> ChildEnd {
        isSettled.withLock { $0 = true }
        let answer = system_let_go(gate.number, report.number)
        if answer < 0 {
            _ = system_reap(mark.pid)
            throw SystemError("start", program, code: -answer)
        }
        await Self.waitForEnd(of: mark)
        let code = system_reap(mark.pid)
        return code >= 256 ? .signalled(code - 256) : .exited(code)
    }

    /// Ends it before it was let go: nothing has been done.
    package func giveUp() {
        guard
            isSettled.withLock({ isSettled in
                defer { isSettled = true }
                return !isSettled
            })
        else { return }
        _ = system_signal(mark.pid, 9)
        _ = system_reap(mark.pid)
    }

    // Nothing that has ended is left to be reaped by nobody.
    deinit { giveUp() }

    // MARK: Of an earlier process of ours

    /// Whether a process that it started is at work, or may be.
    package static func hasOffspring(_ mark: ProcessMark) -> Bool {
        guard mark.pid > 1, (try? ProcessMark.bootID()) == mark.bootID else { return false }
        return system_signal_group(mark.pid, 0) != -ProcessMark.noSuchProcess
    }

    /// Tells it and what it has started to end, and those that do not within `patience` are killed. Nothing when it has
    /// ended already.
    @concurrent package static func end(
        _ mark: ProcessMark, patience: Duration = .seconds(5)
    ) async throws(SystemError) {
        for (signal, wait) in [(Int32(15), patience), (9, .zero)] where mark.isRunning {
            let answer = system_signal_group(mark.pid, signal)
            if answer != -ProcessMark.noSuchProcess {
                try SystemError.check(answer, "end", "pid \(mark.pid)")
            }
            let late = ContinuousClock.now + wait
            while mark.isRunning, ContinuousClock.now < late { try? await Task.sleep(for: .milliseconds(20)) }
        }
    }

    /// Returns when it has ended, at once when it has already. How it ended only its parent could know.
    @concurrent package static func waitForEnd(of mark: ProcessMark) async {
        let watch = system_pidfd(mark.pid)
        guard watch >= 0 else { return await lookUntilEnd(of: mark) }
        // The number may have been given to another by now.
        guard mark.isRunning else {
            _ = system_close(watch)
            return
        }
        await wait(for: watch, of: mark)
    }

    /// On a thread of its own, or now and then where there is none to be had; the descriptor is closed.
    private static func wait(for watch: Int32, of mark: ProcessMark) async {
        let isOver = await withCheckedContinuation { continuation in
            do throws(SystemError) {
                try SystemThread.start("writer") {
                    let watch = FileDescriptor(taking: watch)
                    var ready = [false]
                    while !ready[0] { _ = unsafe system_poll([watch.number], [false], &ready, 1, 60_000) }
                    continuation.resume(returning: true)
                }
            } catch {
                _ = system_close(watch)
                continuation.resume(returning: false)
            }
        }
        if !isOver { await lookUntilEnd(of: mark) }
    }

    private static func lookUntilEnd(of mark: ProcessMark) async {
        while mark.isRunning { try? await Task.sleep(for: .seconds(1)) }
    }
}
