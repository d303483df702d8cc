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
    /// Where each number of the chain stands, and the SHA-256 of its line.
    private(set) var links: [Int: (line: Int, sha256: String)] = [:]
    /// The greatest format among records of a newer hypercare; nil when there are none.
    package private(set) var newer: Int?
    private var newerCount = 0
    /// Number and SHA-256 of the last line; 0 and zeros for an empty log.
    private(set) var lastSeq = 0
    private(set) var lastHash = AuditRecord.noPrevious
    /// Where a last line without a newline or with a wrong checksum begins.
    package private(set) var tornAt: Int?
    private(set) var endsWithNewline = true
    /// Bytes of the last line, torn or not, with its newline.
    private(set) var lastLine = 0

    package var count: Int { records.count + newerCount }

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
            lastLine = line.count + (endsWithNewline ? 1 : 0)
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
        guard isWhole, let read = AuditRecord.read(line) else {
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
        let (seq, prev): (Int, String)
        var isSaid = false
        switch read {
        case .record(let record):
            (seq, prev) = (record.seq, record.prev)
            isSaid =
                record.phase == AuditRecord.recovered
                && record.result == "torn record at byte \(torn?.offset ?? -1)"
            records.append((number, record))
        case .newer(let format, let itsSeq, let itsPrev):
            (seq, prev) = (itsSeq, itsPrev)
            newer = max(newer ?? 0, format)
            newerCount += 1
        }
        if let earlier = torn {
            if !isSaid { report(earlier) }
            torn = nil
        }
        if prev != lastHash {
            report(number, "it does not follow line \(number - 1): a line was changed, added or removed")
        }
        if !lastSeq.isFollowed(by: seq) {
            report(number, "its number is \(seq), the one before it is \(lastSeq)")
        }
        lastSeq = seq
        lastHash = try Hash.sha256(Array(line))
        links[seq] = (number, lastHash)
    }

    private mutating func report(_ torn: Torn) {
        for line in torn.lines { report(line, "its checksum is wrong") }
    }

    private mutating func report(_ line: Int, _ what: String) {
        faults.append(Fault(line: line, what: what))
    }

    /// Compares the end of the log with the anchor kept beside it: a shorter chain is valid in itself.
    package mutating func compare(with anchor: AuditAnchor.Found) {
        if let breach = breach(of: anchor) { faults.append(breach) }
    }

    /// Compares the log with what stands of it in a place that its owner cannot change: a chain made anew is as
    /// whole as any. Answers how many marks agree.
    package mutating func compare(with marks: [AuditMark], in place: String) -> Int {
        var agreeing = 0
        var lost: Int?
        var changed: Set<Int> = []
        for mark in marks {
            guard let link = links[mark.seq] else {
                lost = max(lost ?? mark.seq, mark.seq)
                continue
            }
            if link.sha256 == mark.sha256 { agreeing += 1 } else { changed.insert(link.line) }
        }
        for line in changed.sorted().prefix(5) {
            report(
                line,
                "it is not the record that is anchored in \(place): the log was made anew, or moved away")
        }
        if let lost { report(count + 1, "record \(lost) is anchored in \(place) and is gone") }
        return agreeing
    }

    func holds(_ record: AuditAnchor) -> Bool { links[record.seq]?.sha256 == record.sha256 }

    /// The anchor that the last whole record should have; nil where there is no record.
    var anchorOfLast: AuditAnchor? {
        links[lastSeq].map { AuditAnchor(seq: lastSeq, sha256: $0.sha256) }
    }

    /// How the log is not the one that was anchored; nil when it is. One record may be newer than its anchor: a
    /// crash came between them.
    func breach(of found: AuditAnchor.Found) -> Fault? {
        switch found {
        case .none:
            guard lastSeq > 1 else { return nil }
            return Fault(line: count, what: "there is no anchor beside the log, its end is not proved")
        case .newer(let version):
            return Fault(line: count, what: "its anchor is of a newer hypercare (format \(version))")
        case .damaged: return Fault(line: count, what: "its anchor is damaged, its end is not proved")
        case .anchor(let anchor):
            guard let link = links[anchor.seq] else {
                guard anchor.seq > 0 else { return nil }
                return Fault(
                    line: count + 1, what: "record \(anchor.seq) was written and is gone: the end was cut off"
                )
            }
            if link.sha256 != anchor.sha256 {
                return Fault(line: link.line, what: "it is not the record that was anchored")
            }
            let (more, isOver) = lastSeq.subtractingReportingOverflow(anchor.seq)
            guard isOver || more > 1 else { return nil }
            return Fault(
                line: link.line + 1,
                what: "\(Figures.counted(more, "record follows", "records follow")) the anchored one")
        }
    }

    /// What it says of changes.
    var recorded: RecordedChanges {
        var ended = EndedChanges()
        for (_, record) in records { if let end = record.end { ended.add(end) } }
        return RecordedChanges(
            unfinished: newest(where: \.isOpen), interrupted: newest { $0 == .finishing }, ended: ended.all)
    }

    /// Changes whose newest record is so, oldest first.
    private func newest(where isWanted: (AuditEntry.Phase) -> Bool) -> [UnfinishedChange] {
        var last: [String: AuditRecord] = [:]
        for (_, record) in records where !record.op_id.isEmpty { last[record.op_id] = record }
        return last.values.sorted { $0.seq < $1.seq }.compactMap { record in
            guard let phase = AuditEntry.Phase(rawValue: record.phase), isWanted(phase) else { return nil }
            return UnfinishedChange(
                record.change, by: record.person, phase: phase,
                writer: phase == .started || phase == .ending ? ProcessMark(record.result) : nil,
                why: phase == .unknown ? record.result : nil,
                since: phase == .unknown ? record.second : nil)
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
            if let command = record.command {
                parts.append("\(record.env)  \(record.entity ?? "")  \(OwnCommand.line(command))")
            }
            if !record.reason.isEmpty { parts.append("reason: \(record.reason)") }
            if !record.result.isEmpty { parts.append(record.result) }
            return Sanitizer.line(parts.joined(separator: "  "))
        }
    }
}

extension Int {
    fileprivate func isFollowed(by next: Int) -> Bool {
        let (due, isOver) = addingReportingOverflow(1)
        return !isOver && due == next
    }
}
