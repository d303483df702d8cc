import Commands
import Configuration
import Documents
import Monitoring
import Platform
import Text

/// `hypercare config check` and `config schema`.
enum ConfigCommand {
    /// All mistakes of the file and of what it says of this machine, in one run.
    static func check(_ common: Command.Common) throws -> Int32 {
        let variables = Environment.ofProcess
        let path = try ConfigFile.find(common, environment: variables)
        let (bytes, faults) = try ConfigFile.bytes(of: path)
        let check = StoreConfiguration.check(bytes, name: path)
        // Whoever else wrote it is told of before his mistakes.
        if !faults.isEmpty, !check.problems.isEmpty { throw ConfigFile.refusal(faults) }
        var (mistakes, warnings) = (check.problems, check.warnings)
        let claims = ClaimCheck(
            groups: check.configuration?.trustedGroups ?? [], now: try SystemTime().now.wall)
        for claim in check.claims {
            for finding in claims.findings(claim) {
                switch finding {
                case .mistake(let words):
                    mistakes.append(DocumentError(name: path, at: claim.place, message: words))
                case .warning(let words):
                    warnings.append(DocumentError(name: path, at: claim.place, message: words))
                }
            }
        }
        let lines =
            (mistakes.map { ($0, "") } + warnings.map { ($0, " (a warning)") })
            .sorted { ($0.0.line, $0.0.column, $0.0.message) < ($1.0.line, $1.0.column, $1.0.message) }
            .map { "\($0.0.description)\($0.1)" }
        guard mistakes.isEmpty else {
            let count = Figures.counted(mistakes.count, "mistake")
            throw Complaint(
                lines: lines + ["\(count); `hypercare help config` explains the keys"],
                exitCode: ExitCode.usage)
        }
        let file = try ConfigFile(common, environment: variables)
        for line in lines { StandardStreams.complain(Sanitizer.line(line) + "\n") }
        let names = file.configuration.environments.map(\.name)
        let what = names.count == 1 ? "environment" : "environments"
        try StandardStreams.write(
            "\(Sanitizer.line(file.path)) is good: \(what) \(names.joined(separator: ", "))\n")
        return ExitCode.ok
    }

    static func schema() throws -> Int32 {
        let bytes = try JSONWriter.write(ConfigurationSchema.document, sortedKeys: false, pretty: true)
        try StandardStreams.write(String(decoding: bytes, as: UTF8.self) + "\n")
        return ExitCode.ok
    }
}
