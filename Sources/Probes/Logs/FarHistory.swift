import Monitoring

/// The end of a log behind a prefix as a start found it, got in pieces from the newest back.
struct FarHistory: Sendable {
    /// By the far clock, when the file was first looked at.
    var time: WallTime
    /// By our own, when that was answered.
    var heardAt: Timestamp
    var inode: UInt64
    /// What it held then.
    let size: Int64
    /// Where the bytes begin in the file.
    private(set) var from: Int64
    private var pieces: [[UInt8]]
    private let format: LineFormat

    init(
        time: WallTime, heardAt: Timestamp, inode: UInt64, size: Int64, from: Int64, _ bytes: [UInt8],
        _ format: LineFormat
    ) {
        self.time = time
        self.heardAt = heardAt
        self.inode = inode
        self.size = size
        self.from = from
        self.format = format
        pieces = [bytes]
    }

    /// Lines without a time cannot be counted at one.
    var isCounted: Bool { format.isTimed }

    /// All whole lines of it, and the beginning of the one that goes on behind it.
    var bytes: ArraySlice<UInt8> {
        let all = pieces.reversed().flatMap(\.self)[...]
        guard from > 0 else { return all }
        return all[wholeFrom...]
    }

    /// Bytes it has brought so far.
    var count: Int64 { size - from }

    /// The bytes before it that are wanted next; nil when it goes back far enough.
    func wanted(atMost most: Int64) -> Int64? {
        guard from > 0, count < most else { return nil }
        guard isCounted else { return firstLineEnd == nil ? min(from, most - count) : nil }
        if let first = firstTime, first < hour { return nil }
        return min(from, max(count * 3, 256 << 10), most - count)
    }

    mutating func add(older bytes: [UInt8], from: Int64) {
        pieces.append(bytes)
        self.from = from
    }

    /// Since when everything is in it.
    var since: WallTime {
        guard isCounted, let first = firstTime else { return time }
        return first < hour ? hour : min(first, time)
    }

    private var hour: WallTime { time.advanced(bySeconds: -LookBack.span) }

    private var firstTime: WallTime? {
        var rest = bytes.prefix(LineSplitter.cap)
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            if let time = format.time(of: rest[..<end]) { return time }
            rest = rest[(end + 1)...]
        }
        return nil
    }

    private var firstLineEnd: Int? {
        pieces.last?.firstIndex(of: UInt8(ascii: "\n"))
    }

    private var wholeFrom: Int {
        // Nothing but the beginning of a line, or not even that.
        guard let end = pieces.reversed().flatMap(\.self).firstIndex(of: UInt8(ascii: "\n")) else {
            return pieces.reduce(0) { $0 + $1.count }
        }
        return end + 1
    }
}
