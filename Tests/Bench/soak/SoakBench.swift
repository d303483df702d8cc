import Glibc
import Platform
import TestSupport

// Watches a living store for so many minutes with the built program, then stops each of its consumers and kills
// its servers: `make soak MINUTES=30`. What is told although it is not so, or not told in time, is printed, and
// ends it with 1.
//
//     soak PROGRAM MINUTES     0: the short form, as the tests run it

@main
struct SoakBench {
    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let minutes = Double(arguments[2]), (0...600).contains(minutes) else {
            say("usage: soak PROGRAM MINUTES")
            exit(2)
        }
        do {
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

    @Sendable private static func say(_ line: String) {
        print(line)
        _ = fflush(nil)
    }
}
