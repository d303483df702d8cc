import FeatureFlags
import Monitoring
package import Platform
import Text

/// The store's own program: `config:show` and `config:set`, never SQL. It validates the path, cleans the config
/// cache and tells the consumers (`magento.md` 5.1). Each call starts Magento, about a second of CPU.
package struct MagentoCommand: Sendable {
    private let command: [String]
    private let prefix: CommandPrefix
    private let environment: [String: String]
    private let deadline: Duration
    private let folder: String
    private let trust: FileTrust

    /// `command` is the program and its first arguments (`/var/www/shop/bin/magento`), `prefix` what leads it
    /// to another machine (`ssh app1`). `deadline` is that of a `config:show`; what a `config:set` says is kept in
    /// `folder` while it runs. `trust`: who may have put the program where it is.
    package init(
        _ command: [String], prefix: CommandPrefix, environment: [String: String], deadline: Duration,
        folder: String, trust: FileTrust = FileTrust()
    ) {
        self.trust = trust
        self.folder = folder
        self.command = command
        self.prefix = prefix
        self.environment = environment
        self.deadline = deadline
    }

    /// A path, or a group of them, as it holds in `scope` alone. A path that is not `[A-Za-z0-9_/-]` is never
    /// sent.
    func show(_ path: String, in scope: FlagScope) async throws(ReadFailure) -> ChildResult {
        guard Self.isPlain(path), Self.isPlain(scope) else {
            let what = "\(Sanitizer.line(path)) in \(Sanitizer.line(scope.text))"
            throw ReadFailure(.unusable, "\(what) is not a configuration path")
        }
        do {
            return try await run(["config:show"] + Self.options(scope) + ["--", path])
        } catch let error as SystemError {
            let isClosed = error.code == SystemError.notAllowed
            throw ReadFailure(
                .unusable, Sanitizer.line("\(error)"),
                advice: isClosed
                    ? "It is not executable for this account. Do: chmod +x \(ShellWord.pasted(error.subject))"
                    : "Check its `command` and `via`.")
        } catch let error as ChildTimedOut {
            throw ReadFailure(.timedOut, Sanitizer.line("\(error)"))
        } catch {
            throw ReadFailure(.cancelled, "the read was given up")
        }
    }

    /// How `config:set` ended. What it did is another matter, and is read.
    enum SetEnd {
        case well
        /// It was not started.
        case notStarted(String)
        /// It ended otherwise, in words; `isOver`: nothing of it can still be at work.
        case otherwise(String, isOver: Bool)
    }

    /// Starts `config:set`, has it put on record, lets it go and waits for it. It is never stopped: between its
    /// save and its cleaning of the cache it would leave a store that does not do what it says.
    func set(
        _ path: String, in scope: FlagScope, to value: String, as opID: String, _ record: ChangeRecorder
    ) async -> SetEnd {
        guard Self.isPlain(path), Self.isPlain(scope) else {
            return .notStarted("it has no configuration path")
        }
        let arguments = ["config:set"] + Self.options(scope) + ["--", path, value]
        do throws(SystemError) {
            let output = try WriterOutput(of: opID, in: folder)
            let made = try output.make()
            let program = try DetachedProgram(
                child(arguments), output: made.file, keeping: WriterOutput.limit)
            if let why = await record.begins(program.mark) {
                program.giveUp()
                _ = output.take()
                return .notStarted(why)
            }
            try output.keep(made)
            return ended(try await program.run(), of: program.mark, saying: output.take())
        } catch {
            // Nothing of it began.
            _ = (try? WriterOutput(of: opID, in: folder))?.take()
            return .notStarted(Sanitizer.line("\(error)"))
        }
    }

    /// Waits for the `config:set` of an earlier console.
    func takeUp(_ opID: String, of writer: ProcessMark) async -> SetEnd {
        await DetachedProgram.waitForEnd(of: writer)
        let output = (try? WriterOutput(of: opID, in: folder))?.take() ?? []
        // The last thing it says when all is done, whatever it said before.
        if String(decoding: output, as: UTF8.self).mentions("Value was saved") { return .well }
        let said = ShownSetting.said(output)
        let words = "how config:set ended was not seen" + (said.isEmpty ? "" : "; it said: \(said)")
        return .otherwise(words, isOver: !isElsewhere && !DetachedProgram.hasOffspring(writer))
    }

    /// As a person would type it.
    var cleaning: String { Sanitizer.line((command + Self.cleaningArguments).joined(separator: " ")) }

    private static let cleaningArguments = ["cache:clean", "config"]

    /// Cleans the store's config cache: why that failed, nil when it was done. Stopped halfway it has done no harm, so
    /// it has a deadline.
    func cleanConfigCache() async -> String? {
        do {
            let result = try await run(Self.cleaningArguments)
            if result.end == .exited(0) { return nil }
            let said = ShownSetting.said(result.output + result.error)
            return "\(Self.cleaningArguments[0]) said no (\(result.end))" + (said.isEmpty ? "" : ": \(said)")
        } catch let error as SystemError {
            return Sanitizer.line("\(error)")
        } catch let error as ChildTimedOut {
            return Sanitizer.line("\(error)")
        } catch {
            return "it was given up"
        }
    }

    /// What earlier consoles left of changes that are not open any more.
    func tidy(keeping opIDs: Set<String>) { WriterOutput.removeLeftovers(in: folder, keeping: opIDs) }

    private func ended(_ end: ChildEnd, of writer: ProcessMark, saying output: [UInt8]) -> SetEnd {
        guard end != .exited(0) else { return .well }
        let said = ShownSetting.said(output)
        let all = String(decoding: output, as: UTF8.self)
        if all.mentions("already been locked") {
            return .otherwise("it is locked in env.php or config.php: \(said)", isOver: true)
        }
        if all.mentions("app:config:import") {
            return .otherwise("the store waits for app:config:import: \(said)", isOver: true)
        }
        // The database may finish what it was told.
        if case .signalled = end { return .otherwise("config:set was killed: \(end)", isOver: false) }
        // Where ssh itself failed, what it started may be at work still.
        let isLost = isElsewhere && end == .exited(255)
        let words = "config:set said no (\(end))" + (said.isEmpty ? "" : ": \(said)")
        return .otherwise(words, isOver: !isLost && !DetachedProgram.hasOffspring(writer))
    }

    /// It runs on another machine or in a container: what ends here may go on there.
    private var isElsewhere: Bool { !prefix.words.isEmpty }

    private func run(_ arguments: [String]) async throws -> ChildResult {
        try await ChildProcess.run(child(arguments), deadline: deadline, outputCap: 256 << 10)
    }

    private func child(_ arguments: [String]) -> ChildCommand {
        ChildCommand(prefix.arguments(command + arguments), environment: environment, trust: trust)
    }

    private static func options(_ scope: FlagScope) -> [String] {
        scope.level == .all ? [] : ["--scope=\(scope.level.rawValue)", "--scope-code=\(scope.code)"]
    }

    private static func isPlain(_ scope: FlagScope) -> Bool {
        scope.level == .all || (isPlain(scope.code) && !scope.code.contains("/"))
    }

    private static func isPlain(_ path: String) -> Bool {
        !path.isEmpty && path.utf8.first != UInt8(ascii: "-")
            && path.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "/"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
