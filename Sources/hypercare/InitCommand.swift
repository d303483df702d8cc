import Commands
import Configuration
import Documents
import Platform

/// `hypercare init`: asks what the options do not say, tries it, and writes a commented config.
struct InitCommand {
    private let options: Command.Initialize

    init(_ options: Command.Initialize) { self.options = options }

    func run() throws -> Int32 {
        guard let path = options.config ?? ConfigFile.candidates(Environment.ofProcess).first else {
            throw Complaint("say with --config where to write it", exitCode: ExitCode.usage)
        }
        if let present = try Files.facts(path) {
            if !options.isForced {
                throw Complaint("\(path) is there already; --force replaces it", exitCode: ExitCode.usage)
            }
            guard present.kind == .regular else {
                throw Complaint(
                    "\(path) is not a regular file\(Interview.nothing)", exitCode: ExitCode.usage)
            }
        }
        var interview = Interview(options, asks: StandardStreams.isTerminal(0) && !options.isQuiet)
        try interview.run()
        let config = interview.config
        // All of it first, then each in its place: what is interrupted leaves nothing.
        let secrets = try interview.secrets.map { try prepared(Array($0.secret.reveal().utf8), at: $0.path) }
        let file = try prepared(Array(config.text.utf8), at: path)
        for secret in secrets { try secret.takePlace() }
        try file.takePlace()
        let made = Set(interview.secrets.map(\.path))
        let passwords = try [config.databasePasswordFile, config.rabbitPasswordFile].compactMap(\.self).filter
        {
            try !made.contains($0) && Files.facts($0, links: .followed) == nil
        }
        let first = passwords.isEmpty ? "" : "put each password into its file, for you alone (chmod 600):\n"
        try StandardStreams.write(
            made.sorted().map { "wrote \($0)\n" }.joined() + "wrote \(path)\nnext: \(first)"
                + passwords.map { "    \($0)\n" }.joined()
                + (first.isEmpty ? "" : "then ") + "`hypercare doctor`, then `hypercare`\n")
        return ExitCode.ok
    }

    private func prepared(_ bytes: [UInt8], at path: String) throws -> AtomicFile {
        let cut = path.lastIndex(of: "/")
        let folder = cut.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let name = cut.map { String(path[path.index(after: $0)...]) } ?? path
        guard !name.isEmpty else {
            throw Complaint("\(path) is a folder, say a file\(Interview.nothing)", exitCode: ExitCode.usage)
        }
        // The last dot: a folder of settings is often a link into a checkout.
        let directory =
            try Files.facts(folder, links: .followed) == nil
            ? PrivateDirectory.open(folder) : Directory(folder + "/.")
        let file = AtomicFile(name, in: directory)
        try file.prepare(bytes)
        return file
    }
}
