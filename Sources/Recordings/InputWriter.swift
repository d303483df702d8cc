package import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// Makes lines of what an engine is told, in version 2 of a recording: of each list what is other than in the line
/// before of the same probe.
package struct InputWriter {
    package static let version = 2

    private let redaction: RecordingRedaction
    private let program: String
    private var line = LineWriter()
    private var begin: Duration?
    private var books: [String: ProbeBook] = [:]

    /// `program`: which one writes it, with its version.
    package init(_ redaction: RecordingRedaction, program: String) {
        self.redaction = redaction
        self.program = program
    }

    /// With their ends.
    package mutating func lines(of timed: TimedInput) -> [UInt8] {
        let at = timed.at
        switch timed.input {
        case .start(let start):
            (begin, books) = (at.boot, [:])
            header(redaction.applied(to: start), at: at)
        case .read(let probe, let answer): read(probe, redaction.applied(to: answer), at: at)
        case .learned(let past, let seconds):
            var bytes: [UInt8] = []
            for series in past {
                history(series)
                bytes += line.takeLine()
            }
            moment(at) { $0.member(.learned, seconds) }
            return bytes + line.takeLine()
        case .change(let change):
            let told = redaction.applied(to: change)
            moment(at) { line in
                line.key(.change)
                line.document(told)
            }
        case .judged: moment(at) { $0.member(.judged, true) }
        case .stepped: moment(at) { $0.member(.stepped, true) }
        }
        return line.takeLine()
    }

    private mutating func moment(_ at: Timestamp, _ members: (inout LineWriter) -> Void) {
        let ns = at.boot.nanoseconds(since: begin ?? at.boot)
        line.object { line in
            line.member(.at, at.wall)
            line.member(.ns, ns)
            members(&line)
        }
    }

    private mutating func header(_ start: RecordedStart, at: Timestamp) {
        line.object { line in
            line.member(.recording, Self.version)
            line.member(.program, program)
            line.member(.store, start.environment.name)
            line.member(.zone, start.environment.clock?.zone ?? "UTC")
            line.member(.from, at.wall)
            line.member(.boot, at.boot.nanoseconds(since: .zero))
            line.key(.start)
            line.document(start)
        }
    }

    private mutating func history(_ past: PastSeries) {
        line.object { line in
            line.key(.history)
            line.object { line in
                line.member(.entity, past.entity.description)
                line.member(.measure, past.measure.rawValue)
                line.member(.from, WallTime(recorded: past.from))
                line.member(.step, past.step)
                line.key(.values)
                line.array { line in
                    for value in past.values {
                        line.element()
                        line.number(value)
                    }
                }
            }
        }
    }

    private mutating func read(_ probe: String, _ answer: ProbeAnswer, at: Timestamp) {
        var book = books.removeValue(forKey: probe) ?? ProbeBook()
        let start = begin ?? at.boot
        moment(at) { line in
            line.member(.read, probe)
            line.member(.began, answer.began.boot.nanoseconds(since: start))
            if let next = answer.next { line.member(.next, next.nanoseconds(since: start)) }
            if answer.skipped > 0 { line.member(.skipped, answer.skipped) }
            book.write(answer.outcome, to: &line)
        }
        books[probe] = book
    }
}

extension Duration {
    /// Clamped to what 64 bits hold, 292 years.
    func nanoseconds(since start: Duration) -> Int64 {
        let (seconds, attoseconds) = (self - start).components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : scaled &+ attoseconds / 1_000_000_000
    }
}
