/// The names Magento gives its locks in the database (`Lock\Backend\Database`): a prefix, a bar and the name,
/// shortened beyond 64 bytes. Versions differ in how they shorten, so there may be two names for one lock.
///
/// All names here are SQL expressions: the server reckons the hashes.
struct LockNames: Sendable {
    /// With its bar at the end; empty without a prefix.
    let prefix: String

    init(prefix: String) { self.prefix = prefix.isEmpty ? "" : prefix + "|" }

    /// `ProcessCronQueueObserver`: `CRON_` and the hash of group and code.
    func cron(group: String, code: String) -> String {
        isUsed("CONCAT('CRON_',MD5(\(SQL.text("\(group)_\(code)"))))", length: 37)
    }

    /// `StartConsumerCommand`: the hash of the name, with `-1`, `-2` for several processes.
    func consumer(_ name: String) -> String {
        let hashes = [name, "\(name)-1", "\(name)-2"].map { isUsed("MD5(\(SQL.text($0)))", length: 32) }
        return "COALESCE(\(hashes.joined(separator: ",")))"
    }

    /// `use_application_lock`: the lock of a view's update.
    func view(_ id: String) -> String {
        let name = "MVIEW" + id
        return isUsed(SQL.text(name), length: name.utf8.count)
    }

    /// The holder's connection or NULL.
    private func isUsed(_ name: String, length: Int) -> String {
        let full = "CONCAT(\(SQL.text(prefix)),\(name))"
        guard prefix.utf8.count + length > 64 else { return "IS_USED_LOCK(\(full))" }
        let short = Self.shortened(prefix)
        if short.utf8.count + length <= 64 {
            // No word of the dictionary is in a hash, and a view's name that long is of no known module.
            return "IS_USED_LOCK(CONCAT(\(SQL.text(short)),\(name)))"
        }
        let room = 64 - prefix.utf8.count
        if room >= 32 {
            // The older way hashes prefix and name, the newer the name alone.
            return "COALESCE(IS_USED_LOCK(CONCAT(\(SQL.text(prefix)),MD5(\(full)))),"
                + "IS_USED_LOCK(CONCAT(\(SQL.text(prefix)),MD5(\(name)))))"
        }
        // Older: the middle of the hash, without the prefix. Newer: its first eight digits, or all of it alone.
        let cut = 32 - room
        let middle = "SUBSTRING(MD5(\(full)),\(cut / 2 + 1),\(32 - cut / 2 - (cut / 2 + cut % 2)))"
        let newer =
            room >= 8 ? "CONCAT(\(SQL.text(prefix)),LEFT(MD5(\(name)),8))" : "MD5(\(name))"
        return "COALESCE(IS_USED_LOCK(\(middle)),IS_USED_LOCK(\(newer)))"
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
