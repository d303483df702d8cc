internal import Monitoring
internal import Platform

/// The names Magento gives its locks in the database (`Lock\Backend\Database`): a prefix, a bar and the name,
/// shortened beyond 64 bytes. Versions differ in how they shorten, so there may be two names for one lock.
///
/// What is answered are SQL expressions: the holder's connection or NULL.
struct LockNames: Sendable {
    /// With its bar at the end; empty without a prefix.
    let prefix: String

    init(prefix: String) { self.prefix = prefix.isEmpty ? "" : prefix + "|" }

    /// `ProcessCronQueueObserver`: `CRON_` and the hash of group and code.
    func cron(group: String, code: String) throws(ReadFailure) -> String {
        try isUsed("CRON_" + hash("\(group)_\(code)"))
    }

    /// `StartConsumerCommand`: the hash of the name, with `-1`, `-2` for several processes.
    func consumer(_ name: String) throws(ReadFailure) -> [String] {
        try [name, "\(name)-1", "\(name)-2"].map { name throws(ReadFailure) in try isUsed(hash(name)) }
    }

    /// `use_application_lock`: the lock of a view's update.
    func view(_ id: String) throws(ReadFailure) -> String { try isUsed("MVIEW" + id) }

    private func hash(_ text: String) throws(ReadFailure) -> String {
        do throws(SystemError) {
            return try Hash.md5(Array(text.utf8))
        } catch {
            throw ReadFailure(.unusable, "\(error)")
        }
    }

    private func isUsed(_ name: String) throws(ReadFailure) -> String {
        let names = try names(of: name).map { "IS_USED_LOCK(\(SQL.text($0)))" }
        return names.count == 1 ? names[0] : "COALESCE(\(names.joined(separator: ",")))"
    }

    private func names(of name: String) throws(ReadFailure) -> [String] {
        let full = prefix + name
        guard full.utf8.count > 64 else { return [full] }
        // No word of the dictionary is in a hash, and a view's name that long is of no known module.
        let short = Self.shortened(prefix) + name
        guard short.utf8.count > 64 else { return [short] }
        let room = 64 - prefix.utf8.count
        // The older way hashes prefix and name, the newer the name alone.
        if room >= 32 { return [prefix + (try hash(full)), prefix + (try hash(name))] }
        // Older: the middle of the hash, without the prefix. Newer: its first eight digits, or all of it alone.
        let cut = 32 - room
        let middle = try hash(full).dropFirst(cut / 2).dropLast(cut / 2 + cut % 2)
        let whole = try hash(name)
        return [String(middle), room >= 8 ? prefix + whole.prefix(8) : whole]
    }

    /// The longest word of the dictionary at each place, as PHP's `strtr` replaces.
    static func shortened(_ name: String) -> String {
        var result = ""
        var rest = Substring(name)
        while let character = rest.first {
            if let word = words.filter({ rest.hasPrefix($0.key) }).max(by: { $0.key.count < $1.key.count }) {
                result += word.value
                rest = rest.dropFirst(word.key.count)
            } else {
                result.append(character)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    /// `ExpressionConverter`'s dictionary.
    private static let words = [
        "address": "addr", "admin": "adm", "aggregat": "aggr", "agreement": "agrt", "attribute": "attr",
        "bundle": "bndl", "calculation": "calc", "catalog": "cat", "category": "ctgr", "checkout": "chkt",
        "compare": "cmp", "customer": "cstr", "datetime": "dtime", "decimal": "dec", "directory": "dir",
        "downloadable": "dl", "element": "elm", "enterprise": "ent", "entity": "entt", "fieldset": "fset",
        "gallery": "glr", "index": "idx", "inventory": "inv", "label": "lbl", "layout": "lyt", "link": "lnk",
        "media": "mda", "minimal": "min", "newsletter": "nlttr", "notification": "ntfc", "option": "opt",
        "product": "prd", "query": "qr", "resource": "res", "search": "srch", "session": "sess",
        "shipping": "shpp", "status": "sts", "super": "spr", "title": "ttl", "user": "usr", "value": "val",
        "varchar": "vchr", "website": "ws",
    ]
}

extension LockNames {
    /// Nil when the store keeps its locks elsewhere.
    init?(of source: MySQLSource) {
        guard case .database(let prefix) = source.locks else { return nil }
        self.init(prefix: prefix ?? source.database)
    }
}
