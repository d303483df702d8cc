/// The commands in a text for a shell, as far as they can be told without running it: quotes are taken away and
/// variables are left as they are.
enum ShellText {
    /// Each with its words; what sets a variable, where output goes and the words of the grammar are left out.
    static func commands(_ text: String) -> [[String]] {
        var reader = Reader(text)
        reader.read(endsCommands: true)
        return reader.commands
    }

    /// The words of a text in which nothing ends a command, as `env -S` takes them.
    static func words(_ text: String) -> [String] {
        var reader = Reader(text)
        reader.read(endsCommands: false)
        return reader.commands.flatMap(\.self)
    }

    private struct Reader {
        var commands: [[String]] = []
        private var words: [String] = []
        private var word: String?
        private var rest: Substring
        private var isTarget = false

        init(_ text: String) { rest = text[...] }

        mutating func read(endsCommands: Bool) {
            var quote: Character?
            while let next = rest.popFirst() {
                if quote == "'" {
                    if next == "'" { quote = nil } else { word = (word ?? "") + String(next) }
                } else if next == "\\" {
                    let escaped = rest.popFirst().map(String.init) ?? ""
                    if escaped != "\n" { word = (word ?? "") + escaped }
                } else if next == "\"" || next == "'", quote == nil {
                    quote = next
                    word = word ?? ""
                } else if next == quote {
                    quote = nil
                } else if endsCommands, next == "`" || next == "$" && rest.first == "(" {
                    // Also within quotes; what stands around it is told apart from what is in it.
                    if next == "$" { rest.removeFirst() }
                    quote = nil
                    endCommand()
                } else if quote != nil {
                    word = (word ?? "") + String(next)
                } else if next.isWhitespace, !(endsCommands && next.isNewline) {
                    endWord(isGrammar: endsCommands)
                } else if endsCommands, next.isNewline || ";&|()".contains(next) {
                    endCommand()
                } else if endsCommands, next == "<" || next == ">" {
                    endWord(isGrammar: true)
                    while let more = rest.first, "<>&".contains(more) { rest.removeFirst() }
                    isTarget = true
                } else if endsCommands, next == "#", word == nil {
                    rest = rest.drop { !$0.isNewline }
                } else {
                    word = (word ?? "") + String(next)
                }
            }
            endWord(isGrammar: endsCommands)
            if !words.isEmpty { commands.append(words) }
        }

        private mutating func endCommand() {
            endWord(isGrammar: true)
            isTarget = false
            if !words.isEmpty { commands.append(words) }
            words = []
        }

        private mutating func endWord(isGrammar: Bool) {
            guard let word else { return }
            self.word = nil
            if isTarget {
                isTarget = false
            } else if !isGrammar || !words.isEmpty || !(Self.grammar.contains(word) || Self.isSetting(word)) {
                words.append(word)
            }
        }

        private static let grammar: Set = [
            "if", "then", "elif", "else", "fi", "while", "until", "do", "done", "!", "{", "}", "time",
        ]

        private static func isSetting(_ word: String) -> Bool {
            guard let equals = word.firstIndex(of: "="), equals != word.startIndex else { return false }
            return word[..<equals].allSatisfy { $0 == "_" || $0.isLetter || $0.isNumber }
        }
    }
}
