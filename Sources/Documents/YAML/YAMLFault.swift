import Text

/// Why libyaml stopped, as it says it.
struct YAMLFault {
    var words: String
    var at: YAMLSpot
    /// `while scanning a quoted scalar`; empty when it does not tell.
    var context = ""
    var beganAt: YAMLSpot?
    /// The text in quotes that came last, where it goes over lines: its end may be the begin of the next one.
    var longQuote: (from: YAMLSpot, byLine: Int)?

    init(words: String, at spot: YAMLSpot) {
        self.words = words
        at = spot
    }
}

/// What is wrong in words that say what to do, and how the rest can be read all the same.
struct YAMLDiagnosis {
    var at: YAMLSpot
    var sentence: String
    var mend: (inout YAMLText) -> Void

    /// Nothing that stands in the text is quoted, it may be a password.
    init(_ fault: YAMLFault, in text: YAMLText) {
        self =
            Self.ofBytes(fault) ?? Self.ofTabs(fault, text) ?? Self.ofQuotes(fault, text)
            ?? Self.ofFirstLetters(fault, text) ?? Self.ofBrackets(fault, text) ?? Self.ofColons(fault, text)
            ?? Self.ofMargins(fault, text)
            ?? YAMLDiagnosis(fault.at, fault.words) { $0.erase(min(fault.at.line, $0.lines.count)) }
    }

    private init(_ spot: YAMLSpot, _ sentence: String, _ mend: @escaping (inout YAMLText) -> Void) {
        at = spot
        self.sentence = sentence
        self.mend = mend
    }

    private static func ofBytes(_ fault: YAMLFault) -> YAMLDiagnosis? {
        let isControl = fault.words.mentions("control characters")
        guard isControl || fault.words.mentions("UTF-8") || fault.words.mentions("Unicode") else {
            return nil
        }
        let sentence = isControl ? fault.words : "this is no UTF-8: save the file in that encoding"
        return YAMLDiagnosis(fault.at, sentence) { $0.replace(at: fault.at, by: UInt8(ascii: "?")) }
    }

    private static func ofTabs(_ fault: YAMLFault, _ text: YAMLText) -> YAMLDiagnosis? {
        let line = fault.at.line
        let isOne =
            fault.words.mentions("tab character")
            || fault.words.mentions("cannot start any token") && text.letter(fault.at) == 0x09
        guard isOne else { return nil }
        let tab = text[line].firstIndex(of: 0x09) ?? 0
        guard tab < text.margin(line) else {
            return YAMLDiagnosis(fault.at, "a tab; YAML wants blanks") { $0.replace(at: fault.at, by: 0x20) }
        }
        // Who indents with tabs does so in more than one line; each is worth two blanks.
        var last = line
        while text[last + 1].prefix(text.margin(last + 1)).contains(0x09) { last += 1 }
        let count = last - line + 1
        let above = text.above(line)
        let base =
            text.margin(above)
            + (above > 0 && text[above].prefix(text.end(above)).last == UInt8(ascii: ":") ? 2 : 0)
        let sentence =
            count == 1
            ? "a tab; YAML wants blanks"
            : "a tab here and in the \(Figures.counted(count - 1, "line")) below; YAML wants blanks"
        return YAMLDiagnosis(text.spot(line, byte: tab), sentence) { text in
            let first = text[line].prefix(text.margin(line)).count { $0 == 0x09 }
            for each in line...last {
                let tabs = text[each].prefix(text.margin(each)).count { $0 == 0x09 }
                text.indent(each, to: max(0, base + 2 * (tabs - first)))
            }
        }
    }

    private static func ofQuotes(_ fault: YAMLFault, _ text: YAMLText) -> YAMLDiagnosis? {
        if fault.words.mentions("escape character") {
            return YAMLDiagnosis(
                fault.at, "\\ begins an escape in double quotes: write \\\\, or put the text in single quotes"
            ) { $0.replace(at: fault.at, by: UInt8(ascii: "x"), silence: fault.beganAt) }
        }
        let opened: YAMLSpot
        var end = ""
        if fault.context.mentions("quoted scalar"), let began = fault.beganAt {
            opened = began
        } else if let quote = fault.longQuote, quote.byLine == fault.at.line, quote.from < fault.at {
            opened = quote.from
            end = " in its line, it ends with the next one in line \(quote.byLine)"
        } else {
            return nil
        }
        return YAMLDiagnosis(
            opened, "the quote opened at \(opened.line):\(opened.column) is never closed\(end)"
        ) {
            text in
            guard let quote = text.letter(opened) else { return }
            let open = brackets(in: text[opened.line].prefix(text.byte(opened)))
            var place = text.end(opened.line)
            for _ in open where place > 0 && closers.contains(text[opened.line][place - 1]) { place -= 1 }
            text.insert([quote], in: opened.line, at: max(place, text.byte(opened) + 1))
            // What was swallowed with it is not there now.
            if !open.isEmpty { text.loseTrack(of: opened.line) }
        }
    }

    /// Letters that mean something to YAML where a text begins.
    private static func ofFirstLetters(_ fault: YAMLFault, _ text: YAMLText) -> YAMLDiagnosis? {
        func quoted(_ spot: YAMLSpot, _ letter: String) -> YAMLDiagnosis {
            let example = letter == "*" ? ": [\"*.retry\"]" : ""
            return YAMLDiagnosis(spot, "a text that begins with \(letter) stands in quotes\(example)") {
                $0.replace(at: spot, by: UInt8(ascii: "x"))
            }
        }
        if fault.context.mentions("scanning an alias") { return quoted(fault.beganAt ?? fault.at, "*") }
        if fault.context.mentions("scanning an anchor") { return quoted(fault.beganAt ?? fault.at, "&") }
        if fault.context.mentions("scanning a directive") { return quoted(fault.beganAt ?? fault.at, "%") }
        if fault.context.mentions("tag") { return quoted(fault.beganAt ?? fault.at, "!") }
        guard fault.words.mentions("cannot start any token"), let letter = text.letter(fault.at),
            letter < 0x7F
        else { return nil }
        return quoted(fault.at, String(UnicodeScalar(letter)))
    }

    private static func ofBrackets(_ fault: YAMLFault, _ text: YAMLText) -> YAMLDiagnosis? {
        guard fault.context.mentions("flow") || fault.words.mentions("node content") else { return nil }
        let last = min(fault.at.line, text.lines.count)
        let isOver = text[fault.at.line].count < fault.at.column
        var opened = fault.beganAt
        if fault.words.mentions("node content") {
            opened = (1...max(1, last)).last { !brackets(in: text[$0][...]).isEmpty }.flatMap { line in
                brackets(in: text[line][...]).last.map { text.spot(line, byte: $0) }
            }
        }
        guard let opened, let letter = text.letter(opened), openers.contains(letter) else { return nil }
        let name = "the \(UnicodeScalar(letter)) opened at \(opened.line):\(opened.column)"
        let close: UInt8 = letter == UInt8(ascii: "[") ? UInt8(ascii: "]") : UInt8(ascii: "}")
        let line = text[opened.line]
        if let cut = comment(in: line, after: text.byte(opened)) {
            return YAMLDiagnosis(
                text.spot(opened.line, byte: cut),
                "a blank before # cuts the value: the rest of the line is a comment, and \(name) is never closed. "
                    + "Put the text in quotes"
            ) { text in
                text.blank(opened.line, from: cut)
                text.replace(at: text.spot(opened.line, byte: cut), by: close)
                text.loseTrack(of: opened.line)
                text.silence([opened])
            }
        }
        guard fault.at.line > opened.line || isOver else {
            return YAMLDiagnosis(
                fault.at, "a comma or \(UnicodeScalar(close)) is missing before this: \(name)"
            ) { $0.erase(opened.line) }
        }
        return YAMLDiagnosis(opened, "\(name) is never closed") {
            $0.insert([close], in: opened.line, at: $0.end(opened.line))
            $0.silence([opened])
            $0.loseTrack(of: opened.line)
        }
    }

    private static func ofColons(_ fault: YAMLFault, _ text: YAMLText) -> YAMLDiagnosis? {
        if fault.words.mentions("could not find expected ':'"), let began = fault.beganAt {
            return YAMLDiagnosis(began, "a colon and a blank are missing: key: value") {
                $0.erase(began.line)
            }
        }
        if fault.words.mentions("expected comment or line break") {
            return YAMLDiagnosis(fault.at, "after | or > the text begins in the next line") {
                $0.blank(fault.at.line, from: $0.byte(fault.at))
            }
        }
        if fault.words.mentions("block sequence entries are not allowed") {
            return YAMLDiagnosis(fault.at, "a list begins in a line of its own, or is written [a, b]") {
                $0.replace(at: fault.at, by: UInt8(ascii: "x"))
            }
        }
        guard fault.words.mentions("mapping values are not allowed") else { return nil }
        let before = text[fault.at.line].prefix(text.byte(fault.at))
        if let colon = before.indices.dropLast().first(where: {
            before[$0] == UInt8(ascii: ":") && before[$0 + 1] == 0x20
        }) {
            let value = before[(colon + 1)...].firstIndex { $0 > 0x20 } ?? colon
            return YAMLDiagnosis(
                fault.at, "a second colon with a blank after it: put the whole value in quotes"
            ) {
                $0.replace(at: fault.at, by: UInt8(ascii: ";"), silence: $0.spot(fault.at.line, byte: value))
            }
        }
        let above = text.above(fault.at.line)
        guard above > 0 else { return nil }
        if text.margin(fault.at.line) > text.margin(above), keyEnd(text[above]) != nil {
            let spot = text.spot(fault.at.line, byte: text.margin(fault.at.line))
            return YAMLDiagnosis(
                spot, "this line begins further right than line \(above), which has its value already"
            ) { $0.indent(spot.line, to: $0.margin(above)) }
        }
        let spot = text.spot(above, byte: text.margin(above))
        return YAMLDiagnosis(spot, "a colon and a blank are missing: key: value") { $0.erase(above) }
    }

    private static func ofMargins(_ fault: YAMLFault, _ text: YAMLText) -> YAMLDiagnosis? {
        let line = fault.at.line
        if fault.words.mentions("<document start>") {
            return YAMLDiagnosis(fault.at, "this line begins further left than the first one") {
                $0.indent(line, to: $0.margin((1...line).first { !text.isEmpty($0) } ?? line))
            }
        }
        guard
            fault.words.mentions("did not find expected key")
                || fault.words.mentions("expected '-' indicator")
        else { return nil }
        let byte = text.byte(fault.at)
        guard byte <= text.margin(line) else {
            return YAMLDiagnosis(fault.at, "a text goes on after its closing quote: put all of it in quotes")
            {
                $0.blank(line, from: byte)
            }
        }
        var margins: [Int] = []
        var next = Int.max
        for each in stride(from: line - 1, to: 0, by: -1)
        where !text.isEmpty(each) && text.margin(each) < next {
            next = text.margin(each)
            margins.insert(next, at: 0)
        }
        if !margins.contains(byte),
            let near = margins.min(by: { (abs($0 - byte), -$0) < (abs($1 - byte), -$1) })
        {
            let places = margins.map { String($0 + 1) }.joined(separator: ", ")
            return YAMLDiagnosis(
                fault.at,
                "this line begins in column \(byte + 1), lines above in \(places): align it with one of them"
            ) { $0.indent(line, to: near) }
        }
        let isItem = text[line].dropFirst(byte).starts(with: [UInt8(ascii: "-"), 0x20])
        return YAMLDiagnosis(
            fault.at,
            isItem ? "a list item where a key is expected" : "a key where an item of a list is expected"
        ) { $0.erase(line) }
    }

    private static let openers: [UInt8] = [UInt8(ascii: "["), UInt8(ascii: "{")]
    private static let closers: [UInt8] = [UInt8(ascii: "]"), UInt8(ascii: "}")]

    /// The brackets of a line that are still open at its end, quotes left aside.
    private static func brackets(in line: ArraySlice<UInt8>) -> [Int] {
        var open: [Int] = []
        var quote: UInt8?
        for (index, byte) in zip(line.indices, line) {
            if let inside = quote {
                if byte == inside { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if openers.contains(byte) {
                open.append(index)
            } else if closers.contains(byte) {
                _ = open.popLast()
            }
        }
        return open
    }

    /// Where a comment begins in a line.
    private static func comment(in line: [UInt8], after start: Int) -> Int? {
        line.indices.dropFirst(start + 1).first { line[$0] == UInt8(ascii: "#") && line[$0 - 1] <= 0x20 }
    }

    /// Where the key of a line ends; nil when it has none.
    private static func keyEnd(_ line: [UInt8]) -> Int? {
        line.indices.first {
            line[$0] == UInt8(ascii: ":") && ($0 + 1 == line.count || line[$0 + 1] <= 0x20)
        }
    }
}
