import Monitoring
import Text

/// Lines that were counted since the last look, as they came: only those that stay until then are made harmless
/// and put beside the others. It holds no more than twice what is kept, however many come.
struct FreshLines {
    /// The bytes are untrusted.
    struct Line {
        var at: WallTime
        var isTimeRead: Bool
        var number: UInt64
        var level: MonologLine.Level?
        var bytes: [UInt8]
        /// Of the line, which is longer.
        var leftOut: Int
        /// Lines of the record behind it.
        var more: Int
    }

    private struct Room {
        var lines: [Line] = []
        var bytes = 0
        var isCut = false

        mutating func take(_ line: Line, within most: (lines: Int, bytes: Int)) {
            lines.append(line)
            bytes += line.bytes.count
            // Now and then and not each time: a line costs more than its place in an order.
            guard lines.count >= 2 * most.lines || bytes >= 2 * most.bytes else { return }
            lines.sort { ($0.at, $0.number) < ($1.at, $1.number) }
            var surplus = max(0, lines.count - most.lines)
            bytes = lines.dropFirst(surplus).reduce(0) { $0 + $1.bytes.count }
            while bytes > most.bytes, surplus < lines.count {
                bytes -= lines[surplus].bytes.count
                surplus += 1
            }
            lines.removeFirst(surplus)
            isCut = true
        }
    }

    private var rooms: [Outcome: Room] = [:]

    mutating func take(_ line: Line, _ outcome: Outcome) {
        rooms[outcome, default: Room()].take(line, within: OutcomeLines.room(for: outcome))
    }

    /// Hands them over and is empty.
    mutating func move(to kept: inout OutcomeLines) {
        guard !rooms.isEmpty else { return }
        for (outcome, room) in rooms {
            if room.isCut { kept.leaveOut(outcome) }
            for line in room.lines {
                let text = Sanitizer.line(bytes: line.bytes, maxBytes: 2 * OutcomeLines.longest)
                let leftOut = line.leftOut > 0 ? "…+" + ByteSize.text(line.leftOut) : ""
                kept.take(
                    OutcomeLine(
                        at: line.at, isTimeRead: line.isTimeRead, number: line.number, outcome,
                        level: line.level?.word, text: text + leftOut, more: line.more))
            }
        }
        rooms = [:]
    }
}
