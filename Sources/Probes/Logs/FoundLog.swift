import Platform
import Text

/// A log file that was looked at for what it may tell of data flows.
package struct FoundLog: Sendable, Hashable {
    package enum Format: String, Sendable { case monolog, nginx }

    package var path: String
    package var format: Format
    /// Records among its newest lines that speak of an exchange with another system.
    package var flows: Int

    /// So much of each file is read, from its end.
    private static let window = 256 << 10
    private static let most = 40
    /// What records of an exchange speak of; Magento's own of requests to its API too.
    private static let words = [
        "export", "import", "sync", "order", "stock", "/rest/", "queue", "erp", "shipment",
    ]

    /// The logs of a folder, those with most flows first; files that cannot be read or understood are left out.
    package static func all(in folder: String) -> [FoundLog] {
        let names = (try? Files.names(in: folder, startingWith: "")) ?? []
        return names.filter { $0.hasSuffix(".log") }.prefix(most)
            .compactMap { FoundLog(folder + "/" + $0) }
            .sorted { ($1.flows, $0.path) < ($0.flows, $1.path) }
    }

    /// Nil where it is no log of a known format.
    package init?(_ path: String) {
        guard let bytes = Self.end(of: path) else { return nil }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        let nginx = try? NginxFormat()
        let monolog = lines.filter { MonologLine($0) != nil || MonologLine(json: $0) != nil }
        let requests = lines.filter { nginx?.parse($0) != nil }
        let records = monolog.count >= requests.count ? monolog : requests
        guard !records.isEmpty else { return nil }
        self.path = path
        format = monolog.count >= requests.count ? .monolog : .nginx
        flows = records.count { line in
            let text = String(decoding: line, as: UTF8.self).lowercased()
            return Self.words.contains { text.mentions($0) }
        }
    }

    private static func end(of path: String) -> [UInt8]? {
        guard let file = try? Files.open(path, links: .followed), let facts = try? file.facts() else {
            return nil
        }
        let start = max(0, facts.size - Int64(window))
        return try? file.read(at: start, limit: window)
    }
}
