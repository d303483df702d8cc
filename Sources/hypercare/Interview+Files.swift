import Configuration
import FeatureFlags
import FlagBackends
import Monitoring
import Platform
import Probes
import Text

/// The files of a store: its logs, and one of flags.
extension Interview {
    /// Where a store's logs mostly are.
    private static let logFolders = [
        "/var/www/html/var/log", "/var/www/magento/var/log", "/var/www/magento2/var/log",
        "/srv/magento/var/log",
    ]

    mutating func files() throws {
        let folder = try logs()
        try flags()
        try storeFlags(besides: folder)
    }

    /// Answers the folder they are in.
    private mutating func logs() throws -> String? {
        let usual = try Self.logFolders.first { try Files.facts($0, links: .followed) != nil } ?? "none"
        var folder: String?
        try settle("folder with the store's logs, or none", nil, usual) { _, answer in
            guard let path = Self.unlessNone(answer) else { return nil }
            guard path.hasPrefix("/"), (try? Files.facts(path, links: .followed))??.kind == .directory else {
                return "there is no folder \(path); give its whole path"
            }
            folder = path
            return nil
        }
        guard let folder else { return nil }
        let found = FoundLog.all(in: folder)
        guard !found.isEmpty else {
            try say("no file there is a log of Monolog or nginx that this account may read")
            return folder
        }
        for (index, log) in found.enumerated() {
            let flows = Figures.counted(log.flows, "record speaks", "records speak")
            try say("\(index + 1) \(Self.name(log)) (\(log.format.rawValue)): \(flows) of flows")
        }
        let telling = found.enumerated().filter { $1.flows > 0 }.map { String($0.offset + 1) }
        let first = telling.isEmpty ? "none" : telling.joined(separator: " ")
        try settle("logs to watch: numbers or names, all, or none", nil, first) { config, answer in
            var chosen: [FoundLog] = []
            for word in answer == "all"
                ? found.indices.map({ String($0 + 1) }) : answer.split(separator: " ").map(String.init)
            where word != "none" {
                let number = Int(word).flatMap { found.indices.contains($0 - 1) ? found[$0 - 1] : nil }
                guard let log = number ?? found.first(where: { Self.name($0) == word }) else {
                    return "there is no log \(word) here"
                }
                chosen.append(log)
            }
            config.logs = chosen.map { log in
                InitialConfiguration.Log(
                    name: Self.sourceName(log), path: log.path, format: log.format.rawValue)
            }
            return nil
        }
        return folder
    }

    private static func name(_ log: FoundLog) -> String { String(log.path.split(separator: "/").last ?? "") }

    /// A name for the config, of the file's.
    private static func sourceName(_ log: FoundLog) -> String {
        let plain = String(
            name(log).dropLast(".log".count).map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
        return "log-" + plain
    }

    private mutating func flags() throws {
        while true {
            try settle("file of feature flags as flagd reads it, or none", nil, "none") {
                $0.flagFile = Self.unlessNone($1)
            }
            guard let path = config.flagFile else { return }
            do {
                let file = try FlagdFile(
                    name: "flags", path: path, isProduction: config.isProduction, sweeps: false)
                let sample = try Blocking.run { try await file.read() }
                try say(Figures.counted(sample.flags.count, "flag"))
                for notice in sample.notices { try say(notice.text) }
                return
            } catch let failure as ReadFailure {
                try say(failure)
                if try isMeant(path, false) { return }
            }
        }
    }
}
