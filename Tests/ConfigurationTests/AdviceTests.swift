import Configuration
import Documents
import Testing

/// What the check says to write is taken by the reader, at the key of which it is said.
struct AdviceTests {
    private static func mistakes(_ text: String) -> [DocumentError] {
        StoreConfiguration.check(Array(text.utf8), name: "c").problems
    }

    /// Each key is given what it cannot take, and then what the check said it could.
    @Test func `every form that the check tells to write is one`() {
        var tried = 0
        visit(.section(StoreConfiguration.shape), ["", ""]) { path, key in
            let wrong = Self.mistakes(Self.nested(path, "[[]]"))
            let line = path.count
            let column = Self.nested(path, "").split(separator: "\n").last?.count ?? 0
            for problem in wrong where problem.line == line && problem.column > column {
                for form in Self.forms(problem.message) {
                    tried += 1
                    let again = Self.mistakes(Self.nested(path, form)).filter {
                        $0.line == line && $0.column > column
                    }
                    #expect(again.isEmpty, "\(path.joined(separator: ".")): \(form): \(again)")
                }
            }
        }
        #expect(tried > 100, "\(tried)")
    }

    private func visit(_ shape: Shape, _ path: [String], _ body: ([String], KeyShape) -> Void) {
        switch shape {
        case .section(let section):
            for key in section.keys {
                let below = path.filter { !$0.isEmpty } + [key.name]
                body(below, key)
                visit(key.shape, below, body)
            }
        case .tagged(let sections):
            for section in sections {
                for key in section.keys { body(path + ["type: \(section.name)", key.name], key) }
            }
        case .map(let key, let shape): visit(shape, path + [key == "TIER" ? "1" : "n"], body)
        case .offOr(let shape): visit(shape, path, body)
        default: break
        }
    }

    /// The path as nested keys, one a line; `type: x` stands beside what comes after it.
    private static func nested(_ path: [String], _ value: String) -> String {
        var margin = 0
        var lines: [String] = []
        for (index, part) in path.enumerated() {
            let isLast = index == path.count - 1
            lines.append(
                String(repeating: " ", count: margin) + part
                    + (isLast ? ": \(value)" : part.contains(":") ? "" : ":"))
            if !part.contains(":") { margin += 2 }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// `such as 5s or 2m`, `one of a, b`, `[a, b]`, `{file: PATH}`; words in capitals stand for one's own.
    private static func forms(_ message: String) -> [String] {
        var forms: [String] = []
        if let at = message.firstRange(of: "such as ") {
            let rest = message[at.upperBound...].split(separator: ", found")[0]
            forms +=
                rest.hasPrefix("[") || rest.hasPrefix("\"")
                ? [String(rest)] : rest.split(separator: " or ").map(String.init)
        } else if let at = message.firstRange(of: "one of ") {
            forms += message[at.upperBound...].split(separator: ", found")[0].split(separator: ", ").map(
                String.init)
        }
        for part in message.split(separator: "{").dropFirst() where !message.contains("such as") {
            forms.append("{" + part.prefix { $0 != "}" } + "}")
        }
        return forms.map {
            $0.replacing("PATH", with: "/x").replacing("NAME", with: "X").replacing("[PROGRAM", with: "[/x")
        }
    }
}
