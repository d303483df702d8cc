import Text

/// The last line that says something, of what a program wrote to its standard error.
struct LastLine: Sendable {
    private static let limit = 4096
    private var bytes: ArraySlice<UInt8> = []

    init(_ bytes: [UInt8] = []) { append(bytes) }

    mutating func append(_ more: [UInt8]) {
        bytes = ArraySlice(Array((bytes + more.suffix(Self.limit)).suffix(Self.limit)))
    }

    /// Sanitised; nil when nothing was said.
    var text: String? {
        let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        guard let line = lines.last(where: { !$0.allSatisfy(Self.isBlank) }) else { return nil }
        return Sanitizer.line(bytes: line, maxBytes: 512)
    }

    static func isBlank(_ byte: UInt8) -> Bool { " \t\r\n".utf8.contains(byte) }
}
