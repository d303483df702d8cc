import Commands
import Configuration
import Display
import Engine
import FeatureFlags
import Monitoring
import Persistence
import Platform
import Probes
import Text

/// `hypercare doctor`: looks at each source step by step and says what to do.
struct DoctorCommand {
    private let common: Command.Common
    private let source: String?

    init(_ common: Command.Common, source: String?) {
        self.common = common
        self.source = source
    }

    /// 0 when every step held, 1 when one failed.
    func run() throws -> Int32 {
        let variables = Environment.ofProcess
        let file = try ConfigFile(common, environment: variables)
        let settings = try file.environment(common.environment)
        let composition = Composition(settings: settings, variables: variables, time: try SystemTime())
        let assemblies = composition.assemblies.filter { source == nil || $0.name == source }
        let backends = try composition.backends().filter { source == nil || $0.name == source }
        if let source, assemblies.isEmpty, backends.isEmpty {
            let known = settings.sources.map(\.name) + settings.flags.map(\.name)
            let near = Nearest.to(source, among: known).map { ", did you mean \($0)?" }
            throw Complaint(
                "\(file.path) has no source \(Sanitizer.line(source))"
                    + (near ?? "; it has \(known.joined(separator: ", "))"),
                exitCode: ExitCode.usage)
        }
        try say(
            "config      ok      \(Sanitizer.line(file.path)), environment \(settings.name), \(settings.access.rawValue)"
        )
        var failed = 0
        if source == nil, let zone = settings.timeZone {
            failed += try show([Self.step(zone, Result { try composition.clock }, composition.time.now.wall)])
        }
        if source == nil, settings.access == .operate {
            let path = Stores.path(of: settings.name, in: variables)
            failed += try show([Self.auditStep(AuditLook(path).obstacle), Self.anchorStep(settings.audit)])
        }
        if source == nil {
            let look = AuditLook(Stores.path(of: settings.name, in: variables))
            let now = composition.time.now.wall
            failed += try show(Blocking.run { await Self.keeperSteps(look, now) })
        }
        for assembly in assemblies {
            let probes = assembly.probes()
            try say("\n\(assembly.name)  (\(assembly.settings.kind))")
            let steps = try Blocking.run { await assembly.diagnose() }
            failed += try show(steps)
            let schedule = probes.map(\.schedule)
            if let first = schedule.first {
                let subjects = schedule.map(\.subject).joined(separator: ", ")
                try say(
                    "  \(pad("polled"))        \(subjects): every \(Age.text(first.interval)), "
                        + "each read given up after \(seconds(first.deadline))")
            }
        }
        for backend in backends {
            try say("\n\(backend.name)  (\(backend.place))")
            failed += try show(Blocking.run { await Self.steps(of: backend) })
            try say(
                "  \(pad("polled"))        every \(Age.text(backend.schedule.interval)): \(backend.manner)")
        }
        try say(failed == 0 ? "\nevery step held" : "\n\(Figures.counted(failed, "step")) failed")
        return failed == 0 ? ExitCode.ok : ExitCode.failure
    }

    private static func step(
        _ zone: String, _ clock: Result<StoreClock?, any Error>, _ now: WallTime
    ) -> DoctorStep {
        switch clock {
        case .success(let clock):
            let time = clock?.civil(now).hourMinute ?? "-"
            return DoctorStep("time zone", .ok, "\(zone): it is \(time) there, \(now.civil.hourMinute) UTC")
        case .failure(let error):
            return DoctorStep(
                "time zone", .failed, "\(error)", advice: "Is tzdata installed, and is this its name there?")
        }
    }

    /// Without a record no change is sent.
    private static func auditStep(_ obstacle: String?) -> DoctorStep {
        guard let obstacle else {
            return DoctorStep("audit log", .ok, "whole, and its folder may be written")
        }
        return DoctorStep(
            "audit log", .failed, "no flag can be switched: \(obstacle)",
            advice: "`hypercare audit verify` looks at each record.")
    }

    /// Whether anybody but the log's owner learns of its newest record.
    private static func anchorStep(_ audit: AuditSettings) -> DoctorStep {
        let name = "anchor"
        let log = audit.syslog ?? SystemLog.standardPath
        let hasLog = (try? Files.facts(log, links: .followed)) ?? nil != nil
        if audit.syslog != nil, !hasLog {
            return DoctorStep(
                name, .failed, "there is no socket at \(log)", advice: "Is the system's log running?")
        }
        let place: String?
        switch audit.anchor {
        case .file(let path):
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) + "/." } ?? "/."
            guard (try? Files.facts(folder)) ?? nil != nil else {
                return DoctorStep(
                    name, .failed, "there is no folder for \(path)", advice: "Make it, or mount it.")
            }
            place = path
        case .command(let arguments): place = arguments.first
        case nil: place = nil
        }
        let places = [hasLog ? log : nil, place].compactMap(\.self)
        guard places.isEmpty else { return DoctorStep(name, .ok, places.joined(separator: ", ")) }
        return DoctorStep(
            name, .skipped,
            "there is no system log at \(log), and `audit: {anchor: /path/to/file}` is not set: an audit log that its owner "
                + "makes anew cannot be told from the one that was written")
    }

    /// Whether a console of this user keeps the environment, and gives signs of life.
    private static func keeperSteps(_ look: AuditLook, _ now: WallTime) async -> [DoctorStep] {
        guard case .another(let words) = await look.keeper() else { return [] }
        let age = await look.mark().beat?.at.map { now.seconds(since: $0) } ?? 0
        guard age >= KeptMark.silentSeconds else { return [DoctorStep("console", .ok, words)] }
        return [
            DoctorStep(
                "console", .failed, "\(words), silent for \(Age.text(seconds: age))",
                advice:
                    "Its screen says why, as that its disk is full. Is it stopped? End it, and another takes over."
            )
        ]
    }

    private static func steps(of backend: any FlagBackend) async -> [DoctorStep] {
        do {
            let sample = try await backend.read()
            let flags = sample.flags
            let fixed = flags.count { $0.fixedReason != nil }
            let which =
                switch fixed {
                case 0: ""
                case flags.count: fixed == 1 ? ", it cannot be toggled here" : ", none can be toggled here"
                default: ", \(fixed) of them cannot be toggled here"
                }
            var steps = [DoctorStep("read", .ok, Figures.counted(flags.count, "flag") + which)]
            for notice in sample.notices {
                steps.append(
                    DoctorStep("accepted", notice.status == .critical ? .failed : .ok, notice.text))
            }
            for caution in sample.cautions {
                steps.append(DoctorStep("who writes", .failed, caution.text, advice: caution.advice))
            }
            for flag in flags where !flag.isRefused {
                guard case .unknown(let why) = flag.value else { continue }
                steps.append(DoctorStep("value", .failed, "\(flag.name): \(why)"))
            }
            return steps
        } catch {
            return [DoctorStep("read", .failed, error.message, advice: error.advice)]
        }
    }

    private func show(_ steps: [DoctorStep]) throws -> Int {
        for step in steps {
            let text = step.text.isEmpty ? step.outcome.rawValue : pad(step.outcome.rawValue, 8) + step.text
            try say("  \(pad(step.name))\(Sanitizer.line(text))")
            if !step.advice.isEmpty { try say("  \(pad(""))        \(Sanitizer.line(step.advice))") }
        }
        return steps.count { $0.outcome == .failed }
    }

    private func seconds(_ duration: Duration) -> String {
        Figures.fixed(duration.inSeconds, decimals: duration.inSeconds < 10 ? 1 : 0) + " s"
    }

    private func pad(_ text: String, _ width: Int = 12) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func say(_ line: String) throws { try StandardStreams.write(line + "\n") }
}
