import Documents

/// The newest record of an audit log, kept in a file of its own, so that a cut end is noticed.
package struct AuditAnchor: Hashable, Sendable, Codable {
    static let format = 1

    var version = Self.format
    var seq: Int
    var sha256: String

    init(seq: Int, sha256: String) {
        self.seq = seq
        self.sha256 = sha256
    }

    /// Reads `audit.head`; nil when it is no anchor, which one of a newer format may be.
    init?(_ bytes: [UInt8]) {
        guard let anchor = try? JSON.decode(AuditAnchor.self, from: bytes, name: "audit.head") else {
            return nil
        }
        self = anchor
    }

    var bytes: [UInt8] { Array("{\"version\":\(version),\"seq\":\(seq),\"sha256\":\"\(sha256)\"}\n".utf8) }

    /// What stands where an anchor is looked for.
    package enum Found: Hashable, Sendable {
        case none
        case anchor(AuditAnchor)
        /// Of a newer hypercare, of that format.
        case newer(Int)
        case damaged

        /// `bytes`: of `audit.head`, nil where it is not there.
        package init(_ bytes: [UInt8]?) {
            guard let bytes else {
                self = .none
                return
            }
            guard let node = try? JSON.read(bytes, name: "audit.head") else {
                self = .damaged
                return
            }
            if let version = node["version"]?.int, version > AuditAnchor.format {
                self = .newer(version)
            } else if let anchor = AuditAnchor(bytes), anchor.version == AuditAnchor.format {
                self = .anchor(anchor)
            } else {
                self = .damaged
            }
        }
    }
}
