/// A name with holes: `*` stands for any text, also none; everything else for itself. The whole name must fit.
package struct NamePattern: Hashable, Sendable, Codable {
    private let pieces: [[UInt8]]

    package init(_ pattern: String) {
        pieces = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(
            Array.init)
    }

    package var text: String {
        pieces.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "*")
    }

    /// It has no hole: it stands for one name.
    package var isName: Bool { pieces.count == 1 }

    /// In time linear in pieces times length: the first place that fits is always right.
    package func matches(_ name: String) -> Bool {
        guard let first = pieces.first, let last = pieces.last else { return false }
        var rest = Array(name.utf8)[...]
        guard rest.starts(with: first) else { return false }
        if pieces.count == 1 { return rest.count == first.count }
        rest = rest.dropFirst(first.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard
                let start = rest.indices.first(where: { rest[$0...].starts(with: piece) })
            else { return false }
            rest = rest[(start + piece.count)...]
        }
        return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
    }
}

extension [NamePattern] {
    package func matches(_ name: String) -> Bool { contains { $0.matches(name) } }
}
