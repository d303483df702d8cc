/// What the newest readings of a source held: the next are compared with it, also those of a later run.
package struct ChangesMemory: Hashable, Sendable, Codable {
    /// A value and when it was read, by the clock of what was read.
    package struct Seen<Value: Hashable & Sendable & Codable>: Hashable, Sendable, Codable {
        package var value: Value
        package var at: WallTime

        init(_ value: Value, at: WallTime) {
            self.value = value
            self.at = at
        }
    }

    package struct Config: Hashable, Sendable, Codable {
        package var count: Int
        package var newestID: UInt64
        /// When each listed row was saved, by its id.
        package var saved: [String: WallTime]
        package var isCut: Bool

        init(_ table: ChangesReading.ConfigTable) {
            count = table.count
            newestID = table.newestID
            isCut = table.isCut
            saved = Dictionary(table.rows.map { ("\($0.id)", $0.updated) }) { first, _ in first }
        }
    }

    package struct Patches: Hashable, Sendable, Codable {
        package var count: Int
        package var newestID: UInt64
    }

    /// `ProbeSchedule.reach` of what was read: of another store nothing is known.
    package var reach: String
    package var config: Seen<Config>?
    package var modules: Seen<[String: String]>?
    package var patches: Seen<Patches>?
    package var poisonPill: Seen<ChangesReading.PoisonPill>?
    package var maintenance: Seen<ChangesReading.Maintenance>?
    package var release: Seen<ChangesReading.Release>?

    package init(reach: String) { self.reach = reach }
}
