/// What tells one process from any other of the same number, also for a process that comes later.
package struct ProcessMark: Hashable, Sendable, Codable {
    package var pid: Int32
    /// Clock ticks after the system's start.
    package var startTicks: UInt64
    package var bootID: String

    package init(pid: Int32, startTicks: UInt64, bootID: String) {
        self.pid = pid
        self.startTicks = startTicks
        self.bootID = bootID
    }

    /// When it began; nil in another boot than `now`.
    package func began(asOf now: Timestamp) -> Timestamp? {
        guard bootID == now.bootID else { return nil }
        // To programs the kernel counts hundredths of a second (proc(5), USER_HZ), from `CLOCK_BOOTTIME`.
        return now.earlier(bySeconds: now.boot.inSeconds - Double(startTicks) / 100)
    }

    /// As it stands on record: `pid 4242, start 123456, boot 5f…`.
    package var text: String { "pid \(pid), start \(startTicks), boot \(bootID)" }

    /// Reads `text`; nil when it is none.
    package init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        func part(_ place: Int, _ name: String) -> Substring? {
            let lead = (place == 0 ? "" : " ") + name + " "
            return parts.count == 3 && parts[place].hasPrefix(lead) ? parts[place].dropFirst(lead.count) : nil
        }
        guard let pid = part(0, "pid").flatMap({ Int32($0) }), pid > 0,
            let ticks = part(1, "start").flatMap({ UInt64($0) }), let boot = part(2, "boot"), !boot.isEmpty
        else { return nil }
        self.init(pid: pid, startTicks: ticks, bootID: String(boot))
    }
}
