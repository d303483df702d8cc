package import Monitoring
package import Platform

/// Follows one local file through rename and create, copy and truncate, and through being away.
///
/// Nothing is handed over twice. What was there at the first look is history; only its end is read. When
/// more came between two reads than the budget, the oldest lines are counted and left out.
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
    }

    /// A file with the place it has been read to.
    private struct Place: ~Copyable {
        let file: FileDescriptor
        let identity: FileFacts.Identity
        var offset: Int64
        /// Up to here the file is history.
        var historyEnd: Int64
        /// Everything up to the next line end is the rest of a line that is left out.
        var isSkippingLine = false
        var splitter = LineSplitter()
        /// The bytes before `offset`: when they have changed, the file was truncated and has grown again.
        var fingerprint: ArraySlice<UInt8> = []
        var quietReads = 0
    }

    private static let chunk = 64 * 1024
    private static let fingerprintSize = 32
    /// Left out beyond this many bytes, lines are no longer counted one by one.
    private static let countingLimit: Int64 = 256 << 20

    package let path: String
    /// Bytes of history that are looked through at the first read.
    private let lookBack: Int64
    /// Bytes of one file read at once.
    private let budget: Int64
    private var hasLooked = false
    /// Reads in a row that found nothing at the path.
    private var awayReads = 0
    private var current: Place?
    /// The file that was at the path before; its writer may still hold it.
    private var rotated: Place?

    package init(_ path: String, lookBack: Int = 256 << 10, budget: Int = 32 << 20) {
        self.path = path
        self.lookBack = Int64(max(0, lookBack))
        self.budget = Int64(max(Self.chunk, budget))
    }

    /// Hands over every line that was completed since the read before. Throws when the file cannot be opened
    /// or has been away for two reads; what it held until then has been handed over.
    package mutating func read(
        _ take: (LogLine, _ isHistory: Bool) -> Void
    ) throws(SystemError) -> Report {
        var report = Report()
        let facts = try Files.facts(path)
        if let facts, let identity = current?.identity, identity != facts.identity {
            try drainRotated(isLast: true, &report, take)
            rotated = current.take()
        }
        try drainRotated(isLast: false, &report, take)
        if current == nil, facts != nil { current = try open() }
        hasLooked = true
        if current != nil { try drainCurrent(&report, take) }
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

    private func open() throws(SystemError) -> Place {
        let file = try Files.open(path)
        let facts = try file.facts()
        guard !hasLooked else {
            return Place(file: file, identity: facts.identity, offset: 0, historyEnd: 0)
        }
        let start = max(0, facts.size - lookBack)
        var place = Place(file: file, identity: facts.identity, offset: start, historyEnd: facts.size)
        if start > 0 {
            place.isSkippingLine = try place.file.read(at: start - 1, limit: 1) != [UInt8(ascii: "\n")]
        }
        return place
    }

    private mutating func drainCurrent(
        _ report: inout Report, _ take: (LogLine, Bool) -> Void
    ) throws(SystemError) {
        guard var place = current.take() else { return }
        do throws(SystemError) {
            try drain(&place, &report, take)
        } catch {
            current = consume place
            throw error
        }
        current = consume place
    }

    /// Reads what is left of the file that was there before, until it has been quiet for two reads.
    private mutating func drainRotated(
        isLast: Bool, _ report: inout Report, _ take: (LogLine, Bool) -> Void
    ) throws(SystemError) {
        guard var place = rotated.take() else { return }
        let before = place.offset
        try drain(&place, &report, take)
        place.quietReads = place.offset == before ? place.quietReads + 1 : 0
        if isLast || place.quietReads >= 2 {
            if place.splitter.isInsideLine { place.splitter.finish { take($0, false) } }
        } else {
            rotated = consume place
        }
    }

    private func drain(
        _ place: inout Place, _ report: inout Report, _ take: (LogLine, Bool) -> Void
    ) throws(SystemError) {
        let end = try place.file.facts().size
        if try wasTruncated(place, size: end) {
            report.wasTruncated = true
            place.offset = 0
            place.historyEnd = 0
            place.isSkippingLine = false
            place.splitter.reset()
            place.fingerprint = []
        }
        if end - place.offset > max(budget, place.historyEnd - place.offset) {
            try skip(&place, to: end - budget, &report)
        }
        while place.offset < end {
            let isHistory = place.offset < place.historyEnd
            let stop = isHistory ? min(end, place.historyEnd) : end
            let limit = Int(clamping: min(Int64(Self.chunk), stop - place.offset))
            let bytes = try place.file.read(at: place.offset, limit: limit)
            if bytes.isEmpty { break }
            place.offset += Int64(bytes.count)
            place.fingerprint = (place.fingerprint + bytes.suffix(Self.fingerprintSize))
                .suffix(Self.fingerprintSize)
            report.bytes += bytes.count
            var fresh = bytes[...]
            if place.isSkippingLine {
                guard let lineEnd = fresh.firstIndex(of: UInt8(ascii: "\n")) else { continue }
                fresh = fresh[(lineEnd + 1)...]
                place.isSkippingLine = false
            }
            place.splitter.feed(fresh) { take($0, isHistory) }
        }
    }

    private func wasTruncated(_ place: borrowing Place, size: Int64) throws(SystemError) -> Bool {
        if size < place.offset { return true }
        let mark = place.fingerprint
        guard !mark.isEmpty else { return false }
        return try place.file.read(at: place.offset - Int64(mark.count), limit: mark.count)[...] != mark
    }

    /// Leaves out the bytes before `target` and counts the lines in them, with the one `target` falls into.
    private func skip(_ place: inout Place, to target: Int64, _ report: inout Report) throws(SystemError) {
        var lines = 0
        var last = UInt8(ascii: "\n")
        let countable = min(target, place.offset + Self.countingLimit)
        while place.offset < countable {
            let limit = Int(clamping: min(Int64(Self.chunk), countable - place.offset))
            let bytes = try place.file.read(at: place.offset, limit: limit)
            guard let end = bytes.last else { break }
            for byte in bytes where byte == UInt8(ascii: "\n") { lines &+= 1 }
            last = end
            place.offset += Int64(bytes.count)
        }
        let isBound = place.offset < target
        place.offset = target
        place.fingerprint = []
        place.splitter.reset()
        place.isSkippingLine = isBound || last != UInt8(ascii: "\n")
        report.skipped = report.skipped + Count(lines + (place.isSkippingLine ? 1 : 0), isBound: isBound)
    }
}
