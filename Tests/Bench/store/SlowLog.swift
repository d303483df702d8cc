import Platform

/// What was appended to a file since the last look.
final class LogTail {
    private let path: String
    private var offset = 0

    init(_ path: String) { self.path = path }

    func read() throws -> String {
        let bytes = try Files.read(path, limit: 1 << 30)
        defer { offset = bytes.count }
        return String(decoding: bytes.dropFirst(offset), as: UTF8.self)
    }
}

/// One entry of MariaDB's slow log.
struct SlowStatement {
    var sql: String
    var milliseconds: Double
    var examined: Int

    /// The statement without its numbers and texts.
    var shape: String {
        var shape = ""
        for character in sql where shape.utf8.count < 400 {
            if character.isNumber { continue }
            shape.append(character)
        }
        return shape
    }

    static func parse(_ text: String, user: String) -> [SlowStatement] {
        var found: [SlowStatement] = []
        var isOurs = false
        var next = SlowStatement(sql: "", milliseconds: 0, examined: 0)
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# User@Host:") {
                isOurs = line.contains(user)
                next = SlowStatement(sql: "", milliseconds: 0, examined: 0)
            } else if line.hasPrefix("# Query_time:") {
                let words = line.split(separator: " ")
                next.milliseconds = (words.count > 2 ? Double(words[2]) ?? 0 : 0) * 1000
                next.examined = words.last.flatMap { Int($0) } ?? 0
            } else if isOurs, !line.hasPrefix("#"), !line.hasPrefix("SET timestamp"), !line.hasPrefix("use ")
            {
                next.sql = String(line)
                if !line.hasPrefix("# admin") { found.append(next) }
            }
        }
        return found
    }
}
