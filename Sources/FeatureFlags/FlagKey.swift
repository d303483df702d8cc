package import Monitoring

/// Which flag, in which backend; compared as bytes.
package struct FlagKey: Sendable {
    package var backend: String
    /// As it stands in the backend.
    package var name: String

    package init(backend: String, name: String) {
        self.backend = backend
        self.name = name
    }

    package init?(_ id: EntityID) {
        guard id.kind == .flag else { return nil }
        self.init(backend: id.source, name: id.name)
    }

    /// Two backends may hold flags of one name.
    package var id: EntityID { EntityID(.flag, name, in: backend) }
}

extension FlagKey: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.id == right.id }
    package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension FlagChange {
    package var key: FlagKey { FlagKey(backend: backend, name: flag) }
}
