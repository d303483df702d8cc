/// The newest lines behind an integration from one source: at most 100 and 64 KB, whatever comes.
///
/// Each outcome has room of its own, so that a thousand successes push out no failure.
package struct OutcomeLines: Hashable, Sendable, Codable {
    /// Bytes of a record that are kept of it.
    package static let longest = 2000
    package static let mostLines = 100
    package static let mostBytes = 64 << 10

    /// Lines and bytes that are kept of an outcome: half of all for failures.
    package static func room(for outcome: Outcome) -> (lines: Int, bytes: Int) {
        outcome == .failure ? (mostLines / 2, mostBytes / 2) : (mostLines / 4, mostBytes / 4)
    }

    private struct Room: Hashable, Sendable, Codable {
        /// The oldest first; of one time in the order of their numbers.
        var lines: [OutcomeLine] = []
        var bytes = 0
        /// Something older than these was taken once.
        var isCut = false

        mutating func take(_ line: OutcomeLine, within most: (lines: Int, bytes: Int)) {
            var place = lines.count
            while place > 0, line.isBefore(lines[place - 1]) { place -= 1 }
            if place > 0, lines[place - 1].at == line.at, lines[place - 1].number == line.number { return }
            lines.insert(line, at: place)
            bytes += line.text.utf8.count
            while lines.count > most.lines || bytes > most.bytes {
                bytes -= lines.removeFirst().text.utf8.count
                isCut = true
            }
        }
    }

    private var failures = Room()
    private var retries = Room()
    private var successes = Room()

    package init() {}

    /// Puts a line in its place by time, however late it comes; one that is there already is left as it is.
    package mutating func take(_ line: OutcomeLine) {
        self[line.outcome].take(line, within: Self.room(for: line.outcome))
    }

    /// Takes what a source told of a moment, which it may tell again at each read.
    package mutating func take(once text: String, _ outcome: Outcome, at time: WallTime) {
        let known = self[outcome].lines
        guard !known.contains(where: { $0.at == time && $0.text == text }) else { return }
        let last = known.last { $0.at == time }?.number
        take(OutcomeLine(at: time, number: (last ?? 0) &+ 1, outcome, text: text))
    }

    /// Older lines of this outcome were not even taken.
    package mutating func leaveOut(_ outcome: Outcome) { self[outcome].isCut = true }

    /// The clock of the source was set back: a line is as old as before.
    package mutating func setBack(byMilliseconds back: Int64) {
        guard back != 0 else { return }
        for outcome in Outcome.allCases {
            for index in self[outcome].lines.indices {
                let time = self[outcome].lines[index].at.milliseconds
                self[outcome].lines[index].at = WallTime(milliseconds: time &- back)
            }
        }
    }

    /// The oldest first.
    package func lines(of outcome: Outcome) -> [OutcomeLine] { self[outcome].lines }

    /// There were older ones of this outcome, which are not kept.
    package func isCut(_ outcome: Outcome) -> Bool { self[outcome].isCut }

    private subscript(outcome: Outcome) -> Room {
        get {
            switch outcome {
            case .success: successes
            case .failure: failures
            case .retry: retries
            }
        }
        _modify {
            switch outcome {
            case .success: yield &successes
            case .failure: yield &failures
            case .retry: yield &retries
            }
        }
    }
}
