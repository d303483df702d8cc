/// One data flow between the store and another system, as the config declares it.
package struct Integration: Hashable, Sendable, Codable {
    package enum Direction: String, Sendable, Codable, CaseIterable {
        /// The store sends.
        case out
        /// The store receives.
        case `in`
        case both

        package var arrow: String {
            switch self {
            case .out: "→"
            case .in: "←"
            case .both: "⇄"
            }
        }
    }

    /// The name in the config, `orders-erp`.
    package var name: String
    /// What flows: `orders`.
    package var thing: String
    package var direction: Direction
    /// The system at the other end: `ERP`.
    package var system: String
    /// 1 is the most important; nil where nobody said.
    package var tier: Int?
    /// A flow that must stay healthy at all costs: orders, stock, payment, customers.
    package var isSafeZone: Bool
    package var owner: String?
    /// A link or a code, for people.
    package var runbook: String?
    /// Names of the flags that switch it, in any backend.
    package var flags: [String] = []
    /// What else of the store belongs to it.
    package var ties = Ties()

    /// By which tier it is judged: what must stay healthy at all costs is as important as any.
    package var limitTier: Int { isSafeZone ? 1 : tier ?? Self.unsaidTier }

    /// Whose limits a flow has of which nobody said how much it matters.
    private static let unsaidTier = 3

    /// `orders → ERP`
    package var title: String { "\(thing) \(direction.arrow) \(system)" }

    package init(
        name: String, thing: String, direction: Direction, system: String, tier: Int? = nil,
        isSafeZone: Bool = false,
        owner: String? = nil, runbook: String? = nil
    ) {
        self.name = name
        self.thing = thing
        self.direction = direction
        self.system = system
        self.tier = tier
        self.isSafeZone = isSafeZone
        self.owner = owner
        self.runbook = runbook
    }
}
