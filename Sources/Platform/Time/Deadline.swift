internal import CSystem
package import Monitoring

/// Calls somebody at a moment of the continuous clock, on the process's one thread that waits for moments: a task that
/// sleeps beside each read wakes two threads of others for it.
package enum Deadline {
    /// Calls `body` at `moment`, at once when it has passed, and never once the appointment is cancelled before it.
    /// A body must be short: what else waits for its moment waits for it as well.
    package static func call(
        at moment: ContinuousClock.Instant, _ body: @escaping @Sendable () -> Void
    ) -> Appointment {
        let left = moment - .now
        guard left > .zero else {
            body()
            return Appointment {}
        }
        guard let timetable = try? Timetable.shared.get() else {
            // No timer or thread is left: as dear as it is, the moment comes.
            let sleeper = Task {
                try await Task.sleep(until: moment, clock: .continuous)
                body()
            }
            return Appointment { sleeper.cancel() }
        }
        let number = timetable.add(at: .nanoseconds(system_boot_nanoseconds()) + left, body)
        return Appointment { timetable.cancel(number) }
    }
}
