import Configuration
import FeatureFlags
import FlagBackends
import Monitoring
import Platform
import Text

/// Settings of the store itself as flags, where its own program is found.
extension Interview {
    private static let roots = [
        "/var/www/html", "/var/www/magento", "/var/www/magento2", "/srv/magento",
    ]

    /// Asks nothing where no bin/magento is seen: beside the logs, or where a store mostly is.
    mutating func storeFlags(besides logs: String?) throws {
        let beside = logs.flatMap { $0.hasSuffix("/var/log") ? String($0.dropLast("/var/log".count)) : nil }
        let programs = ([beside].compactMap(\.self) + Self.roots).map { $0 + "/bin/magento" }
        guard
            let program = try programs.first(where: {
                try Files.facts($0, links: .followed)?.kind == .regular
            })
        else { return }
        try say("\(program) can show settings of the store that are yes or no, and switch them:")
        try say("grid.async=dev/grid/async_indexing mail.async=sales_email/general/async_sending")
        while true {
            try settle("settings of the store as flags, or none", nil, "none") { config, answer in
                var settings: [String: String] = [:]
                for word in answer.split(separator: " ") where answer != "none" {
                    let parts = word.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
                    guard parts.count == 2 else { return "\(word): write it as FLAG=section/group/field" }
                    guard settings.updateValue(parts[1], forKey: parts[0]) == nil else {
                        return "\(parts[0]) is there twice"
                    }
                }
                (config.storeProgram, config.storeFlags) = (program, settings)
                return nil
            }
            guard !config.storeFlags.isEmpty else { return }
            if try areRead() { return }
            let answers = config.storeFlags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            if try isMeant(answers.joined(separator: " "), false) { return }
        }
    }

    /// Says what each of them is now; false where one cannot be read.
    private func areRead() throws -> Bool {
        let command = MagentoCommand(
            [config.storeProgram], prefix: CommandPrefix([]),
            environment: Environment.ofProcess.forChildren(),
            deadline: .seconds(30), folder: "")
        let flags = MagentoConfig(
            name: "store", command: command,
            flags: config.storeFlags.sorted { $0.key < $1.key }.map {
                MagentoFlag(name: $0.key, path: $0.value, scope: .all)
            },
            interval: .seconds(60), time: try SystemTime())
        do {
            let sample = try Blocking.run { try await flags.read() }
            for flag in sample.flags {
                try say("\(flag.name) is \(flag.value.isKnown ? flag.value.text : "not known")")
            }
            for notice in sample.notices { try say(notice.text) }
            return sample.flags.allSatisfy(\.value.isKnown)
        } catch let failure as ReadFailure {
            try say(failure)
            return false
        }
    }
}
