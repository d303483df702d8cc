import Documents
import Monitoring
import Platform
import Text

/// The line files in which older versions kept the history, `history/2026-11-28.minutes.jsonl` and `.tens.jsonl`.
///
/// They are read once, when the database is made, and stay where they are.
struct HistoryImport {
    struct Row {
        var name: String
        var span: HistorySpan
        var average: Double
        var highest: Double
    }

    private static let folder = "history"
    private static let minutes = ".minutes.jsonl"
    private static let tens = ".tens.jsonl"

    private let path: String

    init(of directory: Directory) { path = directory.path + "/" + Self.folder }

    /// Hands over each value; answers how many days there were, `14 days`, or nil where there are none.
    func run(_ body: (Row) throws -> Void) throws -> String? {
        guard try Files.facts(path) != nil else { return nil }
        let directory = try Directory(path)
        let names = try Files.names(in: path, startingWith: "")
        var days: Set<Substring> = []
        for name in names where name.hasSuffix(Self.minutes) || name.hasSuffix(Self.tens) {
            let day = name.prefix { $0 != "." }
            days.insert(day)
            let file = LineFile(name: name, ops: directory)
            let isMinutes = name.hasSuffix(Self.minutes)
            // A day that is over has its sums beside it; of the others they are made here.
            let hasTens = names.contains(day + Self.tens)
            try Self.read(
                file, isMinutes ? HistorySpan.minute : HistorySpan.ten, sumsUp: isMinutes && !hasTens, body)
        }
        return days.isEmpty ? nil : Figures.counted(days.count, "day")
    }

    private struct Sum {
        var average = 0.0
        var count = 0.0
        var highest = -Double.infinity
    }

    /// `{"series":{"queue:erp depth":0},"v":1,…}` gives names, `{"minute":…,"values":[[0,12.5,14]],…}` number,
    /// average and maximum.
    private static func read(
        _ file: LineFile, _ width: Int64, sumsUp: Bool, _ body: (Row) throws -> Void
    ) throws {
        var names: [Int: String] = [:]
        var blocks: [HistorySpan: [String: Sum]] = [:]
        try file.forEach { line in
            guard let node = try? JSON.read(Array(line), name: file.name) else { return }
            for member in node["series"]?.members ?? [] {
                if let number = member.value.int { names[number] = member.key }
            }
            guard let minute = node["minute"]?.int else { return }
            let time = WallTime(milliseconds: Int64(minute))
            for row in node["values"]?.elements ?? [] {
                guard let number = row[0]?.int, let name = names[number], let average = row[1]?.double
                else { continue }
                let highest = row[2]?.double ?? average
                try body(
                    Row(
                        name: name, span: HistorySpan(width, around: time), average: average, highest: highest
                    ))
                guard sumsUp else { continue }
                let block = HistorySpan(HistorySpan.ten, around: time)
                var sum = blocks[block]?[name] ?? Sum()
                sum.average += average
                sum.count += 1
                sum.highest = max(sum.highest, highest)
                blocks[block, default: [:]][name] = sum
            }
        }
        for (block, sums) in blocks {
            for (name, sum) in sums {
                try body(
                    Row(name: name, span: block, average: sum.average / sum.count, highest: sum.highest))
            }
        }
    }
}
