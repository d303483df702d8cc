package import EngineAPI
import Monitoring
import Text

/// Which entity a look is narrowed to: `queue:erp.order` as a row says it or as its server has it, or the
/// exact key. Names are compared as bytes.
package struct EntityFilter: Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    func matches(_ row: any Row) -> Bool {
        [row.id.key, row.id.description, row.checkID].contains { ExactName.same($0, text) }
    }
}

extension Snapshot {
    /// Each row there is, in the order of a report.
    var allRows: [any Row] { cron.known + sources + queues + integrations + cron.jobs + indexers + flags }

    /// What concerns the entities that match, and nothing else.
    package func narrowed(to filter: EntityFilter) -> Snapshot {
        var narrow = self
        narrow.cron.heartbeats = cron.known.filter(filter.matches)
        narrow.sources = sources.filter(filter.matches)
        narrow.queues = queues.filter(filter.matches)
        narrow.integrations = integrations.filter(filter.matches)
        narrow.cron.jobs = cron.jobs.filter(filter.matches)
        narrow.indexers = indexers.filter(filter.matches)
        narrow.flags = flags.filter(filter.matches)
        let ids = Set(narrow.allRows.map(\.id))
        narrow.assessments = assessments.filter { ids.contains($0.entity) }
        narrow.alerts = alerts.filter { ids.contains($0.entity) }
        narrow.pending = pending.filter { ids.contains($0.entity) }
        narrow.pendingCount = narrow.pending.count
        return narrow
    }

    /// Why nothing is called so, one sentence; nil when something is.
    package func complaint(about filter: EntityFilter) -> String? {
        let rows = allRows
        if rows.contains(where: filter.matches) { return nil }
        let name = Sanitizer.line(filter.text, maxBytes: 200)
        let store = Sanitizer.line(environment.name, maxBytes: 64)
        let unread = sources.filter { source in source.probes.contains { $0.readAt == nil } }
        if !unread.isEmpty {
            return "nothing that was read in \(store) is called \(name); not read: "
                + unread.map(\.label).joined(separator: ", ")
        }
        let near = Nearest.to(filter.text, among: rows.map(\.checkID)).map { ", did you mean \($0)?" }
        return "there is no \(name) in \(store)" + (near ?? "; `hypercare status --json` names all there is")
    }
}

extension Row {
    /// `queue:erp.order`: its kind and what the screen calls it.
    var checkID: String { "\(id.kind.rawValue):\(label)" }
}
