import Engine
import FeatureFlags
import Monitoring
package import Platform
import Text

/// The audit log read from its first byte to its last, and what is wrong with it.
package struct AuditChain: Sendable {
    /// A line that cannot be trusted, and why.
    package struct Fault: Hashable, Sendable {
        /// Counts from 1.
        package var line: Int
        package var what: String
    }

    package private(set) var faults: [Fault] = []
    /// Lines whose own checksum is right, in order.
    private(set) var records: [(line: Int, record: AuditRecord)] = []
    /// Number and SHA-256 of the last line; 0 and zeros for an empty log.
    private(set) var lastSeq = 0
    private(set) var lastHash = AuditRecord.noPrevious
    /// Where a last line without a newline or with a wrong checksum begins.
    package private(set) var tornAt: Int?
    private(set) var endsWithNewline = true

    package var count: Int { records.count }

    /// Reads a whole log. Throws only when SHA-256 is not to be had.
    package init(_ bytes: [UInt8]) throws(SystemError) {
        var start = 0
        var number = 0
        var torn: Torn?
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            number += 1
            endsWithNewline = end < bytes.count
            let line = bytes[start..<end]
            try add(line, number: number, offset: start, isWhole: endsWithNewline, torn: &torn)
            start = end + 1
        }
        // Only the end may be torn and not yet said to be: a crash or a full disk while it was written.
        tornAt = torn?.offset
    }

    /// Lines that are not whole, one behind the other: on a full disk the record that names a torn one is torn too.
    private struct Torn {
        var lines: ClosedRange<Int>
        /// Where the first begins.
        var offset: Int
        /// The last of them has no end. One that was changed has.
        var isBrokenOff: Bool
    }

    private mutating func add(
        _ line: ArraySlice<UInt8>, number: Int, offset: Int, isWhole: Bool, torn: inout Torn?
    ) throws(SystemError) {
        guard isWhole, let record = AuditRecord(line: line) else {
            if let earlier = torn, !earlier.isBrokenOff {
                report(earlier)
                torn = nil
            }
            torn = Torn(
                lines: (torn?.lines.lowerBound ?? number)...number, offset: torn?.offset ?? offset,
                isBrokenOff: line.last != UInt8(ascii: "}"))
            lastHash = try Hash.sha256(Array(line))
            return
        }
        if let earlier = torn {
            let isSaid =
                record.phase == AuditRecord.recovered
                && record.result == "torn record at byte \(earlier.offset)"
            if !isSaid { report(earlier) }
            torn = nil
        }
        if record.prev != lastHash {
            report(number, "it does not follow line \(number - 1): a line was changed, added or removed")
        }
        if record.seq != lastSeq + 1 {
            report(number, "its number is \(record.seq), \(lastSeq + 1) was due")
        }
        records.append((number, record))
        lastSeq = record.seq
        lastHash = try Hash.sha256(Array(line))
    }

    private mutating func report(_ torn: Torn) {
        for line in torn.lines { report(line, "its checksum is wrong") }
    }

    private mutating func report(_ line: Int, _ what: String) {
        faults.append(Fault(line: line, what: what))
    }

    /// Compares the end of the log with the anchor kept beside it: a shorter chain is valid in itself.
    package mutating func compare(with anchor: AuditAnchor?) {
        guard let anchor else {
            if !records.isEmpty { report(count, "there is no anchor beside the log, its end is not proved") }
            return
        }
        if let anchored = records.first(where: { $0.record.seq == anchor.seq }) {
            let next = records.first { $0.record.seq == anchor.seq + 1 }
            let hash = next?.record.prev ?? lastHash
            if hash != anchor.sha256 {
                report(anchored.line, "it is not the record that was anchored")
            }
            // One record may be newer: a crash between the record and its anchor.
            if lastSeq > anchor.seq + 1 {
                report(
                    anchored.line + 1,
                    "\(Figures.counted(lastSeq - anchor.seq, "record follows", "records follow")) the anchored one"
                )
            }
        } else {
            report(count + 1, "record \(anchor.seq) was written and is gone: the end was cut off")
        }
    }

    /// Changes that were meant or sent, and of which no record says how they ended; oldest first.
    var unfinished: [UnfinishedChange] {
        var last: [String: AuditRecord] = [:]
        for (_, record) in records where !record.op_id.isEmpty { last[record.op_id] = record }
        return last.values.sorted { $0.seq < $1.seq }.compactMap { record in
            guard let phase = AuditEntry.Phase(rawValue: record.phase), phase.isOpen else { return nil }
            return UnfinishedChange(
                record.change, by: record.person, phase: phase,
                writer: phase == .started ? ProcessMark(record.result) : nil)
        }
    }

    /// One line a record, for people; nothing in it reaches a terminal raw.
    package func lines(flag: String? = nil) -> [String] {
        records.map(\.record).filter { flag == nil || $0.flag == flag }.map { record in
            var parts = ["\(record.ts)  \(record.login)@\(record.host)"]
            if let sudo = record.sudo_user { parts[0] += " (\(sudo) by sudo)" }
            if !record.ssh_client.isEmpty { parts[0] += " from \(record.ssh_client)" }
            parts.append(record.phase)
            if !record.flag.isEmpty {
                parts.append(
                    "\(record.env)  \(record.flag) (\(record.backend))  \(record.from) to \(record.to)")
            }
            if !record.reason.isEmpty { parts.append("reason: \(record.reason)") }
            if !record.result.isEmpty { parts.append(record.result) }
            return Sanitizer.line(parts.joined(separator: "  "))
        }
    }
}
