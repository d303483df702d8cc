/// Makes text from outside harmless: after it nothing acts on a terminal, hides, reorders or joins.
///
/// A predicate on characters, not a matcher of sequences: what is not known to be plain is shown as a symbol
/// or as its number (`safety.md` 2, threats 1 to 6). Every sink is behind it. Doing it twice changes nothing.
package enum Sanitizer {
    /// At most so many marks may sit on one character.
    private static let marksPerCharacter = 4
    /// Room for the longest cut mark, `…+1023.9 PB`.
    private static let reserve = 16

    /// One harmless line of at most `maxBytes` bytes (at least 64); what does not fit is counted at the end:
    /// `…+1.9 MB`.
    package static func line(_ text: String, maxBytes: Int = 4096) -> String {
        let bytes = text.utf8
        if bytes.count <= maxBytes, bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        return line(bytes: bytes, maxBytes: maxBytes)
    }

    /// The same of raw bytes; what is not UTF-8 becomes U+FFFD.
    package static func line(bytes: some Collection<UInt8>, maxBytes: Int = 4096) -> String {
        let limit = max(maxBytes, 64)
        var parser = Unicode.UTF8.ForwardParser()
        var input = bytes.makeIterator()
        var output = Output(safeLength: limit - reserve)
        while output.consumed < limit {
            let scalar: Unicode.Scalar
            switch parser.parseScalar(from: &input) {
            case .valid(let encoded):
                scalar = UTF8.decode(encoded)
                output.consumed += encoded.count
            case .error(let length):
                scalar = "\u{FFFD}"
                output.consumed += length
            case .emptyInput:
                return output.text
            }
            output.append(scalar)
            if output.length > limit { break }
        }
        let total = bytes.count
        if output.consumed >= total, output.length <= limit { return output.text }
        return output.cut(total: total)
    }

    /// The text so far, and the last place where it may be cut so that the mark still fits.
    private struct Output {
        let safeLength: Int
        var scalars = String.UnicodeScalarView()
        var length = 0
        var consumed = 0
        private var marks = marksPerCharacter
        private var safe: (index: Int, consumed: Int) = (0, 0)
        private var count = 0

        init(safeLength: Int) { self.safeLength = safeLength }

        var text: String { String(scalars) }

        mutating func append(_ scalar: Unicode.Scalar) {
            addForm(of: scalar)
            if length <= safeLength { safe = (count, consumed) }
        }

        func cut(total: Int) -> String {
            let kept = String(String.UnicodeScalarView(scalars.prefix(safe.index)))
            return kept + "…+" + ByteSize.text(total - safe.consumed)
        }

        private mutating func addForm(of scalar: Unicode.Scalar) {
            if CellWidth.isCombining(scalar), !isHidden(scalar) {
                if count == 0 { return add("<\(hex(scalar))>") }
                if marks == 0 { return }
                marks -= 1
                add(scalar)
            } else if let visible = visibleForm(of: scalar) {
                marks = marksPerCharacter
                add(visible)
            }
        }

        private mutating func add(_ text: String) {
            for scalar in text.unicodeScalars { add(scalar) }
        }

        private mutating func add(_ scalar: Unicode.Scalar) {
            scalars.append(scalar)
            count += 1
            length += UTF8.width(scalar)
        }
    }

    /// Nil drops it.
    private static func visibleForm(of scalar: Unicode.Scalar) -> String? {
        let value = scalar.value
        switch value {
        case 0x20..<0x7F: return String(scalar)
        case 0x09: return "⇥"
        case 0x0A, 0x0D: return "⏎"
        case 0x08: return "␈"
        case 0..<0x20: return Unicode.Scalar(0x2400 + value).map(String.init)
        case 0x7F: return "␡"
        // Variation selectors only choose between pictures; without them a width is what the table says.
        case 0xFE00...0xFE0F, 0xE0100...0xE01EF, 0x180B...0x180D, 0x180F: return nil
        // Skin tones join the picture before them and change its width.
        case 0x1F3FB...0x1F3FF: return "<\(hex(scalar))>"
        default: break
        }
        if isHidden(scalar) { return "<\(hex(scalar))>" }
        return scalar.properties.generalCategory == .spaceSeparator ? " " : String(scalar)
    }

    /// Controls, bidi and zero-width characters, tags, fillers, unassigned and private ones.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            true
        default:
            scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// `9B`, `202E`
    private static func hex(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return digits.utf8.count < 2 ? "0" + digits : digits
    }
}
