import Commands
import Configuration
import Documents
import Platform
import Text

/// `hypercare config check` and `config schema`.
enum ConfigCommand {
    static func check(_ common: Command.Common) throws -> Int32 {
        let file = try ConfigFile(common, environment: Environment.ofProcess)
        let names = file.configuration.environments.map(\.name)
        if let name = common.environment, file.configuration.environment(name) == nil {
            _ = try file.environment(name)
        }
        let unknown = zip(file.configuration.trustedGroups, file.configuration.groupPlaces).filter {
            !FileTrust.knows(group: $0.0)
        }
        let mistakes = unknown.map {
            DocumentError(name: file.path, at: $0.1, message: "this machine has no such group").description
        }
        let refusals = file.configuration.environments.flatMap { TrustedPrograms($0).refusals }
        let lines = mistakes + refusals.map { "\(file.path): \($0)" }
        if !lines.isEmpty { throw Complaint(lines: lines, exitCode: ExitCode.usage) }
        for warning in file.configuration.warnings {
            StandardStreams.complain(Sanitizer.line("\(warning.description) (a warning)") + "\n")
        }
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
