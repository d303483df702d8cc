internal import CSystem
package import Monitoring

extension ProcessMark {
    static let noSuchProcess: Int32 = 3

    /// This very process.
    package static func ofThisProcess() throws(SystemError) -> ProcessMark {
        guard let ticks = startTicks(try Files.read("/proc/self/stat", limit: 4096)) else {
            throw SystemError("read", "/proc/self/stat")
        }
        return ProcessMark(pid: system_process(), startTicks: ticks, bootID: try bootID())
    }

    /// Whether that very process still runs. One that cannot be looked at, as where no descriptor is to be had or
    /// another's processes are hidden, may.
    package var isRunning: Bool {
        guard pid > 0, system_signal(pid, 0) != -Self.noSuchProcess else { return false }
        if let bootID = try? Self.bootID(), bootID != self.bootID { return false }
        guard let bytes = try? Files.read("/proc/\(pid)/stat", limit: 4096) else { return true }
        return Self.startTicks(bytes) == startTicks
    }

    static func bootID() throws(SystemError) -> String {
        let text = try Files.read("/proc/sys/kernel/random/boot_id", limit: 64)
        return String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// Nil when it has ended and waits to be reaped.
    static func startTicks(_ bytes: [UInt8]) -> UInt64? {
        // The name may hold anything, and ends with the last bracket.
        guard let name = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = bytes[(name + 1)...].split(separator: UInt8(ascii: " "))
        // proc(5): state is field 3, starttime field 22.
        guard fields.count > 19, fields[0].first != UInt8(ascii: "Z") else { return nil }
        return UInt64(String(decoding: fields[19], as: UTF8.self))
    }
}
