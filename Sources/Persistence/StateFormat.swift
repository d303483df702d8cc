package import Documents
package import Engine
import Platform

/// How a state is written, and how older formats become the present one.
package struct StateFormat: Sendable {
    package typealias Migration = @Sendable (Node) -> Node

    /// 2: entities are told by `EntityID.key`, with their source; what 1 knew by name alone is looked up so.
    package static let current = StateFormat(schema: 2, migrations: [1: { $0 }])

    package let schema: Int
    /// From the format of the key to the next.
    private let migrations: [Int: Migration]

    package init(schema: Int, migrations: [Int: Migration]) {
        self.schema = schema
        self.migrations = migrations
    }

    /// What was read is of a format this program does not know.
    package struct Newer: Error, Sendable {
        package var schema: Int
    }

    /// What was read is not what was written.
    package struct Damaged: Error, Sendable {
        package var what: String
    }

    private struct Header: Codable {
        var crc32c: String
        var generation: Int
        var length: Int
        var schema: Int
    }

    package func write(_ state: EngineState, generation: Int) throws -> [UInt8] {
        var bytes = try JSONWriter.write(state, pretty: true)
        bytes.append(UInt8(ascii: "\n"))
        let header = Header(
            crc32c: CRC32C.text(of: bytes), generation: generation, length: bytes.count, schema: schema)
        // In its place: a large store's state is megabytes long.
        bytes.insert(contentsOf: try JSONWriter.write(header) + [UInt8(ascii: "\n")], at: 0)
        return bytes
    }

    package func read(_ bytes: [UInt8]) throws -> (state: EngineState, generation: Int) {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")), end < 1024 else {
            throw Damaged(what: "no header")
        }
        let header = try JSON.decode(Header.self, from: Array(bytes[..<end]), name: "state.json")
        let document = Array(bytes[(end + 1)...])
        guard header.length == document.count, header.crc32c == CRC32C.text(of: document) else {
            throw Damaged(what: "checksum")
        }
        // After the checksum: a flipped bit in the number must not look like a newer program.
        guard header.schema <= schema else { throw Newer(schema: header.schema) }
        var node = try JSON.read(document, name: "state.json")
        for version in header.schema..<schema {
            guard let migrate = migrations[version] else { throw Damaged(what: "format \(version)") }
            node = migrate(node)
        }
        return (try NodeDecoder(name: "state.json").decode(EngineState.self, from: node), header.generation)
    }
}
