import Text

/// Reads a command line, strictly: nothing is abbreviated, nothing ignored.
package enum Parser {
    /// `arguments` without the program's own name.
    package static func parse(_ arguments: [String]) throws(UsageError) -> Command {
        var line = CommandLine(exitCode: arguments.contains("status") ? 3 : 2)
        try line.read(arguments)
        return try line.command()
    }
}

/// A command line taken apart.
private struct CommandLine {
    private let exitCode: Int32
    private var words: [String] = []
    private var values: [String: String] = [:]
    private var switches: Set<String> = []
    private var wantsHelp = false
    private var wantsVersion = false

    init(exitCode: Int32) { self.exitCode = exitCode }

    mutating func read(_ arguments: [String]) throws(UsageError) {
        var rest = ArraySlice(arguments)
        var onlyWords = false
        while let argument = rest.popFirst() {
            if onlyWords || !argument.hasPrefix("-") || argument == "-" {
                words.append(argument)
                continue
            }
            switch argument {
            case "--": onlyWords = true
            case "--help", "-h": wantsHelp = true
            case "--version", "-V": wantsVersion = true
            default: try readOption(argument, &rest)
            }
        }
    }

    private mutating func readOption(_ argument: String, _ rest: inout ArraySlice<String>) throws(UsageError)
    {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let name = parts[0]
        let all = Grammar.entries.flatMap(\.options)
        guard let option = all.first(where: { $0.name == name }) else {
            throw failure(
                "there is no option \(shown(name))" + meant(name, all.map(\.name) + ["--help", "--version"]))
        }
        if values[name] != nil || switches.contains(name) { throw failure("\(name) is given twice") }
        guard let wanted = option.value else {
            if parts.count > 1 { throw failure("\(name) takes no value") }
            switches.insert(name)
            return
        }
        let value = parts.count > 1 ? parts[1] : rest.first.flatMap { $0.hasPrefix("-") ? nil : $0 }
        guard let value, !value.isEmpty else { throw failure("\(name) needs a value: \(name) \(wanted)") }
        if parts.count == 1 { rest.removeFirst() }
        values[name] = value
    }

    func command() throws(UsageError) -> Command {
        if wantsVersion { return .version }
        if let group = helpedGroup { return .commandHelp([group]) }
        let (entry, arguments) = try entry()
        if wantsHelp { return entry.words.isEmpty ? .help(nil) : .commandHelp(entry.words) }
        let known = Set(entry.options.map(\.name))
        for name in (Array(values.keys) + Array(switches)).sorted() where !known.contains(name) {
            throw failure(
                "\(name) does not go with \(entry.words.isEmpty ? "the console" : entry.name): \(entry.usage)"
            )
        }
        if entry.words == ["help"], let command = helpedCommand(arguments) { return .commandHelp(command) }
        try check(arguments, of: entry)
        return try command(entry, arguments)
    }

    /// `audit --help`, `help audit`: a word that only begins commands; a topic of the same name comes first.
    private var helpedGroup: String? {
        let word =
            wantsHelp && words.count == 1 ? words[0] : words.count == 2 && words[0] == "help" ? words[1] : ""
        return Grammar.isGroup(word) && (wantsHelp || HelpTopic(rawValue: word) == nil) ? word : nil
    }

    private func entry() throws(UsageError) -> (Grammar.Entry, [String]) {
        guard let first = words.first else { return (Grammar.entries[0], []) }
        if Grammar.isGroup(first) {
            let entries = Grammar.entries.filter { $0.words.first == first }
            let seconds = entries.map { $0.words[1] }
            guard words.count > 1 else {
                throw failure("\(first) needs one of \(seconds.joined(separator: ", "))")
            }
            guard let entry = entries.first(where: { $0.words[1] == words[1] }) else {
                throw failure(
                    "\(first) has no \(shown(words[1])), only \(seconds.joined(separator: ", "))"
                        + meant(words[1], seconds))
            }
            return (entry, Array(words.dropFirst(2)))
        }
        guard let entry = Grammar.entries.first(where: { $0.words == [first] }) else {
            let names = Grammar.entries.compactMap(\.words.first)
            let near = Nearest.to(first, among: names).map { ", did you mean \($0)?" }
            throw failure(
                "there is no command \(shown(first))" + (near ?? "; `hypercare help` lists what there is"))
        }
        return (entry, Array(words.dropFirst()))
    }

    /// `help status` and `help audit show`; a topic of the same name comes first.
    private func helpedCommand(_ arguments: [String]) -> [String]? {
        if arguments.count == 1, HelpTopic(rawValue: arguments[0]) != nil { return nil }
        return Grammar.entries.map(\.words).first { !$0.isEmpty && $0 == arguments }
    }

    private func check(_ arguments: [String], of entry: Grammar.Entry) throws(UsageError) {
        // `help exit codes` and `help exit-codes` are the same.
        let isTopicOfTwoWords = entry.words == ["help"] && arguments == ["exit", "codes"]
        let most =
            entry.argument?.isRepeated == true
            ? Int.max
            : entry.argument == nil ? 0 : entry.words == ["help"] && Self.isTopic(arguments[0...]) ? 2 : 1
        if arguments.count > most, !isTopicOfTwoWords {
            let extra = arguments[most]
            throw failure("\(shown(extra)) is too much: \(entry.usage)")
        }
        guard let argument = entry.argument else { return }
        guard let word = arguments.first else {
            if argument.isRequired, argument.choices.isEmpty {
                throw failure("\(entry.name) needs \(argument.name): \(entry.usage)")
            }
            if argument.isRequired, values["--list"] == nil {
                throw failure("\(entry.name) needs one of \(argument.choices.joined(separator: ", "))")
            }
            return
        }
        let text = isTopicOfTwoWords ? HelpTopic.exitCodes.rawValue : word
        if !argument.choices.isEmpty, !argument.choices.contains(text) {
            throw failure(
                "\(entry.name) knows \(argument.choices.joined(separator: ", ")), not \(shown(text))"
                    + meant(text, argument.choices))
        }
    }

    private func command(_ entry: Grammar.Entry, _ arguments: [String]) throws(UsageError) -> Command {
        let argument = arguments.first
        let common = Command.Common(
            config: values["--config"], environment: values["--env"], theme: values["--theme"])
        switch entry.name {
        case "": return .console(common)
        case "demo": return .demo(try demo())
        case "init": return .initialize(try initialize())
        case "doctor": return .doctor(source: argument, common)
        case "status":
            return .status(try status(), common)
        case "watch":
            guard switches.contains("--headless") else {
                throw failure("watch needs --headless: without it, hypercare alone is the console")
            }
            return .watch(alerts: values["--alerts"], record: try watchedRecord(), common)
        case "record": return .record(try record(argument ?? ""), common)
        case "config check": return .configCheck(common)
        case "config schema": return .configSchema
        case "mark deploy", "mark note":
            return .mark(Command.Mark(isDeploy: entry.name == "mark deploy", argument ?? ""), common)
        case "baseline capture":
            return .baseline(.capture(isForced: switches.contains("--force")), common)
        case "baseline show": return .baseline(.show(asJSON: switches.contains("--json")), common)
        case "baseline import":
            return .baseline(.take(argument ?? "", isForced: switches.contains("--force")), common)
        case "audit show": return .auditShow(common)
        case "audit verify": return .auditVerify(anchors: values["--anchors"], common)
        case "backtest": return .backtest(try backtest(arguments))
        case "replay": return .replay(try replay(argument ?? ""))
        case "completion" where values["--list"] != nil:
            let word = values["--list"] ?? ""
            guard let names = Command.Names(rawValue: word) else {
                let known = Command.Names.allCases.map(\.rawValue)
                throw failure(
                    "--list needs \(known.joined(separator: ", ")), not \(shown(word))" + meant(word, known))
            }
            return .names(names, common)
        case "completion": return .completion(argument.flatMap(Command.Shell.init) ?? .bash)
        case "help":
            let topic = argument.flatMap { $0 == "exit" ? .exitCodes : HelpTopic(rawValue: $0) }
            return .help(topic, part: argument == "exit" ? nil : arguments.dropFirst().first)
        default: return .man
        }
    }

    private static func isTopic(_ words: ArraySlice<String>) -> Bool {
        words.first.flatMap { HelpTopic(rawValue: $0) } != nil
    }

    private func status() throws(UsageError) -> Command.Status {
        let formats = ["--json", "--plain", "--schema"].filter(switches.contains)
        guard formats.count < 2 else {
            throw failure("\(formats[0]) and \(formats[1]) exclude each other")
        }
        var status = Command.Status(entity: values["--entity"], state: values["--state"])
        if formats == ["--json"] { status.format = .json }
        if formats == ["--schema"] { status.format = .schema }
        if let text = values["--patience"] {
            guard let seconds = Double(text), (1...300).contains(seconds) else {
                throw failure("--patience needs seconds from 1 to 300, not \(shown(text))")
            }
            status.patience = .seconds(seconds)
        }
        return status
    }

    private func backtest(_ files: [String]) throws(UsageError) -> Command.Backtest {
        var backtest = Command.Backtest(
            files, isTable: switches.contains("--table"), isCold: switches.contains("--cold"),
            isScores: switches.contains("--scores"))
        if backtest.isScores, let name = ["--table", "--cold"].first(where: switches.contains) {
            throw failure("\(name) and --scores exclude each other")
        }
        if backtest.isScores, files.count > 1 {
            throw failure("--scores takes one FILE: whose scores they are could not be told")
        }
        if let text = values["--limits"] {
            guard let factor = Double(text), (0.1...10).contains(factor) else {
                throw failure("--limits needs a number from 0.1 to 10, not \(shown(text))")
            }
            backtest.limits = factor
        }
        return backtest
    }

    private func watchedRecord() throws(UsageError) -> Command.Record? {
        if let file = values["--record"] { return try record(file) }
        if let name = ["--for", "--max-size", "--redact"].first(where: { values[$0] != nil }) {
            throw failure("\(name) says how to record: it goes with --record FILE")
        }
        return nil
    }

    private func record(_ file: String) throws(UsageError) -> Command.Record {
        var record = Command.Record(file)
        if let text = values["--for"] {
            guard let seconds = Amount.seconds(text), 1...Amount.longest ~= seconds else {
                throw failure("--for needs a time such as 90m, 4h or 2d, not \(shown(text))")
            }
            record.seconds = seconds
        }
        if let text = values["--max-size"] {
            guard let bytes = Amount.bytes(text), bytes >= 1 << 20 else {
                throw failure(
                    "--max-size needs a size of 1M at least, such as 200M or 2G, not \(shown(text))")
            }
            record.bytes = bytes
        }
        if let text = values["--redact"] {
            guard let redaction = Command.Record.Redaction(rawValue: text) else {
                let known = Command.Record.Redaction.allCases.map(\.rawValue)
                throw failure("--redact knows \(known.joined(separator: " and ")), not \(shown(text))")
            }
            record.redaction = redaction
        }
        return record
    }

    private func replay(_ file: String) throws(UsageError) -> Command.Replay {
        var replay = Command.Replay(file, at: values["--at"], theme: values["--theme"])
        if let text = values["--speed"] {
            guard let speed = Double(text), 1...3600 ~= speed else {
                throw failure("--speed needs a number from 1 to 3600, not \(shown(text))")
            }
            replay.speed = speed
        }
        return replay
    }

    private func demo() throws(UsageError) -> Command.Demo {
        var demo = Command.Demo(isHanging: switches.contains("--hang"), theme: values["--theme"])
        if let text = values["--seed"] {
            guard let seed = UInt64(text) else {
                throw failure("--seed needs a whole number, not \(shown(text))")
            }
            demo.seed = seed
        }
        return demo
    }

    private func initialize() throws(UsageError) -> Command.Initialize {
        var answers = Command.Initialize()
        answers.config = values["--config"]
        answers.environment = values["--env"]
        answers.host = values["--host"]
        answers.user = values["--user"]
        answers.database = values["--database"]
        answers.passwordFile = values["--password-file"]
        answers.rabbitURL = values["--rabbit-url"]
        answers.rabbitUser = values["--rabbit-user"]
        answers.rabbitPasswordFile = values["--rabbit-password-file"]
        answers.isForced = switches.contains("--force")
        answers.isQuiet = switches.contains("--yes")
        switch values["--production"] {
        case nil: break
        case "yes": answers.isProduction = true
        case "no": answers.isProduction = false
        case let text?: throw failure("--production needs yes or no, not \(shown(text))")
        }
        return answers
    }

    private func meant(_ word: String, _ known: [String]) -> String {
        Nearest.to(word, among: known).map { ", did you mean \($0)?" } ?? ""
    }

    private func shown(_ text: String) -> String { "\"\(Sanitizer.line(text, maxBytes: 200))\"" }

    private func failure(_ message: String) -> UsageError {
        UsageError(message: message, exitCode: exitCode)
    }
}
