package import EngineAPI

/// The process that writes an audit log: where it runs, and who started it.
package struct AuditAuthor: Hashable, Sendable {
    package var host: String
    package var person: Operator

    package init(host: String, person: Operator) {
        self.host = host
        self.person = person
    }
}
