internal import Monitoring
internal import Text

/// Reads what shows that somebody changed something: settings by their paths alone, versions of modules, patches, and
/// whether consumers were told to restart (`magento.md` 3.4, 5.1 and F1).
///
/// One statement tells whether anything is new, as four lines; only then is it read what.
struct ChangesReader: MySQLReader {
    static let subject = ProbeSchedule.changesSubject
    /// Rows of settings that one read brings.
    static let mostRows = 100
    private static let mostModules = 4000
    private static let mostPatches = 20

    static func interval(_ source: MySQLSource) -> Duration { max(.seconds(30), source.interval) }

    private var seen = Seen()

    /// What an earlier read brought, and what the table was then.
    private struct Seen {
        /// Of the catalog that the rest was found by.
        var catalogAt: ContinuousClock.Instant?
        var readable: [Part] = []
        var notices: [Fact] = []
        var hasTimes = true
        var heads: [Part: Head] = [:]
        var config: ChangesReading.ConfigTable?
        var modules: [String: String]?
        var patches: ChangesReading.PatchList?
    }

    enum Part: Int, CaseIterable {
        case config, modules, patches, poisonPill

        var table: String {
            switch self {
            case .config: "core_config_data"
            case .modules: "setup_module"
            case .patches: "patch_list"
            case .poisonPill: "queue_poison_pill"
            }
        }
    }

    /// What is compared first.
    private struct Head: Equatable {
        var count: Int
        /// The newest id, or a checksum.
        var mark: UInt64
        var newest: WallTime?
    }

    mutating func read(_ session: MySQLSession, at now: WallTime) throws(ReadFailure) -> [Fact] {
        let catalog = try session.catalog()
        if seen.catalogAt != catalog.readAt { try look(session, catalog) }
        let heads: [Part: Head]
        do throws(ReadFailure) {
            heads = try self.heads(session, catalog)
        } catch {
            // One of the tables may not be read, though it is seen.
            guard error.kind == .denied else { throw error }
            try drop(unreadable: session, catalog)
            heads = try self.heads(session, catalog)
        }
        var reading = ChangesReading(readAt: now)
        if let head = heads[.config] {
            if isNews(.config, head) || seen.config == nil {
                seen.config = try config(session, catalog, head)
            }
            reading.config = seen.config
        }
        if let head = heads[.modules] {
            if isNews(.modules, head) || seen.modules == nil { seen.modules = try modules(session, catalog) }
            reading.modules = seen.modules
        }
        if let head = heads[.patches] {
            if isNews(.patches, head) || seen.patches == nil {
                seen.patches = try patches(session, catalog, head)
            }
            reading.patches = seen.patches
        }
        if let head = heads[.poisonPill] {
            reading.poisonPill = ChangesReading.PoisonPill(mark: head.count > 0 ? head.mark : nil)
        }
        seen.heads = heads
        // A second that is not over may bring another save, and nothing in the head would tell.
        if let newest = heads[.config]?.newest, now.seconds(since: newest) < 2 { seen.heads[.config] = nil }
        return [.changes(reading)] + seen.notices
    }

    private func isNews(_ part: Part, _ head: Head) -> Bool { seen.heads[part] != head }

    // MARK: What is there

    private mutating func look(_ session: MySQLSession, _ catalog: MySQLCatalog) throws(ReadFailure) {
        seen.readable = Part.allCases.filter { catalog.has($0.table) }
        seen.notices = []
        let missing = Part.allCases.filter { !catalog.has($0.table) }
        // Who may read all of the schema sees all that there is: a store of an older version has less.
        if !missing.isEmpty, try !Self.seesAll(session) { seen.notices = [Self.notice(missing, catalog)] }
        if seen.readable.contains(.config) {
            let columns = try session.rows(
                "SELECT 1 FROM information_schema.columns WHERE table_schema=DATABASE() AND table_name="
                    + "\(SQL.text(catalog.prefix + Part.config.table)) AND column_name='updated_at'")
            seen.hasTimes = columns.count > 0
        }
        seen.catalogAt = catalog.readAt
    }

    private static func seesAll(_ session: MySQLSession) throws(ReadFailure) -> Bool {
        let grants = try session.rows(
            "SELECT 1 FROM information_schema.user_privileges WHERE privilege_type='SELECT' UNION ALL "
                + "SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type='SELECT' "
                + "AND DATABASE() LIKE table_schema LIMIT 1")
        return grants.count > 0
    }

    private mutating func drop(unreadable session: MySQLSession, _ catalog: MySQLCatalog) throws(ReadFailure)
    {
        var denied: [Part] = []
        for part in seen.readable {
            do throws(ReadFailure) {
                _ = try session.rows("SELECT 1 FROM \(try catalog.table(part.table)) LIMIT 1")
            } catch {
                guard error.kind == .denied else { throw error }
                denied.append(part)
            }
        }
        seen.readable.removeAll(where: denied.contains)
        let missing = Part.allCases.filter {
            denied.contains($0) || (!seen.readable.contains($0) && !seen.notices.isEmpty)
        }
        if !missing.isEmpty { seen.notices = [Self.notice(missing, catalog)] }
    }

    /// Nothing of the store is wrong, and what changed there stays unseen.
    private static func notice(_ parts: [Part], _ catalog: MySQLCatalog) -> Fact {
        .notice(SourceNotice(.ok, "what changed in \(names(parts, catalog)) is not seen: GRANT SELECT on it"))
    }

    private static func names(_ parts: [Part], _ catalog: MySQLCatalog) -> String {
        parts.map { catalog.prefix + $0.table }.joined(separator: ", ")
    }

    private func heads(_ session: MySQLSession, _ catalog: MySQLCatalog) throws(ReadFailure) -> [Part: Head] {
        guard !seen.readable.isEmpty else { return [:] }
        let lines = try seen.readable.map { part throws(ReadFailure) in
            let columns =
                switch part {
                case .config: "MAX(config_id),\(seen.hasTimes ? "UNIX_TIMESTAMP(MAX(updated_at))" : "NULL")"
                case .modules:
                    "BIT_XOR(CRC32(CONCAT_WS('|',module,IFNULL(schema_version,'-'),IFNULL(data_version,'-')))),NULL"
                case .patches: "MAX(patch_id),NULL"
                // Its version is compared here and never told.
                case .poisonPill: "BIT_XOR(CRC32(version)),NULL"
                }
            return "SELECT \(part.rawValue),COUNT(*),\(columns) FROM \(try catalog.table(part.table))"
        }
        let rows = try session.rows(lines.joined(separator: " UNION ALL "))
        var heads: [Part: Head] = [:]
        for row in 0..<rows.count {
            guard let part = Part(rawValue: try rows.count(row, 0)) else { continue }
            let mark = rows.uint(row, 2) ?? 0
            heads[part] = Head(count: try rows.count(row, 1), mark: mark, newest: rows.time(row, 3))
        }
        return heads
    }

    // MARK: What is new

    private func config(
        _ session: MySQLSession, _ catalog: MySQLCatalog, _ head: Head
    ) throws(ReadFailure) -> ChangesReading.ConfigTable {
        var table = ChangesReading.ConfigTable(count: head.count, newestID: head.mark)
        guard seen.hasTimes else { return table }
        let scopes = ["store", "store_website"].allSatisfy(catalog.has)
        let code = "IF(c.scope='default','',IF(c.scope='stores',s.code,w.code))"
        let joins =
            scopes
            ? " LEFT JOIN \(try catalog.table("store")) s ON c.scope='stores' AND s.store_id=c.scope_id "
                + "LEFT JOIN \(try catalog.table("store_website")) w ON c.scope='websites' "
                + "AND w.website_id=c.scope_id" : ""
        let rows = try session.rows(
            "SELECT c.config_id,c.path,c.scope,\(scopes ? code : "NULL"),UNIX_TIMESTAMP(c.updated_at) "
                + "FROM \(try catalog.table(Part.config.table)) c\(joins) "
                + "WHERE c.updated_at>=NOW()-INTERVAL 1 DAY "
                + "ORDER BY c.updated_at DESC,c.config_id DESC LIMIT \(Self.mostRows + 1)")
        table.isCut = rows.count > Self.mostRows
        for row in 0..<min(rows.count, Self.mostRows) {
            let id = try rows.id(row, 0)
            // Of a row that came after the head the next read tells.
            guard id <= head.mark, let path = rows.name(row, 1), let updated = rows.time(row, 4) else {
                continue
            }
            table.rows.append(
                ChangesReading.ConfigRow(
                    id, path, scope: rows.text(row, 2) ?? "", code: rows.text(row, 3), updated: updated))
        }
        return table
    }

    private func modules(
        _ session: MySQLSession, _ catalog: MySQLCatalog
    ) throws(ReadFailure) -> [String: String] {
        let rows = try session.rows(
            "SELECT module,schema_version,data_version FROM \(try catalog.table(Part.modules.table)) "
                + "ORDER BY module LIMIT \(Self.mostModules)")
        var modules: [String: String] = [:]
        for row in 0..<rows.count {
            guard let name = rows.name(row, 0) else { continue }
            let (schema, data) = (rows.text(row, 1) ?? "none", rows.text(row, 2) ?? "none")
            modules[name] = schema == data ? schema : "\(schema)/\(data)"
        }
        return modules
    }

    private func patches(
        _ session: MySQLSession, _ catalog: MySQLCatalog, _ head: Head
    ) throws(ReadFailure) -> ChangesReading.PatchList {
        let rows = try session.rows(
            "SELECT patch_id,patch_name FROM \(try catalog.table(Part.patches.table)) "
                + "ORDER BY patch_id DESC LIMIT \(Self.mostPatches)")
        var list = ChangesReading.PatchList(count: head.count, newestID: head.mark)
        for row in 0..<rows.count {
            let id = try rows.id(row, 0)
            guard id <= head.mark, let name = rows.name(row, 1) else { continue }
            list.newest.append(ChangesReading.Patch(id, name))
        }
        return list
    }

    // MARK: Doctor

    /// Which of its tables can be read, in words, and what to do about the others.
    static func examine(_ session: MySQLSession) throws(ReadFailure) -> (text: String, advice: String) {
        let catalog = try session.catalog()
        let seesAll = try seesAll(session)
        var readable: [Part] = []
        var denied: [Part] = []
        var absent: [Part] = []
        for part in Part.allCases {
            guard catalog.has(part.table) else {
                if seesAll { absent.append(part) } else { denied.append(part) }
                continue
            }
            do throws(ReadFailure) {
                _ = try session.rows("SELECT 1 FROM \(try catalog.table(part.table)) LIMIT 1")
                readable.append(part)
            } catch {
                guard error.kind == .denied else { throw error }
                denied.append(part)
            }
        }
        var words: [String] = []
        if !readable.isEmpty { words.append("\(names(readable, catalog)) can be read") }
        if !absent.isEmpty { words.append("there is no \(names(absent, catalog)) in this store") }
        if !denied.isEmpty {
            words.append("\(names(denied, catalog)) cannot: what changes there is not seen")
        }
        let grants = denied.map {
            "GRANT SELECT ON \(session.source.database).\(catalog.prefix)\($0.table) TO '\(session.source.user)'@…;"
        }
        let advice =
            denied.isEmpty && readable.isEmpty ? "Check the table prefix." : grants.joined(separator: " ")
        return (words.joined(separator: "; "), advice)
    }
}
