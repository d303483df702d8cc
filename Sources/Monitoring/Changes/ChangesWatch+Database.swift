import Text

/// Settings, modules and patches of the store's database.
extension ChangesWatch {
    /// Rows saved within so many seconds of each other were saved by one hand.
    private static let saveSeconds = 2.0

    func compare(_ table: ChangesReading.ConfigTable, at now: WallTime) -> [Change] {
        guard let seen = memory.config else {
            return Self.saves(table.rows).map { save($0, table, now, isPast: true) }
        }
        let old = seen.value
        // What stood further back was not listed: it comes into sight when newer rows go.
        let day = seen.at.advanced(bySeconds: -Self.historySeconds)
        let floor = old.isCut ? old.saved.values.min() ?? day : day
        let fresh = table.rows.filter { $0.updated > floor && old.saved["\($0.id)"] != $0.updated }
        var changes = Self.saves(fresh).map { save($0, table, now, isPast: false) }
        let added = fresh.count { $0.id > old.newestID }
        let mark = "\(old.count) \(table.count) \(old.newestID) \(table.newestID)"
        let gone = old.count &+ added &- table.count
        if gone > 0 {
            let text =
                "\(Figures.counted(gone, "setting is", "settings are")) deleted: "
                + (gone == 1 ? "its default holds" : "their defaults hold")
            changes.append(change(.config, "gone \(mark)", text, between: seen.at, now))
        } else if gone < 0, !table.isCut {
            let text = "\(Figures.counted(-gone, "setting is", "settings are")) added"
            changes.append(change(.config, "more \(mark)", text, between: seen.at, now))
        }
        return changes
    }

    /// What was saved at once, oldest first.
    private static func saves(_ rows: [ChangesReading.ConfigRow]) -> [[ChangesReading.ConfigRow]] {
        var saves: [[ChangesReading.ConfigRow]] = []
        for row in rows.sorted(by: { ($0.updated, $0.id) < ($1.updated, $1.id) }) {
            if let last = saves.last?.last, row.updated.seconds(since: last.updated) <= saveSeconds {
                saves[saves.count - 1].append(row)
            } else {
                saves.append([row])
            }
        }
        return saves
    }

    private func save(
        _ rows: [ChangesReading.ConfigRow], _ table: ChangesReading.ConfigTable, _ now: WallTime, isPast: Bool
    ) -> Change {
        let first = rows[0]
        let paths = Dictionary(grouping: rows) { ExactName($0.path) }
        let named = paths.keys.sorted()
        let path = Sanitizer.line(named[0].text, maxBytes: 120)
        var text: String
        if named.count == 1 {
            text = "setting \(path) is saved"
            if rows.count > 1 {
                text += " in \(rows.count) scopes"
            } else if first.scope != "default" {
                let code = first.code.map { Sanitizer.line($0, maxBytes: 40) } ?? "?"
                text += " (\(Sanitizer.line(first.scope, maxBytes: 16))/\(code))"
            }
        } else {
            // The list ends within this save: there may be more of it.
            let isOpen = table.isCut && table.rows.last.map { rows.contains($0) } == true
            let count = Figures.count(named.count) + (isOpen ? "+" : "")
            text = "\(count) settings are saved: \(path) and \(Figures.count(named.count - 1)) more"
        }
        var about: [EntityID] = []
        for name in named {
            let job = Self.job(of: name.text).map { EntityID(.cron, $0, in: source) }
            guard about.count < 8, let id = settings[name] ?? job, !about.contains(id) else { continue }
            about.append(id)
        }
        let mark = "\(first.id) \(first.updated.milliseconds)"
        return change(.config, mark, text, at: first.updated, now, about: about, isPast: isPast)
    }

    /// `crontab/GROUP/jobs/JOB/schedule/cron_expr` is a job's plan.
    private static func job(of path: String) -> String? {
        let parts = path.split(separator: "/")
        guard parts.count > 4, parts[0] == "crontab", parts[2] == "jobs" else { return nil }
        return String(parts[3])
    }

    // MARK: Code

    func compare(modules: [String: String], at now: WallTime) -> [Change] {
        guard let seen = memory.modules, seen.value != modules else { return [] }
        let old = seen.value
        var parts: [String] = []
        let moved = modules.keys.filter { old[$0] != nil && old[$0] != modules[$0] }.sorted()
        if let first = moved.first {
            let name = Sanitizer.line(first, maxBytes: 60)
            let from = Sanitizer.line(old[first] ?? "", maxBytes: 40)
            let to = Sanitizer.line(modules[first] ?? "", maxBytes: 40)
            parts.append(
                moved.count == 1
                    ? "module \(name) goes from \(from) to \(to)"
                    : "\(Figures.count(moved.count)) modules have other versions: \(name) from \(from) to \(to) and "
                        + "\(Figures.count(moved.count - 1)) more")
        }
        func tell(_ names: [String], _ one: String, _ many: String) {
            guard let first = names.min() else { return }
            let name = Sanitizer.line(first, maxBytes: 60)
            let more = names.count > 1 ? " and \(Figures.count(names.count - 1)) more" : ""
            parts.append("\(Figures.counted(names.count, one, many)): \(name)\(more)")
        }
        tell(modules.keys.filter { old[$0] == nil }, "module is new", "modules are new")
        tell(old.keys.filter { modules[$0] == nil }, "module is gone", "modules are gone")
        guard !parts.isEmpty else { return [] }
        let mark = modules.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: "\n")
        return [change(.module, mark, parts.joined(separator: "; "), between: seen.at, now)]
    }

    func compare(_ list: ChangesReading.PatchList, at now: WallTime) -> [Change] {
        guard let seen = memory.patches else { return [] }
        let old = seen.value
        guard old.count != list.count || old.newestID != list.newestID else { return [] }
        let mark = "\(list.count) \(list.newestID)"
        let fresh = list.newest.filter { $0.id > old.newestID }
        // What was taken off the list meanwhile is more than the count tells.
        let added = max(fresh.count, list.count - old.count)
        var parts: [String] = []
        if added > 0 {
            let name = fresh.last.map { ": " + Sanitizer.line($0.name, maxBytes: 120) } ?? ""
            let more = added > 1 && !name.isEmpty ? " and \(Figures.count(added - 1)) more" : ""
            parts.append("\(Figures.counted(added, "patch is", "patches are")) applied\(name)\(more)")
        }
        let gone = old.count + added - list.count
        if gone > 0 {
            parts.append("\(Figures.counted(gone, "patch is", "patches are")) no longer on the list")
        }
        return [change(.patch, mark, parts.joined(separator: "; "), between: seen.at, now)]
    }
}
