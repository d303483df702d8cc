import Documents

/// The newest record of an audit log, kept in a file of its own, so that a cut end is noticed.
package struct AuditAnchor: Hashable, Sendable, Codable {
    var version = 1
    var seq: Int
    var sha256: String

    init(seq: Int, sha256: String) {
        self.seq = seq
        self.sha256 = sha256
    }

    /// Reads `audit.head`; nil when it is no anchor of ours.
    package init?(_ bytes: [UInt8]) {
        guard let anchor = try? JSON.decode(AuditAnchor.self, from: bytes, name: "audit.head"),
            anchor.version == 1
        else { return nil }
        self = anchor
    }

    var bytes: [UInt8] { Array("{\"version\":\(version),\"seq\":\(seq),\"sha256\":\"\(sha256)\"}\n".utf8) }
}
