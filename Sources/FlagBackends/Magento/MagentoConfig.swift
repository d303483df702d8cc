package import FeatureFlags
package import Monitoring
package import Platform
import Text

/// Flags in Magento's own configuration, read and changed by its own `bin/magento config:show` and
/// `config:set`, never by SQL: the command validates the path, cleans the config cache and tells the
/// consumers (`magento.md` 5.1). Each call starts Magento, about a second of CPU.
package struct MagentoConfig: FlagBackend {
    package let name: String
    package let place = "magento config"
    package let manner = "config:show"
    package let schedule: ProbeSchedule

    private let command: [String]
    private let prefix: CommandPrefix
    private let environment: [String: String]
    /// Flag name and configuration path.
    private let paths: [(flag: String, path: String)]
    private let deadline: Duration

    /// `command` is the program and its first arguments (`/var/www/shop/bin/magento`), `prefix` what leads it
    /// to another machine (`ssh app1`). A path that is not `[A-Za-z0-9_/-]` is never sent.
    package init(
        name: String, command: [String], prefix: CommandPrefix, environment: [String: String],
        paths: [(flag: String, path: String)], interval: Duration, deadline: Duration
    ) {
        self.name = name
        self.command = command
        self.prefix = prefix
        self.environment = environment
        self.paths = paths
        self.deadline = deadline
        schedule = ProbeSchedule(
            id: "\(name)/flags", source: name, kind: "flags", subject: "flags", interval: interval,
            deadline: interval)
    }

    @concurrent package func read() async throws(ReadFailure) -> FlagSample {
        var flags: [FlagReading] = []
        var cost = ReadCost()
        for (flag, path) in paths {
            let answer = try await show(path)
            cost.queries += 1
            cost.bytes += answer.output.count
            cost.milliseconds += answer.duration.inSeconds * 1000
            flags.append(try reading(of: flag, from: answer, path: path))
        }
        return FlagSample(flags, cost: cost)
    }

    @concurrent package func apply(_ change: FlagChange) async -> ChangeOutcome {
        guard let path = paths.first(where: { $0.flag == change.flag })?.path else {
            return .refused("no configuration path is known for it")
        }
        let value: String
        switch change.to {
        case .on: value = "1"
        case .off: value = "0"
        default: return .refused("only ON and OFF can be set here")
        }
        do throws(ReadFailure) {
            let before = try reading(of: change.flag, from: try await show(path), path: path)
            guard before.revision == change.expectedRevision else { return .conflict(before) }
            if let reason = before.fixedReason { return .refused(reason) }
        } catch {
            return .refused("it could not be read before the change: \(error.message)")
        }
        if let ended = await set(path, to: value) { return ended }
        do throws(ReadFailure) {
            let after = try reading(of: change.flag, from: try await show(path), path: path)
            if after.value == change.to { return .confirmed(after) }
            let reads = Sanitizer.line(after.value.text, maxBytes: 64)
            return .unknown("config:set said yes, and config:show reads \(reads)")
        } catch {
            return .unknown("config:set said yes, and it could not be read back: \(error.message)")
        }
    }

    /// Nil when the command ended well; else how the change ended.
    private func set(_ path: String, to value: String) async -> ChangeOutcome? {
        let answer: ChildResult
        do {
            answer = try await run(["config:set", "--", path, value])
        } catch let error as SystemError {
            return .refused(Sanitizer.line("\(error)"))
        } catch {
            // It was started and stopped by us: the save may have happened, or happen still.
            return .unknown("config:set had not ended after \(Age.text(deadline)) and was stopped")
        }
        guard answer.end != .exited(0) else { return nil }
        let said = Self.said(answer)
        if said.mentions("already been locked") {
            return .refused("it is locked in env.php or config.php: \(said)")
        }
        if said.mentions("app:config:import") {
            return .refused("the store waits for app:config:import: \(said)")
        }
        if case .signalled = answer.end { return .unknown("config:set was killed: \(answer.end)") }
        return .refused("config:set said no (\(answer.end)): \(said)")
    }

    private func show(_ path: String) async throws(ReadFailure) -> ChildResult {
        guard Self.isPlain(path) else {
            throw ReadFailure(.unusable, "the path \(Sanitizer.line(path)) is not a configuration path")
        }
        do {
            return try await run(["config:show", "--", path])
        } catch let error as SystemError {
            throw ReadFailure(
                .unusable, Sanitizer.line("\(error)"),
                advice: "Check command and via of \(name) in the config.")
        } catch let error as ChildTimedOut {
            throw ReadFailure(.timedOut, Sanitizer.line("\(error)"))
        } catch {
            throw ReadFailure(.cancelled, "the read was given up")
        }
    }

    private func run(_ arguments: [String]) async throws -> ChildResult {
        let child = ChildCommand(prefix.arguments(command + arguments), environment: environment)
        return try await ChildProcess.run(child, deadline: deadline, outputCap: 64 << 10)
    }

    private func reading(
        of flag: String, from answer: ChildResult, path: String
    ) throws(ReadFailure) -> FlagReading {
        let said = Self.said(answer)
        // Magento says so for a path that is set nowhere, also not by default.
        let isUnset = answer.end != .exited(0) && said.mentions("doesn't exist")
        guard answer.end == .exited(0) || isUnset else {
            throw ReadFailure(.malformed, "config:show \(path) failed (\(answer.end)): \(said)")
        }
        let text = isUnset ? "" : Self.value(answer.output)
        var reading = FlagReading(name: flag, backend: name, value: .off, variants: ["1", "0"], revision: "")
        do throws(SystemError) {
            reading.revision = String(try Hash.sha256(Array("\(path)=\(text)".utf8)).prefix(16))
        } catch {
            throw ReadFailure(.unusable, Sanitizer.line("\(error)"))
        }
        switch text {
        case "1": reading.value = .on
        case "0", "": reading.value = isUnset ? .codeDefault : .off
        default:
            let isSecret = !text.isEmpty && text.allSatisfy { $0 == "*" }
            reading.value = .variant(isSecret ? "encrypted" : Sanitizer.line(text, maxBytes: 200))
            reading.fixedReason = "its value is not 1 or 0"
        }
        return reading
    }

    /// A leaf is printed as its value alone; some versions print `path - value`.
    private static func value(_ output: [UInt8]) -> String {
        let text = String(decoding: output, as: UTF8.self)
        let line = text.split(separator: "\n", omittingEmptySubsequences: true).last.map(String.init) ?? ""
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        if parts.count >= 3, parts[1] == "-", parts[0].contains("/") {
            return parts[2...].joined(separator: " ")
        }
        return String(line.filter { $0 != "\r" })
    }

    /// The last line the command printed, errors first.
    private static func said(_ answer: ChildResult) -> String {
        let bytes = answer.error.contains { $0 > 0x20 } ? answer.error : answer.output
        let lines = bytes.split(separator: UInt8(ascii: "\n")).filter { $0.contains { $0 > 0x20 } }
        let text = lines.prefix(4).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        return Sanitizer.line(String(text.drop { $0 == " " }), maxBytes: 300)
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
