/// A key of a document, equal only byte for byte: Swift's String is equal under Unicode normalisation, by which
/// two keys that only look alike would be one given twice.
struct Key: Hashable {
    private let text: String

    init(_ text: String) { self.text = text }

    static func == (left: Key, right: Key) -> Bool { same(left.text, right.text) }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }

    static func same(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
    }
}
