/// What a check is about, printed `queue:erp.order.export`.
package struct EntityID: Hashable, Sendable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case queue, integration, cron, indexer, flag, source, recon
    }

    package var kind: Kind
    package var name: String

    package init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// Reads `queue:erp.order.export`; nil when the kind is not one of ours or the name is empty.
    package init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), let kind = Kind(rawValue: String(text[..<colon])) else {
            return nil
        }
        let name = String(text[text.index(after: colon)...])
        guard !name.isEmpty else { return nil }
        self.init(kind, name)
    }
}

extension EntityID: CustomStringConvertible, Comparable {
    package var description: String { "\(kind.rawValue):\(name)" }

    package static func < (left: EntityID, right: EntityID) -> Bool {
        left.kind == right.kind ? left.name < right.name : left.kind.rawValue < right.kind.rawValue
    }
}
