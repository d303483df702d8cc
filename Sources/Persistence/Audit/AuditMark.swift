import EngineAPI
import Text

/// Which record was the newest of whose log, in one line that is kept where the log's owner cannot change it.
///
/// `hypercare-audit env=eu-shop host=bastion uid=1000 seq=12 sha256=…`, behind whatever the place puts before it.
package struct AuditMark: Hashable, Sendable {
    package var environment: String
    package var host: String
    package var uid: UInt32
    package var seq: Int
    package var sha256: String

    private static let word = "hypercare-audit"

    init(environment: String, author: AuditAuthor, seq: Int, sha256: String) {
        self.environment = Self.plain(environment)
        host = Self.plain(author.host)
        uid = author.person.uid
        self.seq = seq
        self.sha256 = sha256
    }

    var line: String {
        "\(Self.word) env=\(environment) host=\(host) uid=\(uid) seq=\(seq) sha256=\(sha256)"
    }

    /// Finds a mark in a line; nil where there is none.
    package init?(_ line: String) {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard let start = words.firstIndex(of: Substring(Self.word)) else { return nil }
        var values: [Substring: Substring] = [:]
        for word in words[(start + 1)...].prefix(5) {
            guard let sign = word.firstIndex(of: "=") else { continue }
            values[Substring(word[..<sign])] = Substring(word[word.index(after: sign)...])
        }
        guard let environment = values["env"], let host = values["host"],
            let uid = values["uid"].flatMap({ UInt32($0) }), let seq = values["seq"].flatMap({ Int($0) }),
            let sha256 = values["sha256"], sha256.utf8.count == 64
        else { return nil }
        (self.environment, self.host, self.uid) = (String(environment), String(host), uid)
        (self.seq, self.sha256) = (seq, String(sha256))
    }

    /// Whether it is of the log of `environment` that this user of this machine writes.
    package func isOf(_ environment: String, _ author: AuditAuthor) -> Bool {
        ExactName.same(self.environment, Self.plain(environment))
            && ExactName.same(host, Self.plain(author.host)) && uid == author.person.uid
    }

    private static func plain(_ text: String) -> String {
        String(text.map { $0.isWhitespace || $0 == "=" ? "_" : $0 })
    }
}
