/// How far one file behind a prefix has been read.
struct FarPlace: Sendable {
    /// What a file is known by when it is sent again.
    struct Mark: Sendable {
        var inode: UInt64
        var head: [UInt8]
        var offset: Int64
    }

    private static let headSize = 64

    let inode: UInt64
    /// Grows with each file, so that a record can go on in the next.
    let number: Int
    /// Bytes that have come, also those that were known.
    private(set) var offset: Int64
    private(set) var splitter = LineSplitter()
    private var head: [UInt8] = []
    /// A file of this inode was read before: whether this is it shows in its first bytes.
    private var recalled: Mark?
    private var waiting: [UInt8] = []
    /// So many bytes that come have been read before.
    private var known: Int64 = 0
    /// Everything up to the next line end is the rest of a line that did not come.
    private var isSkippingLine: Bool

    init(
        inode: UInt64, number: Int, offset: Int64 = 0, isMidway: Bool = false, recalling mark: Mark? = nil
    ) {
        self.inode = inode
        isSkippingLine = isMidway
        self.number = number
        self.offset = offset
        recalled = offset == 0 ? mark : nil
    }

    var mark: Mark? {
        head.isEmpty ? nil : Mark(inode: inode, head: head, offset: offset)
    }

    mutating func feed(_ bytes: ArraySlice<UInt8>, _ take: (LogLine) -> Void) {
        if offset < Int64(Self.headSize), Int64(head.count) == offset {
            head += bytes.prefix(Self.headSize - head.count)
        }
        offset += Int64(bytes.count)
        guard let mark = recalled else { return pass(bytes, take) }
        waiting += bytes
        guard waiting.count >= mark.head.count else { return }
        recalled = nil
        if waiting.starts(with: mark.head) { known = mark.offset }
        let all = waiting
        waiting = []
        pass(all[...], take)
    }

    /// All that the file holds for now has come: one that is shorter than what was read before is another.
    mutating func settle(_ take: (LogLine) -> Void) {
        guard recalled != nil, !waiting.isEmpty else { return }
        recalled = nil
        let all = waiting
        waiting = []
        pass(all[...], take)
    }

    /// Nothing more comes: a line without its end is a line.
    mutating func end(_ take: (LogLine) -> Void) {
        settle(take)
        if splitter.isInsideLine { splitter.finish(take) }
    }

    /// It was cut and begins anew.
    func begunAgain() -> FarPlace { FarPlace(inode: inode, number: number) }

    private mutating func pass(_ bytes: ArraySlice<UInt8>, _ take: (LogLine) -> Void) {
        let old = Int(clamping: min(known, Int64(bytes.count)))
        known -= Int64(old)
        var fresh = bytes.dropFirst(old)
        if isSkippingLine {
            guard let end = fresh.firstIndex(of: UInt8(ascii: "\n")) else { return }
            fresh = fresh[(end + 1)...]
            isSkippingLine = false
        }
        splitter.feed(fresh, take)
    }
}
