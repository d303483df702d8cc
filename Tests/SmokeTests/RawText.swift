import Text

/// What in recorded output could act on a terminal, hide or reorder, and was not put there by ncurses.
enum RawText {
    /// Marks the hostile sequences of the tests.
    static let number = "7357"

    static let hostile: [String] = [
        "\u{1b}[\(number)m", "\u{1b}[\(number);1H", "\u{1b}[?\(number)h", "\u{1b}]0;\(number)\u{7}",
        "\u{1b}]8;;http://evil/\(number)\u{1b}\\link", "\u{1b}]52;c;\(number)\u{7}",
        "\u{1b}P\(number)\u{1b}\\",
        "\u{9b}\(number)m", "\u{9d}0;\(number)\u{9c}", "\u{85}\u{7f}\u{8}\u{c}\u{b}\u{e}\r\n\t\(number)",
        "\u{202e}\(number)gnp\u{2066}\u{2069}\u{200f}\u{61c}", "a\u{200b}\u{200d}\u{2060}\u{feff}\(number)",
        "e" + String(repeating: "\u{301}", count: 60) + number, "\u{e0041}\u{fff9}\u{2028}\u{2029}\(number)",
    ]
    /// No UTF-8: a lone C1, overlong forms, a surrogate, half a character.
    static let invalid: [UInt8] = [0x9b, 0x37, 0x6d, 0xff, 0xfe, 0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xe2, 0x82]

    /// In text that is no terminal's, only line feeds control.
    static func findings(text bytes: [UInt8]) -> [String] {
        scan(bytes) { scalars, index in
            scalars[index] == "\n" ? 1 : 0
        }
    }

    /// In a terminal's record, sequences of the kinds that xterm's terminfo entry has may stand.
    static func findings(terminal bytes: [UInt8]) -> [String] {
        scan(bytes) { scalars, index in
            switch scalars[index] {
            case "\n", "\r", "\u{8}", "\t", "\u{e}", "\u{f}", "\u{7}": return 1
            case "\u{1b}": break
            default: return 0
            }
            guard index + 1 < scalars.count else { return 0 }
            switch scalars[index + 1] {
            case "7", "8", "=", ">", "M": return 2
            case "(", ")":
                return index + 2 < scalars.count && "0B".unicodeScalars.contains(scalars[index + 2]) ? 3 : 0
            case "[": return sequence(scalars, index)
            case "]": return command(scalars, index)
            default: return 0
            }
        }
    }

    /// The palette is given back at the end (`oc` of the entry), the background is asked for, the window is named.
    private static func command(_ scalars: [Unicode.Scalar], _ start: Int) -> Int {
        for whole in ["\u{1b}]104\u{7}", "\u{1b}]11;?\u{7}"]
        where scalars[start...].starts(with: whole.unicodeScalars) {
            return whole.unicodeScalars.count
        }
        guard scalars[start...].starts(with: "\u{1b}]2;".unicodeScalars),
            let end = scalars[start...].firstIndex(of: "\u{7}")
        else { return 0 }
        let title = scalars[(start + 4)..<end]
        return title.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) }
            ? end + 1 - start : 0
    }

    private static func sequence(_ scalars: [Unicode.Scalar], _ start: Int) -> Int {
        var end = start + 2
        while end < scalars.count, "0123456789;:?>!".unicodeScalars.contains(scalars[end]) { end += 1 }
        guard end < scalars.count, "@ABCDGHJKLMPSTXbcdhlmprt".unicodeScalars.contains(scalars[end]) else {
            return 0
        }
        let parameters = String(String.UnicodeScalarView(scalars[(start + 2)..<end]))
        return parameters.contains(number) ? 0 : end + 1 - start
    }

    /// `length` answers how many scalars an allowed control takes, 0 when it is none.
    private static func scan(_ bytes: [UInt8], _ length: ([Unicode.Scalar], Int) -> Int) -> [String] {
        guard let text = String(validating: bytes, as: UTF8.self) else { return ["it is no UTF-8"] }
        let scalars = Array(text.unicodeScalars)
        var found: [String] = []
        var marks = 0
        var index = 0
        while index < scalars.count, found.count < 20 {
            let properties = scalars[index].properties
            marks = properties.generalCategory == .nonspacingMark ? marks + 1 : 0
            if marks > 4 { found.append("more than four marks on a character at \(index)") }
            switch properties.generalCategory {
            case .control:
                let allowed = length(scalars, index)
                if allowed == 0 { found.append("\(around(scalars, index))") }
                index += max(allowed, 1)
                continue
            case .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate:
                found.append("\(around(scalars, index))")
            default: break
            }
            index += 1
        }
        return found
    }

    private static func around(_ scalars: [Unicode.Scalar], _ index: Int) -> String {
        let part = scalars[max(0, index - 8)..<min(scalars.count, index + 12)]
        return part.map { $0.isASCII && $0.value >= 0x20 ? String($0) : "<\(String($0.value, radix: 16))>" }
            .joined()
    }
}
