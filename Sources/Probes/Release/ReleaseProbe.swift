package import Monitoring
import Platform
import Text

/// Looks whether a store is in maintenance and which release its link leads to, here or behind a command prefix.
///
/// Nothing is opened or followed: a flag is there or not, a link says what it says.
package actor ReleaseProbe: Examinable {
    /// What a link may say.
    static let longest = 4096

    package nonisolated let schedule: ProbeSchedule
    private let source: ReleaseSource
    private let clock: any TimeSource
    private let executor: ThreadExecutor
    private let running = ReadsUnderWay()

    /// A disk may hang: it is asked on a thread of its own.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.unownedExecutor }

    package init(_ source: ReleaseSource, clock: any TimeSource) throws(ReadFailure) {
        self.source = source
        self.clock = clock
        schedule = source.schedule
        do {
            executor = try ThreadExecutor("release")
        } catch {
            throw ReadFailure(.unusable, Sanitizer.line("\(source.name): \(error)"))
        }
    }

    package func read() async throws(ReadFailure) -> Sample {
        guard !running.isClosed else { throw .closed(source.name) }
        let start = clock.now
        let (reading, bytes) = source.via.isEmpty ? (try look(at: start.wall), 0) : try await lookFar()
        var facts: [Fact] = [.changes(reading)]
        if let release = reading.release, release.target == nil {
            facts.append(
                .notice(SourceNotice(.ok, "\(place(source.link ?? "")) is no link: no release is told")))
        }
        let cost = ReadCost(
            queries: 1, bytes: bytes, milliseconds: clock.now.seconds(since: start) * 1000)
        return Sample(facts, cost: cost, serverTime: source.via.isEmpty ? nil : reading.readAt)
    }

    package func close() async { running.close() }

    package func examine() async -> [DoctorStep] {
        do {
            let probe = try ReleaseProbe(source, clock: clock)
            let sample = try await probe.read()
            guard case .changes(let reading) = sample.facts.first else { return [] }
            let now = reading.readAt
            let mode =
                reading.maintenance?.since.map {
                    "maintenance mode is on for \(Age.text(seconds: now.seconds(since: $0)))"
                } ?? "no maintenance"
            var steps = [DoctorStep("folder", .ok, "\(place(source.root)): \(mode)")]
            if let link = source.link {
                let target = reading.release?.target.map { Sanitizer.line($0, maxBytes: 300) }
                steps.append(
                    target.map {
                        DoctorStep("link", .ok, "\(Sanitizer.line(link, maxBytes: 300)) leads to \($0)")
                    }
                        ?? DoctorStep(
                            "link", .failed, "\(place(link)) is no link",
                            advice:
                                "Name the link that a deploy points at another release, or leave `release` out."
                        ))
            }
            return steps
        } catch {
            return [DoctorStep("folder", .failed, error.message, advice: error.advice)]
        }
    }

    private func place(_ path: String) -> String {
        Sanitizer.line((source.via + [path]).joined(separator: " "), maxBytes: 400)
    }

    /// A path is bytes: what is no UTF-8 is replaced, to be shown and compared.
    static func text(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: bytes.prefix(longest), as: UTF8.self)
    }

    // MARK: Here

    private func look(at now: WallTime) throws(ReadFailure) -> ChangesReading {
        do {
            guard try Files.facts(source.root, links: .followed)?.kind == .directory else {
                throw ReadFailure(
                    .unreachable, "\(place(source.root)): there is no such folder",
                    advice: "Is `root` Magento's folder, which holds var and app?")
            }
            var reading = ChangesReading(readAt: now)
            let flag = try Files.facts(source.flag)
            reading.maintenance = .init(since: flag.map { WallTime(milliseconds: $0.modified / 1_000_000) })
            if let path = source.link {
                let link = try Files.link(path)
                reading.release = .init(
                    target: link?.target,
                    made: link.map { WallTime(milliseconds: $0.facts.modified / 1_000_000) })
            }
            return reading
        } catch let failure as ReadFailure {
            throw failure
        } catch let error as SystemError {
            throw ReadFailure(file: error)
        } catch {
            throw ReadFailure(.unusable, place("\(error)"))
        }
    }

    // MARK: Behind a prefix

    private func lookFar() async throws(ReadFailure) -> (reading: ChangesReading, bytes: Int) {
        let mark = "hypercare-" + String(UInt64.random(in: .min ... .max), radix: 16)
        let command = ChildCommand(
            CommandPrefix(source.via).arguments([
                "sh", "-c", ReleaseScript.look, "hypercare", source.root, source.link ?? "", mark,
            ]), environment: source.environment, trust: source.trust)
        let title = place(source.root)
        let source = source
        let result: ChildResult
        do {
            result = try await running.run(of: source.name) {
                try await ChildProcess.run(command, deadline: source.deadline, outputCap: 16 << 10)
            }
        } catch let failure as ReadFailure {
            throw failure
        } catch {
            throw ReadFailure(running: title, error)
        }
        guard result.end == .exited(0) else {
            throw ReadFailure(running: title, end: result.end, complaint: LastLine(result.error).text)
        }
        guard result.droppedOutput == 0,
            let reading = ReleaseScript.reading(result.output, mark: mark, hasLink: source.link != nil)
        else {
            throw ReadFailure(
                .malformed, "\(title): the answer makes no sense",
                advice: "It needs sh, stat, date and readlink there.")
        }
        return (reading, result.output.count + result.error.count)
    }
}
