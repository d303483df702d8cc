/// One line without its end, of at most `LineSplitter.cap` bytes. Untrusted: not sanitised, any bytes.
package struct LogLine: Sendable, Hashable {
    package var bytes: ArraySlice<UInt8>
    /// Bytes of the line beyond the cap, which were not kept.
    package var cut: Int

    package init(_ bytes: ArraySlice<UInt8>, cut: Int = 0) {
        self.bytes = bytes
        self.cut = cut
    }

    /// For tests and messages: the text of a line given whole.
    package init(_ text: String) { self.init(ArraySlice(text.utf8)) }
}

/// Cuts a stream of bytes into lines; how the stream is cut into chunks makes no difference.
package struct LineSplitter: Sendable {
    /// Bytes kept of one line, enough for a trace in a JSON record; the rest is counted.
    package static let cap = 1 << 20

    /// The beginning of a line whose end has not come yet.
    private var partial: [UInt8] = []
    private var cut = 0

    package init() {}

    /// True when the stream stands inside a line.
    package var isInsideLine: Bool { !partial.isEmpty || cut > 0 }

    /// Hands every line that `chunk` completes to `take`; keeps what comes after the last end.
    package mutating func feed(_ chunk: ArraySlice<UInt8>, _ take: (LogLine) -> Void) {
        var start = chunk.startIndex
        while let end = Self.lineEnd(in: chunk[start...]) {
            if isInsideLine {
                keep(chunk[start..<end])
                finish(take)
            } else {
                take(Self.line(chunk[start..<end]))
            }
            start = end + 1
        }
        keep(chunk[start...])
    }

    /// Hands over a last line that has no end, when there is one: its file is complete.
    package mutating func finish(_ take: (LogLine) -> Void) {
        let bytes = partial[...]
        let extra = cut
        partial = []
        cut = 0
        take(extra == 0 ? Self.line(bytes) : LogLine(bytes, cut: extra))
    }

    /// Forgets the line the stream stands in.
    package mutating func reset() {
        partial = []
        cut = 0
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        let room = max(0, Self.cap - partial.count)
        partial.append(contentsOf: bytes.prefix(room))
        cut += max(0, bytes.count - room)
    }

    private static func line(_ bytes: ArraySlice<UInt8>) -> LogLine {
        if bytes.count > cap { return LogLine(bytes.prefix(cap), cut: bytes.count - cap) }
        return LogLine(bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes)
    }

    private static func lineEnd(in bytes: ArraySlice<UInt8>) -> Int? {
        let span = bytes.span
        var index = 0
        while index < span.count {
            if span[index] == UInt8(ascii: "\n") { return bytes.startIndex + index }
            index &+= 1
        }
        return nil
    }
}
