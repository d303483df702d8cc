package import Monitoring
import Platform

/// Where in a log the lines of the last hour begin, by the times they carry.
package struct LookBack: Sendable {
    package struct Start: Sendable, Hashable {
        /// The beginning of a line.
        package var offset: Int64
        /// Everything since then is behind it.
        package var since: WallTime
    }

    package static let span = 3600.0

    /// Bytes of history that are read at most.
    package var most: Int64
    /// Bytes that are read in any case, for the last success.
    package var least: Int64
    /// The time of a line; nil for one that carries none.
    private let time: @Sendable (ArraySlice<UInt8>) -> WallTime?

    package init(
        most: Int, least: Int, time: @escaping @Sendable (ArraySlice<UInt8>) -> WallTime?
    ) {
        self.most = Int64(max(0, most))
        self.least = Int64(max(0, min(least, most)))
        self.time = time
    }

    package init(_ format: LineFormat, most: Int, least: Int) {
        self.init(most: most, least: least) { format.time(of: $0) }
    }

    /// For a log whose lines carry no time: its whole lines are behind it.
    static func end(of file: borrowing FileDescriptor, size: Int64, at now: WallTime) throws(SystemError)
        -> Start
    {
        let start = max(0, size - Int64(LineSplitter.cap))
        let bytes = try file.read(at: start, limit: Int(clamping: size - start))
        let end = bytes.lastIndex(of: UInt8(ascii: "\n")).map { start + Int64($0) + 1 } ?? start
        return Start(offset: end, since: now)
    }

    func start(
        in file: borrowing FileDescriptor, size: Int64, at now: WallTime
    ) throws(SystemError) -> Start {
        let hour = now.advanced(bySeconds: -Self.span)
        var low = max(0, size - most)
        guard let first = try firstTimed(in: file, from: low, to: size) else {
            return Start(offset: try lineStart(in: file, at: max(0, size - least), size), since: now)
        }
        guard first.time < hour else {
            return Start(offset: low == 0 ? 0 : first.offset, since: min(first.time, now))
        }
        low = first.offset
        var high = size
        // A line is found by reading on from the middle: below one chunk there is nothing to win.
        while high - low > Int64(OpenLog.chunk) {
            let middle = low + (high - low) / 2
            if let found = try firstTimed(in: file, from: middle, to: high), found.time < hour {
                low = max(found.offset, low + 1)
            } else {
                high = middle
            }
        }
        // Several writers are not quite in order.
        let offset = max(max(0, size - most), min(low - Int64(OpenLog.chunk), size - least))
        return Start(offset: try lineStart(in: file, at: offset, size), since: hour)
    }

    /// The time of the last line that carries one.
    func lastTime(in file: borrowing FileDescriptor, size: Int64) throws(SystemError) -> WallTime? {
        let start = max(0, size - Int64(OpenLog.chunk))
        let bytes = try file.read(at: start, limit: Int(clamping: size - start))
        return bytes.split(separator: UInt8(ascii: "\n")).reversed().lazy.compactMap(time).first
    }

    /// The first line that begins at or after `start` and before `end` and carries a time.
    private func firstTimed(
        in file: borrowing FileDescriptor, from start: Int64, to end: Int64
    ) throws(SystemError) -> (offset: Int64, time: WallTime)? {
        var offset = try lineStart(in: file, at: start, end)
        while offset < end {
            let bytes = try file.read(at: offset, limit: OpenLog.chunk)
            var lines = bytes[...]
            var passed = 0
            while let lineEnd = lines.firstIndex(of: UInt8(ascii: "\n")) {
                guard offset + Int64(passed) < end else { return nil }
                if let time = time(lines[..<lineEnd]) { return (offset + Int64(passed), time) }
                passed = lineEnd + 1
                lines = lines[passed...]
            }
            // A line longer than a chunk carries its time in its beginning.
            if passed == 0 {
                if let time = time(lines) { return (offset, time) }
                offset = try lineStart(in: file, at: offset + 1, end)
            } else {
                offset += Int64(passed)
            }
            if bytes.count < OpenLog.chunk { return nil }
        }
        return nil
    }

    private func lineStart(
        in file: borrowing FileDescriptor, at offset: Int64, _ end: Int64
    ) throws(SystemError) -> Int64 {
        guard offset > 0 else { return 0 }
        var place = offset - 1
        while place < end {
            let bytes = try file.read(at: place, limit: OpenLog.chunk)
            if bytes.isEmpty { break }
            if let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n")) { return place + Int64(lineEnd) + 1 }
            place += Int64(bytes.count)
        }
        return end
    }
}
