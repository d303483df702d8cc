import Glibc
import Platform
import TestSupport

// Watches a living store for so many minutes with the built program, then stops each of its consumers and kills
// its servers: `make soak MINUTES=30`. What is told although it is not so, or not told in time, is printed, and
// ends it with 1.
//
//     soak PROGRAM MINUTES            0: the short form, as the tests run it
//     soak PROGRAM MINUTES alerts     without a screen, with imports and deploys, then each kind of trouble

@main
struct SoakBench {
    static func main() async {
        let arguments = CommandLine.arguments
        guard (3...4).contains(arguments.count), let minutes = Double(arguments[2]),
            (0...600).contains(minutes), arguments.count == 3 || arguments[3] == "alerts"
        else {
            say("usage: soak PROGRAM MINUTES [alerts]")
            exit(2)
        }
        do {
            if arguments.count == 4 { exit(try await alerts(arguments[1], minutes) ? 0 : 1) }
            guard minutes > 0 else {
                let wrong = try await Soak.brief(arguments[1], say: say)
                for line in wrong { say(line.hasPrefix("BAD") ? line : "BAD  \(line)") }
                exit(wrong.isEmpty ? 0 : 1)
            }
            let soak = try await Soak(arguments[1], .init(), say: say)
            say("== \(minutes) minutes of health")
            let healthy = try await soak.health(for: minutes * 60)
            say("== consumers killed")
            var told = try await soak.stop(.killed) { _ in true }
            say("== consumers hung")
            told += try await soak.stop(.hung) { _ in true }
            say("== servers killed")
            let outage = try await soak.outage(downtime: 60, least: 100, most: 120)
            try await soak.end()
            say("\n== the table")
            for line in told { say(line.line) }
            for (name, wrong) in [("health", healthy), ("outage", outage)] {
                say("\(wrong.isEmpty ? "ok  " : "BAD ") \(name)")
                for line in wrong { say("     \(line)") }
            }
            exit(healthy.isEmpty && outage.isEmpty && told.allSatisfy(\.isAsWanted) ? 0 : 1)
        } catch {
            say("soak: \(error)")
            exit(1)
        }
    }

    /// Whether nothing was told of a healthy store, and each kind of trouble as it should be.
    private static func alerts(_ binary: String, _ minutes: Double) async throws -> Bool {
        let soak = try await AlertSoak(binary, .init(), say: say)
        say("== \(minutes) minutes of health")
        let healthy = try await soak.health(minutes > 0 ? .long(minutes: minutes) : .short)
        try await soak.end()
        // Another store, watched with limits that tell within seconds what takes minutes otherwise.
        var quick = LivingStore.Watch(interval: 2, hold: 15)
        quick.isQuick = true
        let sick = try await AlertSoak(binary, quick, say: say)
        try await Task.sleep(for: .seconds(60))
        var told: [AlertSoak.Told] = []
        for troubles in [StoreTrouble.hard + StoreTrouble.soft, StoreTrouble.slow] {
            say("== \(troubles.map(\.name).joined(separator: ", "))")
            let open = try await AlertSoak.open(
                troubles, in: sick.store, by: sick.watch, within: .seconds(600))
            told += try await AlertSoak.resolve(open, in: sick.store, by: sick.watch, within: .seconds(600))
            for told in told { say(told.line) }
        }
        let surplus = try AlertSoak.surplus(sick.store, wanted: told.map(\.trouble.name))
        try await sick.end()
        say("\n== the table")
        for told in told { say(told.line) }
        for (name, wrong) in [("health", healthy), ("nothing else told", surplus)] {
            say("\(wrong.isEmpty ? "ok  " : "BAD ") \(name)")
            for line in wrong { say("     \(line)") }
        }
        return healthy.isEmpty && surplus.isEmpty && told.allSatisfy(\.isAsWanted)
    }

    @Sendable private static func say(_ line: String) {
        print(line)
        _ = fflush(nil)
    }
}
