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

    /// `command` is the program and its first arguments (`/var/www/shop/bin/magento`), `prefix` what leads it
    /// to another machine (`ssh app1`).
    package init(
        _ command: [String], prefix: CommandPrefix, environment: [String: String], deadline: Duration
    ) {
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
            throw ReadFailure(
                .unusable, Sanitizer.line("\(error)"), advice: "Check its command and via in the config.")
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

    func set(_ path: String, in scope: FlagScope, to value: String) async -> SetEnd {
        guard Self.isPlain(path), Self.isPlain(scope) else {
            return .notStarted("it has no configuration path")
        }
        let answer: ChildResult
        do {
            answer = try await run(["config:set"] + Self.options(scope) + ["--", path, value])
        } catch let error as SystemError {
            return .notStarted(Sanitizer.line("\(error)"))
        } catch {
            // The database may finish what it was told.
            return .otherwise(
                "config:set had not ended after \(Age.text(deadline)) and was stopped", isOver: false)
        }
        guard answer.end != .exited(0) else { return .well }
        let said = ShownSetting.said(answer)
        if said.mentions("already been locked") {
            return .otherwise("it is locked in env.php or config.php: \(said)", isOver: true)
        }
        if said.mentions("app:config:import") {
            return .otherwise("the store waits for app:config:import: \(said)", isOver: true)
        }
        if case .signalled = answer.end {
            return .otherwise("config:set was killed: \(answer.end)", isOver: false)
        }
        // Where ssh itself failed, what it started may be at work still.
        let isLost = isElsewhere && answer.end == .exited(255)
        return .otherwise("config:set said no (\(answer.end)): \(said)", isOver: !isLost)
    }

    /// It runs on another machine or in a container: what ends here may go on there.
    private var isElsewhere: Bool { !prefix.words.isEmpty }

    private func run(_ arguments: [String]) async throws -> ChildResult {
        let child = ChildCommand(prefix.arguments(command + arguments), environment: environment)
        return try await ChildProcess.run(child, deadline: deadline, outputCap: 256 << 10)
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
