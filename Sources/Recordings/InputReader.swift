package import Engine
import Monitoring

/// Reads version 2 of a recording from pieces of its text: what an engine was told, moment by moment. What it does not
/// know it skips; a row that is not named is as it was.
package struct InputReader {
    package static let bootID = "recording"
    private static let patience: Duration = .seconds(60)

    private var feed = LineFeed()
    private var books: [String: ProbeBook] = [:]
    private var boot: Duration = .zero
    private var hasHeader = false
    private var latest: Duration = .zero
    private var past: [PastSeries] = []

    package init() {}

    /// More of the text; empty says that there is none.
    package mutating func add(_ piece: [UInt8]) { feed.add(piece) }

    /// Nothing more is to be added.
    package var isEnded: Bool { feed.isEnded }

    /// The last line did not come to its end.
    package private(set) var endsInALine = false

    /// What comes next; nil when more is to be added, or behind the last line. A last line that did not come to its
    /// end is left out.
    package mutating func next() throws(RecordingFault) -> TimedInput? {
        var state = State(books: books, boot: boot, hasHeader: hasHeader, past: past)
        // So that they are not copied.
        (books, past) = ([:], [])
        defer {
            (books, boot, hasHeader, past) = (state.books, state.boot, state.hasHeader, state.past)
        }
        while true {
            let line: Line?
            do {
                line = try feed.next { (cursor) throws(RecordingFault) in try state.read(&cursor) }
            } catch {
                // The rest of a line that was being written.
                endsInALine = feed.isEnded && feed.isInLastLine
                if endsInALine, state.hasHeader { return nil }
                throw error
            }
            switch line {
            case nil:
                if feed.isEnded, !state.hasHeader { throw RecordingFault(line: 0, "it is empty") }
                return nil
            case .nothing: continue
            case .input(let timed):
                // An answer may have waited while all was judged: lines stand in the order in which things were told.
                guard timed.at.boot + Self.patience >= latest else {
                    throw RecordingFault(
                        line: feed.cursor.line, "its time is long before that of the line before it")
                }
                latest = max(latest, timed.at.boot)
                return timed
            }
        }
    }

    private enum Line {
        case nothing
        case input(TimedInput)
    }

    private struct State {
        var books: [String: ProbeBook]
        var boot: Duration
        var hasHeader: Bool
        var past: [PastSeries]

        mutating func read(_ cursor: inout LineCursor) throws(RecordingFault) -> Line {
            try cursor.openObject()
            guard hasHeader else {
                let (start, at) = try cursor.startOfRecording()
                (hasHeader, boot) = (true, at.boot)
                return .input(TimedInput(at: at, .start(start)))
            }
            return try moment(&cursor)
        }

        private mutating func moment(_ cursor: inout LineCursor) throws(RecordingFault) -> Line {
            var (wall, ns): (WallTime?, Int64?) = (nil, nil)
            var (began, next, skipped): (Int64?, Int64?, Int) = (nil, nil, 0)
            var probe: String?
            var book = ProbeBook()
            var told = ToldRead()
            var input: EngineInput?
            var isKnown = false
            while let word = try cursor.nextMember() {
                switch word {
                case .at: wall = WallTime(recorded: try cursor.time())
                case .ns: ns = Int64(clamping: try cursor.integer())
                case .began: began = Int64(clamping: try cursor.integer())
                case .next: next = Int64(clamping: try cursor.integer())
                case .skipped: skipped = Int(clamping: try cursor.integer())
                case .history:
                    past.append(try cursor.history())
                    isKnown = true
                case .learned:
                    input = .learned(past, seconds: try cursor.number())
                    past = []
                case .judged:
                    try cursor.skip()
                    input = .judged
                case .stepped:
                    try cursor.skip()
                    input = .stepped
                case .change:
                    isKnown = true
                    input = try cursor.document(Change.self).map { .change($0) }
                case .read:
                    let name = try cursor.name()
                    book = books.removeValue(forKey: name) ?? ProbeBook()
                    probe = name
                default:
                    guard probe != nil else {
                        try cursor.skip()
                        continue
                    }
                    if try !book.read(word, &told, &cursor) { try cursor.skip() }
                }
            }
            if let probe { books[probe] = book }
            if probe == nil, input == nil {
                // The past has no moment; what a later version tells is none that is judged.
                if isKnown || wall != nil { return .nothing }
                throw cursor.fault("it says neither when it was nor what was read")
            }
            guard let wall, let ns else {
                throw cursor.fault("it does not say when it was, by \"at\" and \"ns\"")
            }
            let at = time(ns, wall)
            if let input { return .input(TimedInput(at: at, input)) }
            guard let probe else { return .nothing }
            var start = at
            if let began, began <= ns { start = at.earlier(bySeconds: Double(ns &- began) / 1e9) }
            start.boot = began.map { boot + .nanoseconds(min($0, ns)) } ?? at.boot
            let answer = ProbeAnswer(
                told.outcome, began: start, next: next.map { boot + .nanoseconds($0) },
                skipped: max(0, skipped))
            return .input(TimedInput(at: at, .read(probe, answer)))
        }

        private func time(_ ns: Int64, _ wall: WallTime) -> Timestamp {
            Timestamp(boot: boot + .nanoseconds(ns), wall: wall, bootID: InputReader.bootID)
        }
    }
}

extension LineCursor {
    /// The rest of the first line of version 2; the cursor stands behind its opening brace.
    fileprivate mutating func startOfRecording() throws(RecordingFault) -> (RecordedStart, Timestamp) {
        var version: Double?
        var (from, boot): (WallTime?, Int64) = (nil, 0)
        var start: RecordedStart?
        while let word = try nextMember() {
            switch word {
            case .recording: version = try number()
            case .from: from = WallTime(recorded: try time())
            case .boot: boot = Int64(clamping: try integer())
            case .start: start = try document(RecordedStart.self)
            default: try skip()
            }
        }
        guard version == Double(InputWriter.version) else {
            throw fault("it is no recording of version \(InputWriter.version)")
        }
        guard let from else { throw fault("the header does not say from when it is, by \"from\"") }
        guard let start else { throw fault("the header does not say what was watched, by \"start\"") }
        return (
            start,
            Timestamp(boot: .nanoseconds(max(0, boot)), wall: from, bootID: InputReader.bootID)
        )
    }
}
