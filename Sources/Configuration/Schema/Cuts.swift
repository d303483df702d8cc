import Documents
import Text

/// Values that end at a blank and a #, as somebody may not have meant it: a comment mostly has a blank after its #.
struct Cuts {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func warn(of node: Node, _ reading: inout Reading) {
        for element in node.elements ?? [] { warn(of: element, &reading) }
        for member in node.members ?? [] { warn(of: member.value, &reading) }
        guard node.style == .plain, let column = sign(after: node.place) else { return }
        let cut = Place(
            line: node.place.line, column: node.place.column + column, bytes: node.place.bytes)
        reading.warn(
            "a blank before # cuts the value: what follows is a comment. Put the text in quotes, or write # and a blank",
            at: cut)
    }

    /// How many characters after its begin a value is cut; nil when a blank follows the #, or there is none.
    private func sign(after place: Place) -> Int? {
        let start = min(place.bytes.lowerBound, bytes.count)
        let end = min(place.bytes.upperBound, bytes.count)
        let rest = bytes[end...]
        let gap = rest.prefix { $0 == 0x20 || $0 == 0x09 }.count
        let after = rest.dropFirst(gap)
        guard after.first == UInt8(ascii: "#"), let next = after.dropFirst().first, next > 0x20,
            next != UInt8(ascii: "#"), gap > 0 || start == end
        else { return nil }
        // A text over several lines ends in another one than it begins.
        guard !bytes[start..<end].contains(0x0A) else { return nil }
        return bytes[start..<(end + gap)].count { $0 & 0xC0 != 0x80 }
    }
}
