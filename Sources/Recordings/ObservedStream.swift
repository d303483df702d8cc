import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import Platform
import Synchronization

/// A recording of version 1 as an engine would have been told it. It does not hold all that an engine is told: when a read
/// began, totals, ids of runs; they are taken to be what its figures add up to, and reconciliations have no place here.
final class ObservedStream: RecordedStream {
    private let state: Mutex<State>

    init(_ path: String, clock: StoreClock?) throws {
        state = Mutex(State(file: try RecordingFile(path), clock: clock))
    }

    var note: String? { nil }

    func next() throws -> TimedInput? { try state.withLock { try $0.next() } }

    /// The zone that the header names, and when it begins.
    static func zone(of path: String) throws -> (String, WallTime)? {
        var file = try RecordingFile(path)
        var reader = RecordingReader()
        while true {
            let piece = try file.next()
            reader.add(piece)
            if case .header(let shape, let from, _) = try reader.next() {
                return (shape.zone, WallTime(recorded: from))
            }
            if piece.isEmpty { return nil }
        }
    }

    private struct State: ~Copyable {
        var file: RecordingFile
        let clock: StoreClock?
        private var reader = RecordingReader()
        private var store = ObservedStore(StoreShape())
        private var waiting: [TimedInput] = []
        private var past: [PastSeries] = []
        private var at: Double?
        private var begins: Double?
        private var isEnded = false

        init(file: consuming RecordingFile, clock: StoreClock?) {
            self.file = file
            self.clock = clock
        }

        mutating func next() throws -> TimedInput? {
            while waiting.isEmpty {
                if isEnded { return nil }
                if let line = try reader.next() {
                    take(line)
                    continue
                }
                let piece = try file.next()
                reader.add(piece)
                if let fault = reader.tooLong { throw fault }
                if piece.isEmpty {
                    if let line = try reader.next() {
                        take(line)
                    } else {
                        isEnded = true
                        judge()
                    }
                }
            }
            return waiting.removeFirst()
        }

        private mutating func take(_ line: RecordingLine) {
            switch line {
            case .header(let shape, let from, _):
                store = ObservedStore(shape)
                waiting.append(TimedInput(at: Self.moment(from), .start(store.start(clock: clock))))
            case .past(let series): past.append(series)
            case .observed(let observation):
                move(to: observation.at)
                for (probe, answer) in store.answers(to: observation, at: Self.moment(observation.at)) {
                    waiting.append(TimedInput(at: Self.moment(observation.at), .read(probe, answer)))
                }
            case .event(let event):
                move(to: event.at)
                let change = Change(
                    id: "event \(event.at)", event.change, event.text, at: WallTime(recorded: event.at),
                    about: event.entity.map { [$0] } ?? [])
                waiting.append(TimedInput(at: Self.moment(event.at), .change(change)))
            }
        }

        /// A moment is judged once all that was read at it has been told; detectors begin when each source was read.
        private mutating func move(to moment: Double) {
            if let at, moment > at { judge() }
            at = moment
            let start = begins ?? moment
            begins = start
            guard moment - start >= 61, !(past.isEmpty && store.hasBegun) else { return }
            if store.hasBegun { return }
            store.hasBegun = true
            let known = past.map { Double($0.values.count(where: \.isFinite)) * $0.step }.max() ?? 0
            waiting.append(TimedInput(at: Self.moment(moment), .learned(past, seconds: known)))
            past = []
        }

        private mutating func judge() {
            if let at { waiting.append(TimedInput(at: Self.moment(at), .judged)) }
        }

        /// Its boot was when 1970 began: there is no other clock in it.
        private static func moment(_ seconds: Double) -> Timestamp {
            Timestamp(
                boot: .seconds(seconds), wall: WallTime(recorded: seconds), bootID: InputReader.bootID)
        }
    }
}

extension StoreEvent {
    fileprivate var change: Change.Kind {
        switch kind {
        case .deploy: .deploy
        case .flag: .flag
        case .config: .config
        case .maintenance: .maintenance
        case .note: .note
        }
    }
}
