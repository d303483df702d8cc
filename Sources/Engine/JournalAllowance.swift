import Monitoring

/// How much the journal takes in a minute. A server that invents names has an event told of each, and without a limit
/// it would have written the journal full within 90 s, and the night before out of it.
struct JournalAllowance {
    /// Bytes of names and texts: some 800 events of usual names. The 8 MB of a journal file last half an hour at the
    /// least, and the file before it as long again.
    static let bytesPerMinute = 256 << 10

    private var minute: Int64?
    private var used = 0
    private var leftOut = 0

    /// Whether an event of so many bytes may be written.
    mutating func take(_ bytes: Int, at now: WallTime) -> Bool {
        let current = now.milliseconds / 60_000
        if minute != current { (minute, used) = (current, 0) }
        let (sum, isOver) = used.addingReportingOverflow(bytes)
        guard !isOver, sum <= Self.bytesPerMinute else {
            leaveOut(1)
            return false
        }
        used = sum
        return true
    }

    mutating func leaveOut(_ count: Int) { leftOut &+= count }

    /// How many were left out in a minute that is over at `now`, once; nil: all there are.
    mutating func takeLeftOut(at now: WallTime?) -> Int {
        if let now, minute == now.milliseconds / 60_000 { return 0 }
        defer { leftOut = 0 }
        return leftOut
    }
}
