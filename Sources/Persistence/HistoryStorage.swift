package import Engine
package import Monitoring
package import Platform
import Synchronization
import Text

/// The steps of `HistoryFiles`, on whichever thread calls.
///
/// Minutes are appended to the day's file. Once a day is over it is summed up by ten minutes; minutes are
/// kept for three days, ten minutes for ninety.
package final class HistoryStorage: Sendable {
    private static let day: Int64 = 86_400_000
    private static let minuteDays: Int64 = 3
    private static let tenDays: Int64 = 90
    /// So far back files are looked for that a pause has left behind.
    private static let reach: Int64 = 400

    private struct State {
        var day: Int64?
        var log: LogFile?
        var table = HistoryTable()
        var isTorn = false
    }

    private let ops: any FileOps
    private let state = Mutex(State())

    package init(in ops: any FileOps) { self.ops = ops }

    package func append(_ minutes: [HistoryMinute]) throws {
        var byMinute: [WallTime: [HistoryMinute]] = [:]
        for minute in minutes { byMinute[minute.minute, default: []].append(minute) }
        try state.withLock { state in
            for (start, values) in byMinute.sorted(by: { $0.key < $1.key }) {
                let log = try log(for: start, &state)
                var bytes = state.isTorn ? [UInt8(ascii: "\n")] : []
                var table = state.table
                bytes += try table.lines(for: start, values)
                // What is on disk after a failure, and which numbers are given there, is not known: the next
                // append looks.
                state.log = nil
                try log.append(bytes)
                state.log = log
                state.isTorn = false
                state.table = table
            }
        }
    }

    package func read(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) throws -> [Double?] {
        let (span, isEndless) = to.milliseconds.subtractingReportingOverflow(from.milliseconds)
        let (step, isNever) = Int64(max(stepSeconds, 1)).multipliedReportingOverflow(by: 1000)
        guard !isEndless, !isNever else { return [] }
        let count = Int(clamping: span / step)
        guard count > 0, count <= HistoryLimit.values else { return [] }
        var sums = [(sum: Double, count: Int)](repeating: (0, 0), count: count)
        // What an older version wrote knows the entity without its source.
        let texts = [HistoryTable.text(of: series), HistoryTable.olderText(of: series)].compactMap(\.self)
        let first = Self.dayNumber(from)
        for day in max(first, Self.dayNumber(to) - Self.reach)...max(first, Self.dayNumber(to)) {
            for (minute, average) in try HistoryTable.values(of: texts, in: file(of: day, step: step)) {
                guard minute >= from.milliseconds, minute < to.milliseconds else { continue }
                let place = (minute - from.milliseconds) / step
                guard place < count else { continue }
                sums[Int(place)].sum += average
                sums[Int(place)].count += 1
            }
        }
        return sums.map { $0.count > 0 ? $0.sum / Double($0.count) : nil }
    }

    /// The coarser file where it is fine enough, else the minutes.
    private func file(of day: Int64, step: Int64) throws -> LineFile {
        let (minutes, tens) = (lines(Self.minuteName(day)), lines(Self.tenName(day)))
        if try step >= 600_000 && tens.isThere { return tens }
        return try minutes.isThere ? minutes : tens
    }

    private func lines(_ name: String) -> LineFile { LineFile(name: name, ops: ops) }

    private func log(for minute: WallTime, _ state: inout State) throws -> LogFile {
        let day = Self.dayNumber(minute)
        if let log = state.log, state.day == day { return log }
        state.log = nil
        try tidy(before: day)
        let name = Self.minuteName(day)
        try reopen(day)
        state.table = try HistoryTable(lines(name))
        state.isTorn = try lines(name).isTorn
        let log = try LogFile(name, in: ops)
        state.log = log
        state.day = day
        return log
    }

    /// A minute comes late, or the clock was set back: the day's sum is taken back, to be made again with it.
    private func reopen(_ day: Int64) throws {
        let (minutes, tens) = (Self.minuteName(day), Self.tenName(day))
        guard try lines(tens).isThere else { return }
        if try lines(minutes).isThere {
            try ops.remove(tens)
        } else {
            // The minutes are too old to be kept; their sums are lines of the same form.
            try ops.rename(tens, to: minutes)
        }
    }

    /// Sums up days that are over and removes what is too old.
    private func tidy(before day: Int64) throws {
        for past in (day - Self.reach)..<day {
            let (minutes, tens) = (Self.minuteName(past), Self.tenName(past))
            if past < day - Self.tenDays { try ops.remove(tens) }
            guard try lines(minutes).isThere else { continue }
            if past >= day - Self.tenDays, try !lines(tens).isThere {
                let summed = try HistoryTable.byTenMinutes(lines(minutes))
                try AtomicFile(tens, in: ops).replace(with: summed)
            }
            if past < day - Self.minuteDays { try ops.remove(minutes) }
        }
    }

    private static func dayNumber(_ time: WallTime) -> Int64 { max(0, time.milliseconds) / day }

    private static func dayText(_ number: Int64) -> String {
        String(WallTime(milliseconds: number * day).civil.rfc3339.prefix(10))
    }

    private static func minuteName(_ day: Int64) -> String { dayText(day) + ".minutes.jsonl" }
    private static func tenName(_ day: Int64) -> String { dayText(day) + ".tens.jsonl" }
}
