import Commands
import Configuration
import Documents
import Platform

/// `hypercare init`: asks what the options do not say, and writes a commented config.
struct InitCommand {
    private let options: Command.Initialize

    init(_ options: Command.Initialize) { self.options = options }

    func run() throws -> Int32 {
        let variables = Environment.ofProcess
        guard let path = options.config ?? ConfigFile.candidates(variables).first else {
            throw Complaint("say with --config where to write it", exitCode: ExitCode.usage)
        }
        if try Files.facts(path) != nil, !options.isForced {
            throw Complaint("\(path) is there already; --force replaces it", exitCode: ExitCode.usage)
        }
        let text = answers().text
        do {
            _ = try StoreConfiguration.read(Array(text.utf8), name: path)
        } catch {
            throw Complaint(
                error.problems.map { $0.description + "\n" }.joined() + "nothing was written\n",
                exitCode: ExitCode.usage)
        }
        let cut = path.lastIndex(of: "/")
        let folder = cut.map { String(path[..<$0]) } ?? "."
        let name = cut.map { String(path[path.index(after: $0)...]) } ?? path
        let directory =
            try Files.facts(folder, links: .followed) == nil
            ? PrivateDirectory.open(folder) : Directory(folder)
        try AtomicFile(name, in: directory).replace(with: Array(text.utf8))
        StandardStreams.write(
            "wrote \(path)\nnext: put the passwords where it says, then `hypercare doctor`, then `hypercare`\n"
        )
        return ExitCode.ok
    }

    private func answers() -> InitialConfiguration {
        var config = InitialConfiguration()
        let asks = StandardStreams.isTerminal(0) && !options.isQuiet
        func ask(_ question: String, _ given: String?, _ usual: String) -> String {
            if let given { return given }
            guard asks else { return usual }
            StandardStreams.write("\(question) [\(usual)]: ")
            let answer = StandardStreams.readLine() ?? ""
            return answer.isEmpty ? usual : answer
        }
        config.environment = ask("name of the store", options.environment, config.environment)
        let production = ask(
            "is it production, yes or no", options.isProduction.map { $0 ? "yes" : "no" }, "yes")
        config.isProduction = !["no", "n", "false"].contains(production.lowercased())
        config.databaseHost = ask("database host", options.host, config.databaseHost)
        config.databaseUser = ask("database user", options.user, config.databaseUser)
        config.database = ask("database name", options.database, config.database)
        config.databasePasswordFile = named(
            ask("file that holds the database password", options.passwordFile, usualPasswordFile))
        let broker = ask(
            "RabbitMQ management address, or none", options.rabbitURL, "none")
        if broker != "none", !broker.isEmpty {
            config.rabbitURL = broker
            config.rabbitUser = ask("RabbitMQ user", options.rabbitUser, config.rabbitUser)
            config.rabbitPasswordFile = named(
                ask(
                    "file that holds the RabbitMQ password", options.rabbitPasswordFile,
                    usualPasswordFile.replacing("db-password", with: "rabbit-password")))
        }
        return config
    }

    private var usualPasswordFile: String {
        (Environment.ofProcess.configHome ?? "/etc") + "/hypercare/db-password"
    }

    private func named(_ path: String) -> String? { path.isEmpty ? nil : path }
}
