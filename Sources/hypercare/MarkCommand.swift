import Commands
import Configuration
import Engine
import EngineAPI
import Monitoring
import Persistence
import Platform
import Text

/// `hypercare mark deploy|note TEXT`: what a deploy script says, for the console that watches or the next one.
struct MarkCommand {
    private let common: Command.Common
    private let mark: Command.Mark

    init(_ common: Command.Common, _ mark: Command.Mark) {
        self.common = common
        self.mark = mark
    }

    func run() throws -> Int32 {
        let variables = Environment.ofProcess
        let settings = try ConfigFile(common, environment: variables).environment(common.environment)
        let now = try SystemTime().now.wall
        let kind: Mark.Kind = mark.isDeploy ? .deploy : .note
        let by = Identity(variables).person.name
        guard let mark = Mark(kind, mark.text, by: by, at: now) else {
            throw Complaint("mark \(kind.rawValue) needs a text: what is it?", exitCode: ExitCode.usage)
        }
        guard let folder = Stores.path(of: settings.name, in: variables) else {
            throw Complaint("neither XDG_STATE_HOME nor HOME is set: nothing is kept")
        }
        let failure: StorageFailure? = try Blocking.run {
            do throws(StorageFailure) {
                try await MarkFolder(in: folder).leave(mark)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw Complaint("nothing was marked: \(failure.message)") }
        let isWatched = StateDirectory.isKept(folder, at: now)
        let name = Sanitizer.line(settings.name)
        try StandardStreams.write(
            isWatched
                ? "marked in \(name): \(mark.text)\n"
                : "kept for \(name): \(mark.text); no console of \(Sanitizer.line(Identity(variables).login)) watches it now, the next one tells it\n"
        )
        return ExitCode.ok
    }
}
