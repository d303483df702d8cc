import Monitoring
import Platform
import Synchronization
import Text

/// What a running `tail` has brought, counted on its own thread as it comes; the probe takes the news.
final class LogStream: Sendable {
    enum End {
        case none
        case ended(ChildEnd)
        case failed(SystemError)
    }

    struct News {
        var facts: [Fact]
        var bytes: Int
        var end: End
        /// The last line of the program's standard error.
        var complaint: String?
        var isComplaintNew: Bool
        /// By its own words `tail` waits for the file to come back.
        var isAway: Bool
    }

    private struct State {
        var tally: OutcomeTally
        var splitter = LineSplitter()
        /// Which child is listened to: a late word of an earlier one is none of ours.
        var generation = 0
        /// Output before `tail` says that it stands at the end of the file; nil from then on.
        var head: [UInt8]?
        /// Kept when it stands there, or never will.
        var opening = Promise<Void>()
        /// Output that waits until the history before it has been taken; nil then.
        var held: [UInt8]?
        var bytes = 0
        var end = End.none
        var errors = LastLine()
        var isComplaintNew = false

        /// What follows the line `==> FILE <==`, which `tail -v` writes when it has opened the file; nil while
        /// that has not come.
        mutating func afterHead(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
            guard let before = head else { return bytes }
            let all = (before + bytes)[...]
            var rest = all
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = rest[..<end]
                rest = rest[(end + 1)...]
                guard line.starts(with: "==> ".utf8), line.suffix(4).elementsEqual(" <==".utf8) else {
                    continue
                }
                head = nil
                opening.keep(())
                return rest
            }
            head = Array(all.suffix(LogStream.headLimit))
            return nil
        }
    }

    /// Bytes that wait for the history; what is more is lost, and said to be.
    private static let heldLimit = 8 << 20
    /// Bytes kept of what a login prints before `tail` begins.
    private static let headLimit = 64 << 10

    private let state: Mutex<State>
    private let clock: any TimeSource

    init(_ tally: sending OutcomeTally, clock: any TimeSource) {
        state = Mutex(State(tally: tally))
        self.clock = clock
    }

    /// Forgets the child before; answers what the next one is to call, and what is kept when it counts every
    /// line that comes from then on, or when it has said why it does not.
    func begin() -> (receive: @Sendable (ChildOutput) -> Void, opening: Promise<Void>) {
        let opening = Promise<Void>()
        let generation = state.withLock { state in
            if state.generation > 0 { state.tally.lose() }
            state.generation += 1
            state.splitter.reset()
            state.head = []
            state.opening = opening
            state.held = []
            state.end = .none
            state.errors = LastLine()
            state.isComplaintNew = false
            return state.generation
        }
        return ({ [weak self] output in self?.receive(output, from: generation) }, opening)
    }

    /// Takes the newest lines there were, then what has come in the meantime.
    func take(history: [UInt8]) {
        let now = clock.now.wall
        state.withLock { state in
            var splitter = LineSplitter()
            splitter.feed(history[...]) { state.tally.take($0, isHistory: true, at: now) }
            let held = state.held ?? []
            state.held = nil
            state.splitter.feed(held[...]) { state.tally.take($0, at: now) }
        }
    }

    func news() -> News {
        state.withLock { state in
            let complaint = state.errors.text
            let news = News(
                facts: state.tally.reading(), bytes: state.bytes, end: state.end, complaint: complaint,
                isComplaintNew: state.isComplaintNew && complaint.map(Self.isRoutine) == false,
                isAway: complaint.map(Self.saysAway) ?? false)
            state.bytes = 0
            state.isComplaintNew = false
            return news
        }
    }

    private func receive(_ output: ChildOutput, from generation: Int) {
        let now = clock.now.wall
        state.withLock { state in
            guard state.generation == generation else { return }
            switch output {
            case .output(let bytes):
                state.bytes += bytes.count
                guard let bytes = state.afterHead(bytes[...]) else { return }
                guard let held = state.held else {
                    state.splitter.feed(bytes) { state.tally.take($0, at: now) }
                    return
                }
                if held.count + bytes.count <= Self.heldLimit {
                    state.held?.append(contentsOf: bytes)
                } else {
                    state.tally.lose()
                }
            case .error(let bytes):
                state.errors.append(bytes)
                state.isComplaintNew = true
                if state.errors.text?.mentions("file truncated") == true { state.tally.lose() }
                if state.errors.text.map(Self.saysAway) == true { state.opening.keep(()) }
            case .skipped: state.tally.lose()
            case .ended(let end):
                state.end = .ended(end)
                state.opening.keep(())
            case .failed(let error):
                state.end = .failed(error)
                state.opening.keep(())
            }
        }
    }

    // The words of GNU tail when a followed file is rotated, truncated or gone.
    private static func isRoutine(_ line: String) -> Bool {
        ["has been replaced", "has appeared", "file truncated"].contains { line.mentions($0) }
    }

    private static func saysAway(_ line: String) -> Bool {
        ["has become inaccessible", "cannot open"].contains { line.mentions($0) }
    }
}
