import Configuration
import Documents
import TestSupport
import Testing

/// What stands in a config may be a password in the wrong place: no message quotes it.
struct SecretEchoTests {
    private static let canary = "Hunter2-c4nary"

    private static func complaints(_ text: String) -> [String] {
        do {
            return try StoreConfigurationTests.read(text).warnings.map(\.description)
        } catch {
            return error.problems.map(\.description)
        }
    }

    /// Lines of a whole config, in which one word at a time is another.
    @Test(arguments: ["", "\"", "*", "&", "[", "{"])
    func `whatever word of a config is a secret, it is not shown`(mark: String) {
        let end = ["[": "]", "{": "}", "\"": "\""][mark] ?? ""
        var refused = 0
        for (number, line) in StoreConfigurationTests.full.split(separator: "\n").enumerated() {
            for (begin, word) in Self.words(in: Array(line)) {
                var lines = StoreConfigurationTests.full.split(separator: "\n").map(Array.init)
                lines[number].replaceSubrange(
                    begin..<(begin + word), with: Array("\(mark)\(Self.canary)\(end)"))
                let said = Self.complaints(lines.map { String($0) }.joined(separator: "\n"))
                refused += said.isEmpty ? 0 : 1
                for text in said {
                    #expect(!text.contains(Self.canary), "\(String(lines[number])): \(text)")
                }
            }
        }
        #expect(refused > 50)
    }

    @Test(arguments: [
        "password: {file: C}", "password: {env: C!}", "password: {command: C}", "password: {C}",
        "password: {file:C}", "password: {command: [./C]}", "password: *C", "password: [C]", "password: C: C",
        "passwort: C", "C: x", "port: C", "host: hc:C@db1", "tls: C", "tls: {mode: C}", "tls: {C: x}",
        "interval: C", "socket: C", "trigger_check: C", "lock_provider: C",
    ])
    func `a password that was put where another thing belongs is not shown`(line: String) {
        let text = """
            environments:
              shop:
                sources:
                  db:
                    type: mysql
                    user: hc
                    database: m
                    \(line.replacing("C", with: Self.canary))
            """
        let said = Self.complaints(text)
        #expect(!said.isEmpty)
        for text in said { #expect(!text.contains(Self.canary), "\(text)") }
    }

    private static func words(in line: [Character]) -> [(Int, Int)] {
        var words: [(Int, Int)] = []
        var begin: Int?
        for (place, letter) in (line + [" "]).enumerated() {
            if letter.isLetter || letter.isNumber || "_./%$".contains(letter) {
                begin = begin ?? place
            } else if let start = begin {
                words.append((start, place - start))
                begin = nil
            }
        }
        return words
    }
}
