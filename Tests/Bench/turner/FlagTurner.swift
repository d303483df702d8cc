import FeatureFlags
import FlagBackends
import Glibc
import Monitoring
import Platform
import TestSupport

// A console's backend in a process of its own, for the tests: turns a flag of a flagd file again and again for so
// many seconds, and prints how each change ended. `flag-turner PATH FLAG SECONDS`

@main
struct FlagTurner {
    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let seconds = Double(arguments[3]) else { exit(2) }
        do {
            // Not ten seconds: it changes flags faster than people do.
            let backend = try FlagdFile(name: "file", path: arguments[1], watchedFor: .milliseconds(100))
            let end = ContinuousClock.now + .seconds(seconds)
            var number = 0
            while ContinuousClock.now < end {
                number += 1
                // Who writes in place may be seen half way.
                guard let sample = try? await backend.read(),
                    let seen = sample.flags.first(where: { $0.name == arguments[2] })
                else { continue }
                let change = FlagChange(
                    opID: String(number), flag: seen.name, backend: "file", from: seen.value,
                    to: seen.value == .on ? .off : .on, expectedRevision: seen.revision)
                print(await backend.apply(change).told)
            }
            _ = fflush(nil)
        } catch {
            let words = "flag-turner: \(error)\n"
            _ = unsafe write(STDERR_FILENO, words, words.utf8.count)
            exit(1)
        }
    }
}
