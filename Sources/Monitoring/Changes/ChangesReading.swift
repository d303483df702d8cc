/// What shows that something was changed, as one read found it; a part that is nil was not read.
package struct ChangesReading: Hashable, Sendable, Codable {
    /// By the clock of what was read.
    package var readAt: WallTime
    package var config: ConfigTable?
    /// Version of each module: that of its schema, and that of its data where it is another, `2.0.1/2.0.4`.
    package var modules: [String: String]?
    package var patches: PatchList?
    package var poisonPill: PoisonPill?
    package var maintenance: Maintenance?
    package var release: Release?

    package init(readAt: WallTime) { self.readAt = readAt }

    /// `core_config_data`: never a value.
    package struct ConfigTable: Hashable, Sendable, Codable {
        package var count: Int
        package var newestID: UInt64
        /// Those saved in the last day, newest first.
        package var rows: [ConfigRow]
        /// More were saved in the last day than are listed.
        package var isCut: Bool

        package init(count: Int, newestID: UInt64, rows: [ConfigRow] = [], isCut: Bool = false) {
            self.count = count
            self.newestID = newestID
            self.rows = rows
            self.isCut = isCut
        }
    }

    package struct ConfigRow: Hashable, Sendable, Codable {
        package var id: UInt64
        package var path: String
        /// `default`, `websites`, `stores`.
        package var scope: String
        /// Of the website or store view; nil where there is none of that id.
        package var code: String?
        package var updated: WallTime

        package init(
            _ id: UInt64, _ path: String, scope: String = "default", code: String? = nil, updated: WallTime
        ) {
            self.id = id
            self.path = path
            self.scope = scope
            self.code = code
            self.updated = updated
        }
    }

    package struct PatchList: Hashable, Sendable, Codable {
        package var count: Int
        package var newestID: UInt64
        /// Newest first, some of them.
        package var newest: [Patch]

        package init(count: Int, newestID: UInt64, newest: [Patch] = []) {
            self.count = count
            self.newestID = newestID
            self.newest = newest
        }
    }

    package struct Patch: Hashable, Sendable, Codable {
        package var id: UInt64
        package var name: String
        package init(_ id: UInt64, _ name: String) {
            self.id = id
            self.name = name
        }
    }

    package struct PoisonPill: Hashable, Sendable, Codable {
        /// A checksum of its version, to be compared and never shown; nil where the table has no row.
        package var mark: UInt64?
        package init(mark: UInt64?) { self.mark = mark }
    }

    /// `var/.maintenance.flag`
    package struct Maintenance: Hashable, Sendable, Codable {
        /// When the flag was made; nil while there is none.
        package var since: WallTime?
        package init(since: WallTime?) { self.since = since }
    }

    /// The link that leads to the code that runs.
    package struct Release: Hashable, Sendable, Codable {
        /// What it says; nil where there is no link.
        package var target: String?
        /// When the link itself was made.
        package var made: WallTime?
        package init(target: String?, made: WallTime? = nil) {
            self.target = target
            self.made = made
        }
    }
}
