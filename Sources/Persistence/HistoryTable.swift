import Documents
import Engine
import Monitoring
import Text

/// The lines of a history file: names of series with their numbers, then minutes that speak in numbers.
///
/// `{"series":{"queue:erp depth":0},"v":1,…}` and `{"minute":…,"values":[[0,12.5,14]],…}`: number, average,
/// maximum. Two hundred series are 3 KB a minute so.
struct HistoryTable: Sendable {
    private var numbers: [ExactName: Int] = [:]

    init() {}

    /// The names given in a file that is there.
    init(_ file: LineFile) throws {
        try file.forEach { line in
            guard line.starts(with: Self.naming), let node = try? JSON.read(Array(line), name: "history")
            else { return }
            for member in node["series"]?.members ?? [] { numbers[ExactName(member.key)] = member.value.int }
        }
    }

    private static let naming = Array("{\"series\"".utf8)

    static func text(of series: SeriesID) -> String { "\(series.entity.key) \(series.measure.rawValue)" }

    /// As versions wrote it that knew entities by kind and name alone; nil where it may be the text of another.
    static func olderText(of series: SeriesID) -> String? {
        guard !series.entity.name.utf8.contains(UInt8(ascii: "%")) else { return nil }
        return "\(series.entity.description) \(series.measure.rawValue)"
    }

    /// The lines that add one minute.
    mutating func lines(for minute: WallTime, _ values: [HistoryMinute]) throws -> [UInt8] {
        try lines(
            for: minute.milliseconds,
            values.map { (Self.text(of: $0.series), $0.average, $0.maximum) })
    }

    private mutating func lines(
        for minute: Int64, _ values: [(text: String, average: Double, maximum: Double)]
    ) throws -> [UInt8] {
        var new: [JSONValue.Member] = []
        var rows: [JSONValue] = []
        // What is no number was not read, and is a gap.
        for (text, average, maximum) in values where average.isFinite {
            let number: Int
            if let known = numbers[ExactName(text)] {
                number = known
            } else {
                number = (numbers.values.max() ?? -1) + 1
                numbers[ExactName(text)] = number
                new.append(JSONValue.Member(text, .int(number)))
            }
            rows.append(
                .array([
                    .int(number), .double(Self.short(average)),
                    .double(Self.short(maximum.isFinite ? maximum : average)),
                ]))
        }
        var bytes: [UInt8] = []
        if !new.isEmpty {
            bytes += CheckedLine.seal(
                try JSONWriter.write(.object([.init("series", .object(new)), .init("v", .int(1))])))
        }
        guard !rows.isEmpty else { return bytes }
        let members: [JSONValue.Member] = [
            .init("minute", .number(String(minute))), .init("values", .array(rows)),
        ]
        return bytes + CheckedLine.seal(try JSONWriter.write(.object(members)))
    }

    /// Minute (milliseconds since 1970) and average of one series.
    static func values(
        of texts: [String], in file: LineFile
    ) throws -> [(minute: Int64, average: Double)] {
        var number: Int?
        var values: [(Int64, Double)] = []
        try forEachNode(file) { line in
            for text in texts {
                guard let given = line["series"]?[text]?.int else { continue }
                number = given
                break
            }
            guard let number, let minute = line["minute"]?.int else { return }
            for row in line["values"]?.elements ?? [] where row[0]?.int == number {
                if let average = row[1]?.double { values.append((Int64(minute), average)) }
            }
        }
        return values
    }

    /// The same file by ten minutes: averages of averages, maxima of maxima.
    static func byTenMinutes(_ file: LineFile) throws -> [UInt8] {
        struct Sum {
            var average = 0.0
            var count = 0
            var maximum = -Double.infinity
        }
        var names: [Int: String] = [:]
        var blocks: [Int64: [Int: Sum]] = [:]
        try forEachNode(file) { line in
            for member in line["series"]?.members ?? [] {
                if let number = member.value.int { names[number] = member.key }
            }
            guard let minute = line["minute"]?.int else { return }
            let block = Int64(minute) / 600_000 * 600_000
            for row in line["values"]?.elements ?? [] {
                guard let number = row[0]?.int, let average = row[1]?.double, let maximum = row[2]?.double
                else { continue }
                var sum = blocks[block]?[number] ?? Sum()
                sum.average += average
                sum.count += 1
                sum.maximum = max(sum.maximum, maximum)
                blocks[block, default: [:]][number] = sum
            }
        }
        var table = HistoryTable()
        var result: [UInt8] = []
        for (block, sums) in blocks.sorted(by: { $0.key < $1.key }) {
            let values = sums.sorted { $0.key < $1.key }.compactMap { number, sum in
                names[number].map { ($0, sum.average / Double(sum.count), sum.maximum) }
            }
            result += try table.lines(for: block, values)
        }
        return result
    }

    private static func forEachNode(_ file: LineFile, _ body: (Node) -> Void) throws {
        try file.forEach { line in
            if let node = try? JSON.read(Array(line), name: "history") { body(node) }
        }
    }

    /// Three decimals, or four digits where there would be fewer: enough for people and short in the file. One
    /// message an hour is 0.0002778 a second, and not none.
    private static func short(_ value: Double) -> Double {
        guard abs(value) < 1e12, value != 0 else { return value }
        var scale = 1000.0
        while abs(value) * scale < 1000, scale < 1e15 { scale *= 10 }
        return (value * scale).rounded() / scale
    }
}
