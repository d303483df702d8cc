/// One run of a job that came to an end, as its row tells it and as it was seen to.
package struct CronRun: Hashable, Sendable, Codable {
    package enum End: String, Sendable, Codable {
        case success
        /// It said why.
        case error
        /// An error without a message, or a row that runs with nobody holding its lock: the process died.
        case killed
        /// Cron declared that it is too late for it; there is no time of that in the table.
        case missed
    }

    package var end: End
    /// `schedule_id`
    package var id: UInt64
    /// `scheduled_at`
    package var due: WallTime?
    /// `executed_at`
    package var started: WallTime?
    /// `finished_at`; a success alone has it.
    package var ended: WallTime?
    /// The last read that saw it not ended yet; nil when none did.
    package var seenOpen: WallTime?
    /// The first read that saw it ended.
    package var seenEnded: WallTime?
    /// `messages` of an error, one sanitised line.
    package var message: String?

    package init(
        _ end: End, id: UInt64 = 0, due: WallTime? = nil, started: WallTime? = nil, ended: WallTime? = nil
    ) {
        self.end = end
        self.id = id
        self.due = due
        self.started = started
        self.ended = ended
    }

    package static func isSame(_ left: CronRun, _ right: CronRun) -> Bool {
        left.id == right.id && left.due == right.due && left.id != 0
    }

    /// When it ended, as well as is known: what the table has no time for is not before the read that saw it
    /// open.
    package var happened: WallTime? {
        switch end {
        case .success: ended ?? started ?? due
        case .error, .killed: started.map { max($0, seenOpen ?? $0) } ?? declared
        case .missed: declared
        }
    }

    private var declared: WallTime? { [seenOpen, due].compactMap { $0 }.max() }

    /// Of two runs that ended alike, the later one. One job's runs do not overlap.
    package static func later(_ left: CronRun?, _ right: CronRun?) -> CronRun? {
        guard let left, let right else { return left ?? right }
        return left.precedes(right) ? right : left
    }

    /// Of two runs of one job that ended alike.
    package static func isLater(_ run: CronRun, than other: CronRun) -> Bool { other.precedes(run) }

    private func precedes(_ other: CronRun) -> Bool {
        let none = WallTime(milliseconds: .min)
        let (mine, theirs) = (happened ?? none, other.happened ?? none)
        if mine != theirs { return mine < theirs }
        if due != other.due { return due ?? none < other.due ?? none }
        if id != other.id { return id < other.id }
        // The same run: what its row says goes before what its lock did.
        return end == .killed && other.end == .error
    }

    /// This failure is what the job's newest run came to: no success has followed it.
    package func follows(_ success: CronRun?) -> Bool {
        guard let success else { return true }
        if Self.isSame(self, success) { return false }
        if let started, let other = success.started {
            return started == other ? id > success.id : started > other
        }
        guard let happened, let ended = success.ended ?? success.started else { return true }
        // Declared between two reads: which came first is not known where the success ended between them too.
        if let seenOpen, ended <= seenOpen { return true }
        if let seenEnded, let began = success.started, began > seenEnded { return false }
        if seenOpen == nil, let began = success.started, began >= happened { return false }
        guard let due, let other = success.due else { return ended <= happened }
        return due > other
    }
}
