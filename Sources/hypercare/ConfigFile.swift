import Commands
import Configuration
import Documents
import Platform
import Text

/// Finds and reads the config file, and picks one of its environments.
struct ConfigFile {
    let path: String
    let configuration: StoreConfiguration

    static let sizeLimit = 1 << 20

    /// `--config`, else `$XDG_CONFIG_HOME/hypercare/config.yaml`, else `/etc/hypercare/config.yaml`.
    static func find(_ common: Command.Common, environment: Environment) throws -> String {
        if let path = common.config {
            if try Files.facts(path, links: .followed) != nil { return path }
            throw Complaint(
                "there is no file \(path); `hypercare init --config FILE` writes one",
                exitCode: ExitCode.usage)
        }
        let places = candidates(environment)
        for place in places where try Files.facts(place, links: .followed) != nil { return place }
        throw Complaint(
            "there is no config file at \(places.joined(separator: " or ")); `hypercare init` writes one, "
                + "`hypercare demo` needs none",
            exitCode: ExitCode.usage)
    }

    static func candidates(_ environment: Environment) -> [String] {
        let own = environment.configHome.map { $0 + "/hypercare/config.yaml" }
        return [own, "/etc/hypercare/config.yaml"].compactMap { $0 }
    }

    init(_ common: Command.Common, environment: Environment) throws {
        path = try Self.find(common, environment: environment)
        let read: FileFacts.Identity
        let bytes: [UInt8]
        var faults: [SystemError]
        (bytes, faults, read) = try Self.read(path)
        do {
            configuration = try StoreConfiguration.read(bytes, name: path)
        } catch {
            // Whoever else wrote it is told of before his mistakes.
            if !faults.isEmpty { throw Self.refusal(faults) }
            let lines = error.problems.map(\.description)
            let count = Figures.counted(lines.count, "mistake")
            throw Complaint(
                lines: lines + ["\(count); `hypercare help config` explains the keys"],
                exitCode: ExitCode.usage)
        }
        do throws(SystemError) {
            let trust = FileTrust(writers: configuration.trustedGroups)
            faults += try trust.faults(on: path).filter { !faults.contains($0) }
            if !faults.isEmpty { throw faults[0] }
            guard try trust.open(path).facts().identity == read else {
                throw SystemError("open", path, detail: "it was replaced while it was read: try again")
            }
        } catch {
            throw Self.refusal(faults.isEmpty ? [error] : faults)
        }
    }

    /// The file's bytes, and where somebody else decides what they are.
    static func bytes(of path: String) throws -> (bytes: [UInt8], faults: [SystemError]) {
        let (bytes, faults, _) = try read(path)
        return (bytes, faults)
    }

    private static func read(_ path: String) throws -> ([UInt8], [SystemError], FileFacts.Identity) {
        do throws(SystemError) {
            let file = try Files.open(path, links: .followed)
            // Its own word for a group lets that write the folders on the way to it, not the file itself.
            let faults = try FileTrust().faults(in: file, of: path)
            return (try Files.read(file, path, limit: sizeLimit), faults, try file.facts().identity)
        } catch {
            throw Complaint(Sanitizer.line("\(error)"), exitCode: ExitCode.usage)
        }
    }

    static func refusal(_ faults: [SystemError]) -> Complaint {
        Complaint(faults.map { "\($0)" }, exitCode: ExitCode.usage)
    }

    /// The environment asked for, or the only one; refused where somebody else decides what is run for it.
    func environment(_ name: String?) throws -> EnvironmentSettings {
        if let found = configuration.environment(name) {
            let refusals = TrustedPrograms(found).refusals
            if !refusals.isEmpty { throw Complaint(refusals, exitCode: ExitCode.usage) }
            return found
        }
        let names = configuration.environments.map(\.name).joined(separator: ", ")
        guard let name else {
            throw Complaint(
                "\(path) has several environments, choose one with --env: \(names)", exitCode: ExitCode.usage)
        }
        let near = Nearest.to(name, among: configuration.environments.map(\.name)).map {
            ", did you mean \($0)?"
        }
        throw Complaint(
            "\(path) has no environment \(Sanitizer.line(name))\(near ?? "; it has \(names)")",
            exitCode: ExitCode.usage)
    }
}
