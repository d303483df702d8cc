import Documents
package import Engine
package import Monitoring
import Platform
import Text

/// `baseline.json` in an environment's folder: what the store was like before, written by `hypercare baseline` and read
/// by whoever watches.
///
/// Format as `state.json`: a header line with schema, length and checksum, then the document. Replaced whole, with the
/// one before it beside it as `baseline.json.prev`.
package struct BaselineFile: BaselineStore {
    package static let name = "baseline.json"
    private static let schema = 1
    /// Six hundred figures of four weeks.
    private static let limit = 16 << 20

    private struct Header: Codable {
        var crc32c: String
        var length: Int
        var schema: Int
    }

    /// Of the environment.
    private let path: String
    private let disk: Disk

    package init(in path: String) throws(StorageFailure) {
        self.path = path
        do throws(SystemError) {
            disk = Disk(try ThreadExecutor("baseline"), lock: nil)
        } catch {
            throw StorageFailure(error)
        }
    }

    /// Differs once another one is there; nil where there is none.
    @concurrent package func mark() async -> String? {
        try? await disk.read { [path] in StateDirectory.mark(of: "\(path)/\(Self.name)") }
    }

    @concurrent package func load() async throws(StorageFailure) -> Baseline? {
        try await disk.read { [path] in
            guard try Files.facts(path) != nil else { return nil }
            let directory = try Directory(path)
            guard let bytes = try directory.read(Self.name, limit: Self.limit) else { return nil }
            return try Self.read(bytes, at: "\(path)/\(Self.name)")
        }
    }

    /// Returns once it is durable.
    @concurrent package func save(_ baseline: Baseline) async throws(StorageFailure) {
        try await disk.read { [path] in
            let document = try JSONWriter.write(baseline, pretty: true) + [UInt8(ascii: "\n")]
            let header = Header(
                crc32c: CRC32C.text(of: document), length: document.count, schema: Self.schema)
            let bytes = try JSONWriter.write(header) + [UInt8(ascii: "\n")] + document
            guard bytes.count <= Self.limit else {
                throw StorageFailure(
                    "\(Self.name) would be \(bytes.count) bytes long, more than the \(Self.limit) that are read again"
                )
            }
            let directory = try PrivateDirectory.open(path)
            try AtomicFile(Self.name, in: directory, keepsPrevious: true).replace(with: bytes)
        }
    }

    private static func read(_ bytes: [UInt8], at path: String) throws -> Baseline {
        func damaged(_ what: String) -> StorageFailure {
            StorageFailure(
                "\(path) is damaged (\(what)). Do: hypercare baseline capture, or put \(name).prev in its place"
            )
        }
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")), end < 1024,
            let header = try? JSON.decode(Header.self, from: Array(bytes[..<end]), name: name)
        else { throw damaged("no header") }
        let document = Array(bytes[(end + 1)...])
        guard header.length == document.count, header.crc32c == CRC32C.text(of: document) else {
            throw damaged("checksum")
        }
        // After the checksum: a flipped bit in the number must not look like a newer program.
        guard header.schema <= schema else {
            throw StorageFailure(
                "\(path) was written by a newer hypercare (format \(header.schema)). Update this one.",
                isOfNewer: true)
        }
        do {
            return try JSON.decode(Baseline.self, from: document, name: name)
        } catch {
            throw damaged(Sanitizer.line("\(error)", maxBytes: 200))
        }
    }
}
