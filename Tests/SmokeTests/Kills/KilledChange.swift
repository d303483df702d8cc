import Documents
import Platform
import TestSupport

/// What the audit log says of one change.
struct KilledChange {
    var id: String
    var flag: String
    var from: Bool
    var to: Bool
    /// `intent`, `started`, then its ends, each with the second it was written in and its words.
    var phases: [(name: String, at: String, words: String)] = []

    /// Said for good; `unknown` is said while it is not known.
    var ends: [(name: String, at: String, words: String)] {
        phases.filter { !["intent", "started", "ending", "unknown"].contains($0.name) }
    }
    var isStarted: Bool { phases.contains { $0.name == "started" } }
    /// The last word on it: what the flag is then; nil while that is not known.
    var leaves: Bool? {
        switch ends.last?.name {
        case "confirmed", "saved": to
        case "refused": from
        default: nil
        }
    }

    /// Every change on record, the oldest first; a line that a kill tore is none.
    static func all(in store: KilledStore) throws -> [KilledChange] {
        guard try Files.facts(store.kept("audit.jsonl")) != nil else { return [] }
        var changes: [KilledChange] = []
        for line in try Files.read(store.kept("audit.jsonl"), limit: 64 << 20).split(separator: 0x0A) {
            guard let record = try? JSON.read(Array(line), name: "audit"),
                let id = record["op_id"]?.string, !id.isEmpty, let flag = record["flag"]?.string,
                let phase = record["phase"]?.string, let from = record["from"]?.string,
                let to = record["to"]?.string
            else { continue }
            if !changes.contains(where: { $0.id == id }) {
                changes.append(KilledChange(id: id, flag: flag, from: from == "ON", to: to == "ON"))
            }
            let place = changes.firstIndex { $0.id == id } ?? 0
            changes[place].phases.append(
                (phase, record["ts"]?.string ?? "", record["result"]?.string ?? ""))
        }
        return changes
    }
}

/// How a flag is labelled.
struct FlagLabel {
    var value: String
    var progress: String
    var changedBy: String?
    var changedAt: String?

    /// By name, as `status` says it beside the console that keeps the environment.
    static func all(of store: KilledStore) async throws -> [String: FlagLabel] {
        let look = try await store.run("status", "--json")
        let document = try JSON.read(look.output, name: "status")
        var labels: [String: FlagLabel] = [:]
        for row in document["flags"]?.elements ?? [] {
            guard let name = row["name"]?.string else { continue }
            labels[name] = FlagLabel(
                value: row["value"]?.string ?? "", progress: row["progress"]?.string ?? "",
                changedBy: row["changedBy"]?.string, changedAt: row["changedAt"]?.string)
        }
        return labels
    }
}
