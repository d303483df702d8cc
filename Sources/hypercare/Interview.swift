import Commands
import Configuration
import Documents
import Monitoring
import Platform
import Text

/// The questions of `init`. On a terminal each answer is tried at once, and what is found is offered.
struct Interview {
    static let nothing = "; nothing was written"

    let options: Command.Initialize
    /// A person sits there.
    let asks: Bool
    var config = InitialConfiguration()
    /// Passwords that were typed, each with the file it belongs into.
    private(set) var secrets: [(path: String, secret: Secret)] = []

    init(_ options: Command.Initialize, asks: Bool) {
        self.options = options
        self.asks = asks
    }

    mutating func run() throws {
        try settle("name of the store", options.environment, config.environment) { $0.environment = $1 }
        try settle("is it production, yes or no", options.isProduction.map { $0 ? "yes" : "no" }, "yes") {
            config, answer in
            guard let isProduction = Self.yesOrNo(answer) else { return "expected yes or no" }
            config.isProduction = isProduction
            return nil
        }
        try database()
        if asks {
            try settle("may flags be changed from here, read-only or operate", nil, "read-only") {
                config, answer in
                guard ["read-only", "operate"].contains(answer) else {
                    return "expected read-only or operate"
                }
                config.operates = answer == "operate"
                return nil
            }
            let now = try SystemTime().now.wall.civil.rfc3339
            try settle("start of the stabilization window: now, a time such as \(now), or none", nil, "none")
            {
                $0.windowStart = $1 == "now" ? now : Self.unlessNone($1)
            }
        }
        try broker()
        if asks { try files() }
    }

    // MARK: One question

    mutating func settle(
        _ question: String, _ given: String?, _ usual: String,
        _ take: (inout InitialConfiguration, String) -> Void
    ) throws {
        try settle(question, given, usual) {
            take(&$0, $1)
            return nil
        }
    }

    /// What was given, else what is answered, else what is usual; an answer that makes no good config is asked
    /// for again, an option that does not is an error. `take` may say itself what is wrong.
    mutating func settle(
        _ question: String, _ given: String?, _ usual: String,
        _ take: (inout InitialConfiguration, String) -> String?
    ) throws {
        while true {
            var next = config
            let answer = try given ?? (asks ? asked(question, usual) : usual)
            guard let problem = take(&next, answer) ?? Self.problem(in: next) else {
                config = next
                return
            }
            guard asks, given == nil else {
                throw Complaint("\(question): \(problem)\(Self.nothing)", exitCode: ExitCode.usage)
            }
            try say(problem)
        }
    }

    func asked(_ question: String, _ usual: String) throws -> String {
        try StandardStreams.write("\(question) [\(usual)]: ")
        guard let answer = StandardStreams.readLine() else {
            try StandardStreams.write("\n")
            throw Complaint("no more answers\(Self.nothing)")
        }
        return answer.isEmpty ? usual : answer
    }

    func say(_ words: String) throws {
        try StandardStreams.write("  \(Sanitizer.line(words, maxBytes: 1024))\n")
    }

    /// What did not do, and what to do about it.
    func say(_ failure: ReadFailure) throws {
        try say(failure.message)
        if !failure.advice.isEmpty { try say(failure.advice) }
    }

    /// Whether an answer that did not do is meant all the same: it was given twice, or by an option.
    mutating func isMeant(_ answer: String, _ isOption: Bool) throws -> Bool {
        if isOption || insisted == answer {
            try say("it is taken as it is")
            return true
        }
        insisted = answer
        try say("the same answers again are taken as they are")
        return false
    }
    /// The answer before, with no more than a hash of a password in it.
    private var insisted: String?

    // MARK: Passwords

    /// The password for a try, and its file by `take`; nil without one. What is typed is not shown.
    mutating func password(
        _ question: String, of user: String, _ given: String?, _ usual: String,
        _ take: (inout InitialConfiguration, String?) -> Void
    ) throws -> Secret? {
        while true {
            var path: String?
            try settle(question, given, usual) {
                (config: inout InitialConfiguration, answer: String) -> Void in
                path = Self.unlessNone(answer)
                take(&config, path)
            }
            guard asks, let path else { return nil }
            secrets.removeAll { $0.path == path }
            if try Files.facts(path, links: .followed) != nil {
                do throws(SystemError) {
                    return try SecretReader.file(path)
                } catch {
                    try say("\(error)")
                    if given != nil { return nil }
                    continue
                }
            }
            let prompt = "password of \(Sanitizer.line(user)), not shown, Enter for later: "
            guard let secret = try StandardStreams.readHidden(prompt) else {
                throw Complaint("no more answers\(Self.nothing)")
            }
            if secret.isEmpty { return nil }
            secrets.append((path, secret))
            return secret
        }
    }

    func passwordFile(_ name: String) -> String {
        (Environment.ofProcess.configHome ?? "/etc") + "/hypercare/\(name)"
    }

    // MARK: Words

    /// The first mistake of the config as it would be written.
    private static func problem(in config: InitialConfiguration) -> String? {
        StoreConfiguration.check(Array(config.text.utf8), name: "").problems.first?.message
    }

    /// The source of a name as it would be read from what is answered so far.
    func source(_ name: String) -> SourceSettings.Details? {
        let check = StoreConfiguration.check(Array(config.text.utf8), name: "")
        return check.configuration?.environments.first?.sources.first { $0.name == name }?.details
    }

    private static func yesOrNo(_ answer: String) -> Bool? {
        switch answer.lowercased() {
        case "yes", "y": true
        case "no", "n": false
        default: nil
        }
    }

    static func unlessNone(_ answer: String) -> String? { answer == "none" ? nil : answer }
}
