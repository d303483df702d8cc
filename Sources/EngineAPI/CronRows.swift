package import Monitoring

/// The cron pane: a heartbeat for each source of cron, then the jobs.
package struct CronRows: Sendable, Codable, Hashable {
    package var heartbeats: [CronHeartbeat]
    package var jobs: [CronRow]

    package init() {
        heartbeats = []
        jobs = []
    }

    /// Those that some source brings, or is to.
    package var known: [CronHeartbeat] { heartbeats.filter { $0.readAt != nil || !$0.sources.isEmpty } }

    /// The first heartbeat, the only one of most stores.
    package var first: CronHeartbeat {
        get { heartbeats.first ?? CronHeartbeat() }
        set { heartbeats = [newValue] + heartbeats.dropFirst() }
    }

    package var judgement: Judgement {
        get { first.judgement }
        set { first.judgement = newValue }
    }
    package var readAt: Timestamp? {
        get { first.readAt }
        set { first.readAt = newValue }
    }
    package var sources: [String] {
        get { first.sources }
        set { first.sources = newValue }
    }
    package var lastBeat: WallTime? {
        get { first.lastBeat }
        set { first.lastBeat = newValue }
    }
    package var missedLastHour: Int? {
        get { first.missedLastHour }
        set { first.missedLastHour = newValue }
    }
    package var errorsLastHour: Int? {
        get { first.errorsLastHour }
        set { first.errorsLastHour = newValue }
    }
    package var aliveGroups: [String] {
        get { first.aliveGroups }
        set { first.aliveGroups = newValue }
    }
    package var silentGroups: [String] {
        get { first.silentGroups }
        set { first.silentGroups = newValue }
    }
}

/// Cron of one source as a whole, as a row that can be opened.
package struct CronHeartbeat: Row, Hashable {
    private static let name = "heartbeat"
    package static let id = EntityID(.cron, name)
    package static func id(in source: String) -> EntityID { EntityID(.cron, name, in: source) }
    package static func isHeartbeat(_ id: EntityID) -> Bool { id.kind == .cron && id.name == name }

    package var id: EntityID
    /// With its source where there are several.
    package var label = "heartbeat"
    package var judgement: Judgement
    package var readAt: Timestamp?
    package var sources: [String]
    /// When any job last gave a sign of life.
    package var lastBeat: WallTime?
    package var missedLastHour: Int?
    package var errorsLastHour: Int?
    /// Groups of which an every-minute job ran lately, and those of which none did.
    package var aliveGroups: [String]
    package var silentGroups: [String]

    package init(in source: String = "") {
        id = Self.id(in: source)
        judgement = Judgement(.unknown)
        sources = source.isEmpty ? [] : [source]
        aliveGroups = []
        silentGroups = []
    }
}

package struct CronRow: Row, Hashable {
    package var id: EntityID
    package var label: String
    package var judgement: Judgement
    package var readAt: Timestamp?
    package var sources: [String]
    package var group: String?
    /// From the table or from our own memory, whichever is newer.
    package var lastSuccess: WallTime?
    package var runningSince: WallTime?
    package var lock: CronJobReading.Lock
    package var missedLastHour: Int?
    package var errorsLastHour: Int?
    package var lastError: String?
    package var nextDue: WallTime?
    package var overdueSince: WallTime?
    package var usualSeconds: Double?

    /// Job `code` of `source`. A job that is called like the heartbeat gets a name that none has.
    package static func id(_ code: String, in source: String = "") -> EntityID {
        var plain = code[...]
        while plain.hasSuffix(" (job)") { plain = plain.dropLast(6) }
        return EntityID(.cron, plain == CronHeartbeat.id.name ? code + " (job)" : code, in: source)
    }

    package init(code: String, judgement: Judgement, sources: [String] = [], in source: String = "") {
        id = Self.id(code, in: source)
        label = code
        self.judgement = judgement
        self.sources = sources
        lock = .unknown
    }
}
