import Display
import Text

/// What a program printed, up to a limit.
package struct RunOutput: Hashable, Sendable {
    /// Bytes of each stream that are kept.
    package static let limit = 256 << 10

    package var output: [UInt8]
    package var error: [UInt8]
    /// Bytes that are not kept, or that there are such.
    package var dropped: Int
    package var isCut: Bool

    package init(output: [UInt8] = [], error: [UInt8] = [], dropped: Int = 0, isCut: Bool = false) {
        self.output = output
        self.error = error
        self.dropped = dropped
        self.isCut = isCut || dropped > 0
    }
}

/// The text of a program, harmless, in lines.
enum OutputText {
    /// Lines that are kept of each stream.
    static let mostLines = 5000

    static func lines(_ output: RunOutput) -> [Line] {
        let (out, isOutCut) = lines(of: output.output)
        let (error, isErrorCut) = lines(of: output.error)
        var lines = out.map { Line($0, .text) }
        if !error.isEmpty {
            lines.append(Line("on its error output:", .dim))
            lines += error.map { Line($0, .text) }
        }
        if lines.isEmpty { lines.append(Line("It printed nothing.", .dim)) }
        if output.isCut || isOutCut || isErrorCut {
            let what = output.dropped > 0 ? "\(ByteSize.text(output.dropped)) more" : "more"
            lines.append(Line("Cut here: it printed \(what), which was not kept.", .warning))
        }
        return lines
    }

    private static func lines(of bytes: [UInt8]) -> (lines: [String], isCut: Bool) {
        var lines: [String] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard lines.count < mostLines else { return (lines, true) }
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            var line = rest[..<end]
            if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
            lines.append(Sanitizer.line(bytes: expanded(line)))
            rest = rest[end...].dropFirst()
        }
        return (lines, false)
    }

    /// Tabs as blanks up to the next eighth column.
    private static func expanded(_ line: ArraySlice<UInt8>) -> [UInt8] {
        guard line.contains(UInt8(ascii: "\t")) else { return Array(line) }
        var bytes: [UInt8] = []
        for byte in line {
            guard byte == UInt8(ascii: "\t") else {
                bytes.append(byte)
                continue
            }
            repeat { bytes.append(UInt8(ascii: " ")) } while bytes.count % 8 != 0
        }
        return bytes
    }

    /// The same text in pieces that fit, broken anywhere: nothing of it is left out.
    static func broken(_ text: String, width: Int, _ glyphs: GlyphSet) -> [String] {
        guard width > 2 else { return [text] }
        let bytes = text.utf8
        if bytes.allSatisfy({ $0 < 0x80 }) {
            guard bytes.count > width else { return [text] }
            return stride(from: 0, to: bytes.count, by: width).map {
                String(decoding: bytes.dropFirst($0).prefix(width), as: UTF8.self)
            }
        }
        guard glyphs.width(text) > width else { return [text] }
        var lines: [String] = []
        var line = ""
        var used = 0
        for character in text {
            let cells = glyphs.width(String(character))
            if used + cells > width {
                lines.append(line)
                (line, used) = ("", 0)
            }
            line.append(character)
            used += cells
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
