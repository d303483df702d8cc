import Configuration
import Documents
import Testing

/// What the doctor and a source say to write is taken by the config reader.
struct AdviceFormTests {
    private let tree = SourceTree()

    private static let bases = [
        ["type: mysql", "user: u", "password: {env: X}", "database: d"],
        ["type: rabbitmq", "url: http://localhost", "user: u", "password: {env: X}"],
        ["type: log", "path: /x"], ["type: command", "run: [/x]"],
    ]

    private static func mistakes(_ text: String) -> [DocumentError] {
        StoreConfiguration.check(Array(text.utf8), name: "c").problems
    }

    /// Nil where some source, a place of flags, or an environment itself takes the form.
    private static func refusal(of form: String) -> String? {
        let key = form.prefix { $0 != ":" }
        var texts = bases.map { base in
            let keys = base.filter { !$0.hasPrefix(key + ":") } + [form]
            return "environments:\n  e:\n    sources:\n      s:\n" + keys.map { "        \($0)\n" }.joined()
        }
        let source = "    sources: {s: {type: command, run: [/x]}}\n"
        texts.append("environments:\n  e:\n\(source)    \(form)\n")
        return texts.contains { mistakes($0).isEmpty } ? nil : form
    }

    /// Each `key: value` in backticks of what is told; what is put in at run time stands for one of these.
    @Test func `every form that a source tells to write is one`() {
        var forms: Set<String> = []
        let folders = ["Probes", "FlagBackends", "hypercare"]
        for path in folders.flatMap({ tree.files(below: "Sources/\($0)", ending: ".swift") }) {
            for line in tree.text(path).split(separator: "\n")
            where !line.drop(while: { $0 == " " }).hasPrefix("//") {
                let parts = line.split(separator: "`", omittingEmptySubsequences: false)
                for (index, part) in parts.enumerated() where index % 2 == 1 && index < parts.count - 1 {
                    let words = part.prefix { $0 != ":" }
                    guard part.contains(": "), !words.isEmpty,
                        words.allSatisfy({ $0.isLowercase || $0 == "_" })
                    else { continue }
                    forms.insert(String(part).replacing("\\\"", with: "\""))
                }
            }
        }
        #expect(forms.count >= 12, "\(forms)")
        for form in forms {
            let known = String(form.prefix { $0 != "\\" })
            let fillings = known == form ? [form] : [known + "x", known + "\"https://mq\""]
            #expect(fillings.contains { Self.refusal(of: $0) == nil }, "\(form)")
        }
    }
}
