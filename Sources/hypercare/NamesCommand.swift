import Commands
import Configuration
import FeatureFlags
import FlagBackends
import Monitoring
import Platform

/// What a shell offers where a name of the config is wanted. A config that cannot be read offers nothing.
enum NamesCommand {
    static func run(_ names: Command.Names, _ common: Command.Common) throws -> Int32 {
        guard let file = try? ConfigFile(common, environment: Environment.ofProcess) else {
            return ExitCode.ok
        }
        let all = file.configuration.environments
        let chosen = all.filter { common.environment == nil || $0.name == common.environment }
        let words: [String] =
            switch names {
            case .environments: all.map(\.name)
            case .sources: chosen.flatMap { $0.sources.map(\.name) + $0.flags.map(\.name) }
            case .entities: chosen.flatMap(entities)
            }
        var seen: Set<String> = []
        let lines = words.filter { isPlain($0) && seen.insert($0).inserted }.map { $0 + "\n" }
        try StandardStreams.write(lines.joined())
        return ExitCode.ok
    }

    private static func entities(_ environment: EnvironmentSettings) -> [String] {
        let flags = environment.flags.flatMap { place -> [String] in
            switch place.details {
            case .magento(let magento): return magento.entries.map(\.flag)
            case .flagd(let settings):
                guard let file = try? FlagdFile(name: place.name, path: settings.path, sweeps: false) else {
                    return []
                }
                return ((try? Blocking.run { try await file.read() })?.flags ?? []).map(\.name)
            }
        }
        return environment.integrations.map { "integration:\($0.integration.name)" }
            + environment.sources.map { "source:\($0.name)" } + flags.map { "flag:\($0)" }
    }

    /// A shell expands what it is offered, and a flag's name is whatever its file says.
    private static func isPlain(_ name: String) -> Bool {
        name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "._:/-".utf8.contains(byte)
            }
        }
    }
}
