import Platform

/// A log file with the place it has been read to.
///
/// Not Sendable: it belongs to one tail.
final class OpenLog {
    /// What a file is known by when it is seen again, under this name or another, or as a copy.
    struct Mark {
        var identity: FileFacts.Identity
        /// Its first bytes.
        var head: ArraySlice<UInt8>
        var offset: Int64
        /// The bytes before `offset`.
        var before: ArraySlice<UInt8>
    }

    static let chunk = 64 * 1024
    static let markSize = 64

    let file: FileDescriptor
    let identity: FileFacts.Identity
    /// Grows with each file, so that a record can go on in the next.
    let number: Int
    private(set) var offset: Int64
    /// Everything up to the next line end is the rest of a line that is left out.
    var isSkippingLine = false
    var splitter = LineSplitter()
    /// The bytes before `offset`: when they have changed, the file was cut and has grown again.
    private(set) var before: ArraySlice<UInt8> = []
    /// Since boot: when it last grew.
    var grewAt = Duration.zero

    init(_ file: consuming FileDescriptor, identity: FileFacts.Identity, number: Int, offset: Int64) {
        self.file = file
        self.identity = identity
        self.number = number
        self.offset = offset
    }

    /// The next bytes, at most up to `end`; empty when there are none.
    func next(upTo end: Int64) throws(SystemError) -> [UInt8] {
        let bytes = try file.read(at: offset, limit: Int(clamping: min(Int64(Self.chunk), end - offset)))
        offset += Int64(bytes.count)
        before = (before + bytes.suffix(Self.markSize)).suffix(Self.markSize)
        return bytes
    }

    /// Hands over the lines that these bytes complete.
    func feed(_ bytes: [UInt8], _ take: (LogLine) -> Void) {
        var fresh = bytes[...]
        if isSkippingLine {
            guard let lineEnd = fresh.firstIndex(of: UInt8(ascii: "\n")) else { return }
            fresh = fresh[(lineEnd + 1)...]
            isSkippingLine = false
        }
        splitter.feed(fresh, take)
    }

    /// Goes on from here; what came before is not looked at.
    func move(to offset: Int64) {
        self.offset = offset
        before = []
        splitter.reset()
    }

    func wasCut(size: Int64) throws(SystemError) -> Bool {
        if size < offset { return true }
        guard !before.isEmpty else { return false }
        return try file.read(at: offset - Int64(before.count), limit: before.count)[...] != before
    }

    var mark: Mark? {
        guard offset > 0, !before.isEmpty,
            let head = try? file.read(at: 0, limit: Int(clamping: min(offset, Int64(Self.markSize))))
        else { return nil }
        return Mark(identity: identity, head: head[...], offset: offset, before: before)
    }

    /// The file is the one that was marked, or a copy of it: what was read of that has been read.
    func holds(_ mark: Mark, size: Int64) -> Bool {
        guard size >= mark.offset,
            let head = try? file.read(at: 0, limit: mark.head.count),
            let before = try? file.read(at: mark.offset - Int64(mark.before.count), limit: mark.before.count)
        else { return false }
        return head[...] == mark.head && before[...] == mark.before
    }

    func resume(_ mark: Mark) {
        offset = mark.offset
        before = mark.before
    }
}
