package import Monitoring
package import Platform

/// Follows one local file through rename and create, copy and truncate, and through being away.
///
/// No byte is handed over twice: a file is known again by its identity and by its content. When more came
/// between two reads than the budget, the oldest lines are counted and left out.
package struct LogTail: ~Copyable {
    /// What one read found beside the lines.
    package struct Report: Sendable, Hashable {
        package var bytes = 0
        /// Lines left out because too many came at once.
        package var skipped = Count(0)
        /// The file was cut while it was followed: lines written shortly before are lost.
        package var wasTruncated = false
        /// Nothing is at the path; once is what a rotation looks like.
        package var isAway = false
        /// Bytes that are still to be read: the time for this read was over.
        package var behind: Int64 = 0
        /// At the first look: since when everything is read.
        package var since: WallTime?
    }

    /// Left out beyond this many bytes, lines are no longer counted one by one.
    private static let countingLimit: Int64 = 256 << 20
    private static let mostRotated = 8
    private static let mostMarks = 32

    package let path: String
    private let lookBack: LookBack?
    /// Bytes of one file read at once.
    private let budget: Int64
    private var hasLooked = false
    /// Reads in a row that found nothing at the path.
    private var awayReads = 0
    private var numbers = 0
    private var current: OpenLog?
    /// The files that were at the path before, the oldest first; a writer may still hold them.
    private var rotated: [OpenLog] = []
    /// Of these the ones that a first look has just found.
    private var earlierLeft: [OpenLog] = []
    private var marks: [OpenLog.Mark] = []
    /// When the current file was last written, by its file system.
    private var modified: Int64 = 0

    /// Without a `lookBack` it begins at the end of the file.
    package init(_ path: String, lookBack: LookBack? = nil, budget: Int = 32 << 20) {
        self.path = path
        self.lookBack = lookBack
        self.budget = max(Int64(budget), Int64(OpenLog.chunk), lookBack?.most ?? 0)
    }

    /// Hands over every line that was completed since the read before, with the number of its file, and the
    /// number of each file that has ended. Throws when the file cannot be opened or has been away for two
    /// reads; what it held until then has been handed over. `isOver` is asked between chunks.
    package mutating func read(
        at now: Timestamp, isOver: () -> Bool = { false }, _ take: (LogLine, _ file: Int) -> Void,
        ended: (_ file: Int) -> Void = { _ in }
    ) throws(SystemError) -> Report {
        var report = Report()
        let facts = try Files.facts(path, links: .followed)
        if let facts, let log = current, log.identity != facts.identity {
            rotated.append(log)
            current = nil
            try addMissed(but: facts.identity, now)
        }
        for log in rotated { try drain(log, &report, now, isOver, take) }
        if current == nil, facts != nil { current = try open(now, &report) }
        for log in earlierLeft { try drain(log, &report, now, isOver, take) }
        earlierLeft = []
        hasLooked = true
        if let current {
            try drain(current, &report, now, isOver, take)
            modified = try current.file.facts().modified
        }
        try letGo(now, take, ended)
        if facts == nil {
            report.isAway = true
            if current == nil || awayReads > 0 {
                awayReads &+= 1
                throw SystemError("open", path, code: SystemError.notFound)
            }
            awayReads = 1
        } else {
            awayReads = 0
        }
        return report
    }

    // MARK: Files

    private mutating func open(_ now: Timestamp, _ report: inout Report) throws(SystemError) -> OpenLog {
        let file = try Files.open(path, links: .followed)
        let facts = try file.facts()
        if let index = rotated.firstIndex(where: { $0.identity == facts.identity }) {
            return rotated.remove(at: index)
        }
        guard !hasLooked else { return known(file, facts, now) }
        let start: LookBack.Start
        if let lookBack {
            start = try lookBack.start(in: file, size: facts.size, at: now.wall)
        } else {
            start = try LookBack.end(of: file, size: facts.size, at: now.wall)
        }
        report.since = start.since
        if let lookBack, start.offset == 0 { try addEarlier(than: start, facts, lookBack, now, &report) }
        return make(file, facts.identity, offset: start.offset, now)
    }

    /// The rest of the hour is in the files that were at the path before: beside it, of its name, and ended
    /// before the next one began, which no copy of it has.
    private mutating func addEarlier(
        than first: LookBack.Start, _ facts: FileFacts, _ lookBack: LookBack, _ now: Timestamp,
        _ report: inout Report
    ) throws(SystemError) {
        var since = first.since
        var heads = [try Files.open(path, links: .followed).read(at: 0, limit: OpenLog.markSize)]
        var earlier: [(path: String, identity: FileFacts.Identity, offset: Int64)] = []
        let hour = now.wall.advanced(bySeconds: -LookBack.span)
        for beside in siblings(but: facts.identity).sorted(by: { $0.facts.modified > $1.facts.modified }) {
            guard since > hour, earlier.count < Self.mostRotated else { break }
            guard let file = try? Files.open(beside.path),
                let last = try? lookBack.lastTime(in: file, size: beside.facts.size), last <= since,
                last >= hour, let head = try? file.read(at: 0, limit: OpenLog.markSize),
                !heads.contains(head),
                let start = try? lookBack.start(in: file, size: beside.facts.size, at: now.wall)
            else { continue }
            heads.append(head)
            earlier.append((beside.path, beside.facts.identity, start.offset))
            since = min(since, start.since)
            if start.offset > 0 { break }
        }
        report.since = since
        for older in earlier.reversed() {
            guard let file = try? Files.open(older.path), try file.facts().identity == older.identity else {
                continue
            }
            let log = make(file, older.identity, offset: older.offset, now)
            rotated.append(log)
            earlierLeft.append(log)
        }
    }

    /// A file that was not followed until now, at the place up to which it, or what it is a copy of, was read.
    private mutating func known(
        _ file: consuming FileDescriptor, _ facts: FileFacts, _ now: Timestamp
    ) -> OpenLog {
        let log = make(file, facts.identity, offset: 0, now)
        let all = marks + ([current].compactMap(\.self) + rotated).compactMap(\.mark)
        if let mark = all.last(where: { log.holds($0, size: facts.size) }) { log.resume(mark) }
        return log
    }

    private mutating func make(
        _ file: consuming FileDescriptor, _ identity: FileFacts.Identity, offset: Int64, _ now: Timestamp
    ) -> OpenLog {
        numbers += 1
        let log = OpenLog(file, identity: identity, number: numbers, offset: offset)
        log.grewAt = now.boot
        return log
    }

    /// Files that came and went at the path between two reads: beside it, of its name, not followed, and
    /// written after what was last read.
    private mutating func addMissed(but newest: FileFacts.Identity, _ now: Timestamp) throws(SystemError) {
        var missed: [(log: OpenLog, modified: Int64)] = []
        for beside in siblings(but: newest) where beside.facts.modified >= modified {
            guard let file = try? Files.open(beside.path) else { continue }
            missed.append((known(file, beside.facts, now), beside.facts.modified))
        }
        rotated += missed.sorted { $0.modified < $1.modified }.map(\.log)
    }

    private func siblings(but newest: FileFacts.Identity?) -> [(path: String, facts: FileFacts)] {
        guard let slash = path.lastIndex(of: "/") else { return [] }
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        let name = String(path[path.index(after: slash)...])
        guard let names = try? Files.names(in: folder, startingWith: name) else { return [] }
        let packed = [".gz", ".bz2", ".xz", ".zst"]
        return names.compactMap { other in
            let place = "\(folder == "/" ? "" : folder)/\(other)"
            guard other != name, !packed.contains(where: { other.hasSuffix($0) }),
                let facts = try? Files.facts(place), facts.kind == .regular, facts.identity != newest,
                facts.identity != current?.identity,
                !rotated.contains(where: { $0.identity == facts.identity })
            else { return nil }
            return (place, facts)
        }
    }

    /// A writer goes on in a rotated file until it opens its log anew, a consumer for hours. A file that was
    /// removed keeps its room on the disk while it is open here, so that one is let go soon.
    private mutating func letGo(
        _ now: Timestamp, _ take: (LogLine, Int) -> Void, _ ended: (Int) -> Void
    ) throws(SystemError) {
        var kept: [OpenLog] = []
        for index in rotated.indices {
            let log = rotated[index]
            let links = try log.file.facts().links
            let patience = Duration.seconds(links > 0 ? 3600 : 60)
            if now.boot - log.grewAt < patience, rotated.count - index <= Self.mostRotated {
                kept.append(log)
                continue
            }
            remember(log)
            if log.splitter.isInsideLine { log.splitter.finish { take($0, log.number) } }
            ended(log.number)
        }
        rotated = kept
    }

    private mutating func remember(_ log: OpenLog) {
        guard let mark = log.mark else { return }
        marks.append(mark)
        if marks.count > Self.mostMarks { marks.removeFirst() }
    }

    // MARK: Bytes

    private mutating func drain(
        _ log: OpenLog, _ report: inout Report, _ now: Timestamp, _ isOver: () -> Bool,
        _ take: (LogLine, Int) -> Void
    ) throws(SystemError) {
        let end = try log.file.facts().size
        if try log.wasCut(size: end) { try restart(log, &report, now, take) }
        if end - log.offset > budget { try skip(log, to: end - budget, &report) }
        if log.offset < end { log.grewAt = now.boot }
        while log.offset < end {
            if isOver() {
                report.behind += end - log.offset
                return
            }
            let bytes = try log.next(upTo: end)
            if bytes.isEmpty { return }
            report.bytes += bytes.count
            log.feed(bytes) { take($0, log.number) }
        }
    }

    /// Goes back to the beginning of a file that was cut. What was written to it since the read before is in
    /// its copy, where there is one, and lost where there is none.
    private mutating func restart(
        _ log: OpenLog, _ report: inout Report, _ now: Timestamp, _ take: (LogLine, Int) -> Void
    ) throws(SystemError) {
        report.wasTruncated = true
        // Its first bytes are gone: it is known by what stood before the place alone.
        let mark = OpenLog.Mark(
            identity: log.identity, head: [], offset: log.offset, before: log.before)
        let rest = log.splitter
        log.move(to: 0)
        log.isSkippingLine = false
        guard !mark.before.isEmpty else { return }
        for beside in siblings(but: log.identity) {
            guard let file = try? Files.open(beside.path) else { continue }
            let copy = OpenLog(file, identity: beside.facts.identity, number: log.number, offset: 0)
            guard copy.holds(mark, size: beside.facts.size) else { continue }
            copy.resume(mark)
            copy.splitter = rest
            report.wasTruncated = false
            try drain(copy, &report, now, { false }, take)
            if copy.splitter.isInsideLine { copy.splitter.finish { take($0, log.number) } }
            remember(copy)
            return
        }
    }

    /// Leaves out the bytes before `target` and counts the lines in them, with the one `target` falls into.
    private func skip(_ log: OpenLog, to target: Int64, _ report: inout Report) throws(SystemError) {
        var lines = 0
        var last = UInt8(ascii: "\n")
        let countable = min(target, log.offset + Self.countingLimit)
        while log.offset < countable {
            let bytes = try log.next(upTo: countable)
            guard let end = bytes.last else { break }
            report.bytes += bytes.count
            for byte in bytes where byte == UInt8(ascii: "\n") { lines &+= 1 }
            last = end
        }
        let isBound = log.offset < target
        log.move(to: target)
        log.isSkippingLine = isBound || last != UInt8(ascii: "\n")
        report.skipped = report.skipped + Count(lines + (log.isSkippingLine ? 1 : 0), isBound: isBound)
    }
}
