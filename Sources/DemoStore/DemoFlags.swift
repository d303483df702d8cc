import FeatureFlags
import Monitoring

/// A flag backend of the demo store: compares, sets and reads back like a real one, in memory.
struct DemoFlags: FlagBackend {
    static let features = "features"
    static let magento = "magento"

    let name: String
    let place: String
    let clockwork: DemoClockwork

    var manner: String { "in memory" }

    var schedule: ProbeSchedule {
        ProbeSchedule(
            id: "\(name)/flags", source: name, kind: "flags", subject: "flags", interval: .seconds(2),
            deadline: .milliseconds(1800))
    }

    @concurrent func read() async throws(ReadFailure) -> FlagSample {
        if clockwork.hangs { try await clockwork.hang(schedule) }
        let flags = clockwork.at(clockwork.time.now) { world in
            world.flags.flags.filter { $0.backend == name }
        }
        return FlagSample(flags, cost: ReadCost(queries: 1, bytes: 600, milliseconds: 0.1))
    }

    @concurrent func apply(_ change: FlagChange, _ record: ChangeRecorder) async -> ChangeOutcome {
        let now = clockwork.time.now
        return clockwork.at(now) { world in
            guard let flag = world.flags.flags.first(where: { $0.name == change.flag && $0.backend == name })
            else { return .refused("there is no such flag") }
            guard flag.revision == change.expectedRevision else { return .conflict(flag) }
            world.flags.set(change.flag, to: change.to, by: "you", at: now.wall)
            guard
                let after = world.flags.flags.first(where: {
                    $0.name == change.flag && $0.backend == name
                })
            else {
                return .unknown("it is gone after the change")
            }
            return .confirmed(after)
        }
    }
}
