import Monitoring

/// What detectors call the things that are watched: by kind and name alone, as recordings have them. Of two that share
/// a name the second is known by its whole key.
struct LiveNames: Sendable {
    private var bare: [EntityID: EntityID] = [:]
    private var live: [EntityID: EntityID] = [:]

    /// For detectors.
    mutating func bare(_ id: EntityID) -> EntityID {
        if let known = bare[id] { return known }
        var short = EntityID(id.kind, id.name)
        if let other = live[short], other != id { short = EntityID(id.kind, id.key) }
        bare[id] = short
        live[short] = id
        return short
    }

    /// What detectors call it by now; nil while they have not heard of it.
    func known(_ id: EntityID) -> EntityID? { bare[id] }

    /// It is there no more.
    mutating func forget(_ id: EntityID) {
        guard let short = bare.removeValue(forKey: id), live[short] == id else { return }
        live[short] = nil
    }

    /// What is watched by that name; the shop as a whole is nobody's row.
    func live(_ bare: EntityID) -> EntityID { live[bare] ?? bare }
}
