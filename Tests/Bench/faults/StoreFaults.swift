import Glibc
import Platform
import TestSupport

/// Every system call of a save, an append or a whole change, failed in every way a disk has, and killed before: what
/// is there afterwards is old or new, and new once it was acknowledged.
///
/// `store-faults` tries all, `store-faults EVERY [EVERY-OF-CHANGES]` each so manyth; `store-faults write STORE FOLDER` is what it runs
/// under strace.
@main
struct StoreFaults {
    static func main() async throws {
        let arguments = CommandLine.arguments
        if arguments.count == 4, arguments[1] == "write" {
            // The acknowledgement.
            if try await interrupted(arguments[2], in: arguments[3]).write() { print("kept") }
            return
        }
        let every = arguments.count > 1 ? Int(arguments[1]) ?? 1 : 1
        let everyOfChanges = arguments.count > 2 ? Int(arguments[2]) ?? every : every
        let changes = WholeChange.Kind.allCases.map(\.rawValue)
        var bad = 0
        for store in KeptThing.names + changes {
            let run = FaultRun(
                store, program: (ProgramPath.folder ?? ".") + "/store-faults",
                every: changes.contains(store) ? everyOfChanges : every)
            let result = try await run.all()
            print(
                "\(store): \(result.points) faults at \(result.calls) calls, "
                    + "\(result.acknowledged) acknowledged, \(result.bad.count) bad")
            for line in result.bad { print("  \(line)") }
            bad += result.bad.count
        }
        exit(bad == 0 ? 0 : 1)
    }
}
