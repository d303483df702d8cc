/// Takes a stream of bytes apart in which lines of our own stand, each begun by a mark.
struct MarkedStream: Sendable {
    enum Part: Equatable {
        case bytes(ArraySlice<UInt8>)
        /// The words after the mark.
        case words([String])
    }

    /// A line of ours is never longer.
    private static let longest = 512

    private let mark: [UInt8]
    /// What may be the beginning of a mark, or is one without the end of its line.
    private var held: [UInt8] = []
    /// What came before the first mark is the greeting of a login.
    private var hasBegun = false

    init(_ mark: String) { self.mark = Array((mark + " ").utf8) }

    /// Nothing more comes: the bytes that waited for the rest of a mark.
    var rest: [UInt8] { hasBegun ? held : [] }

    mutating func feed(_ bytes: [UInt8], _ take: (Part) -> Void) {
        var rest = (held + bytes)[...]
        held = []
        while let place = Bytes.find(mark[...], in: rest) {
            deliver(rest[..<place], take)
            let line = rest[(place + mark.count)...]
            guard let end = line.prefix(Self.longest).firstIndex(of: UInt8(ascii: "\n")) else {
                // A mark without its line is data after all.
                guard line.count >= Self.longest else {
                    held = Array(rest[place...])
                    return
                }
                deliver(rest[place..<line.startIndex], take)
                rest = line
                continue
            }
            hasBegun = true
            take(
                .words(
                    line[..<end].split(separator: UInt8(ascii: " ")).map {
                        String(decoding: $0, as: UTF8.self)
                    }))
            rest = line[(end + 1)...]
        }
        let kept = beginning(in: rest)
        held = Array(rest.suffix(kept))
        deliver(rest.dropLast(kept), take)
    }

    /// How many of the last bytes may be the beginning of a mark.
    private func beginning(in bytes: ArraySlice<UInt8>) -> Int {
        var length = min(mark.count - 1, bytes.count)
        while length > 0, !mark.starts(with: bytes.suffix(length)) { length -= 1 }
        return length
    }

    private func deliver(_ bytes: ArraySlice<UInt8>, _ take: (Part) -> Void) {
        if hasBegun, !bytes.isEmpty { take(.bytes(bytes)) }
    }
}
