/// Where something stands in a text, lines and columns from 1, columns in characters.
struct YAMLSpot: Hashable, Comparable, Sendable {
    var line: Int
    var column: Int

    static func < (left: YAMLSpot, right: YAMLSpot) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A text with a mistake in it put right for the moment, so that what comes after it can be read too.
///
/// Lines stay where they are; what moves within one is known, and what was guessed is not spoken of.
struct YAMLText {
    private(set) var lines: [[UInt8]]
    /// Lines that are not what they were, beyond a letter or their margin: when one is wrong again, it is taken out.
    private(set) var touched: Set<Int> = []
    /// What was put right there says nothing of what was meant.
    private(set) var silent: Set<YAMLSpot> = []
    /// Lines whose place in the tree was guessed.
    private(set) var guessed: Set<Int> = []
    private var moved: [Int: (column: Int, by: Int)] = [:]
    /// Lines of which a part was taken out or guessed: that a thing is missing there cannot be told.
    private var lost: Set<Int> = []

    init(_ bytes: [UInt8]) {
        lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
    }

    var bytes: [UInt8] { Array(lines.joined(separator: [UInt8(ascii: "\n")])) }

    subscript(line: Int) -> [UInt8] { lines.indices.contains(line - 1) ? lines[line - 1] : [] }

    /// The byte at which a character stands, at most the line's end.
    func byte(_ spot: YAMLSpot) -> Int {
        var left = spot.column - 1
        for (index, byte) in self[spot.line].enumerated() where byte & 0xC0 != 0x80 {
            if left == 0 { return index }
            left -= 1
        }
        return self[spot.line].count
    }

    func spot(_ line: Int, byte: Int) -> YAMLSpot {
        YAMLSpot(line: line, column: self[line].prefix(byte).count { $0 & 0xC0 != 0x80 } + 1)
    }

    func letter(_ spot: YAMLSpot) -> UInt8? {
        let index = byte(spot)
        return index < self[spot.line].count ? self[spot.line][index] : nil
    }

    /// Blanks and tabs before the first letter.
    func margin(_ line: Int) -> Int { self[line].prefix { $0 == 0x20 || $0 == 0x09 }.count }

    /// Where the text of a line ends, what is blank after it not counted.
    func end(_ line: Int) -> Int { (self[line].lastIndex { $0 > 0x20 } ?? -1) + 1 }

    func isEmpty(_ line: Int) -> Bool {
        let first = self[line].first { $0 > 0x20 }
        return first == nil || first == UInt8(ascii: "#")
    }

    /// The nearest line above that says something; 0 when there is none.
    func above(_ line: Int) -> Int { (1..<max(1, line)).last { !isEmpty($0) } ?? 0 }

    mutating func replace(at spot: YAMLSpot, by byte: UInt8, silence: YAMLSpot? = nil) {
        let index = self.byte(spot)
        guard lines.indices.contains(spot.line - 1), index < self[spot.line].count else { return }
        // A letter of several bytes becomes as many of one: only what follows in this line moves.
        lines[spot.line - 1][index] = byte
        silent.insert(silence ?? spot)
    }

    mutating func insert(_ text: [UInt8], in line: Int, at byte: Int) {
        guard lines.indices.contains(line - 1), byte <= self[line].count else { return }
        moved[line] = (spot(line, byte: byte).column, text.count)
        lines[line - 1].insert(contentsOf: text, at: byte)
        touched.insert(line)
    }

    mutating func blank(_ line: Int, from byte: Int) {
        guard lines.indices.contains(line - 1), byte <= self[line].count else { return }
        lines[line - 1].replaceSubrange(byte..., with: Array(repeating: 0x20, count: self[line].count - byte))
        touched.insert(line)
    }

    /// Gives a line another margin, which is a guess.
    mutating func indent(_ line: Int, to margin: Int) {
        let old = self.margin(line)
        lines[line - 1].replaceSubrange(0..<old, with: Array(repeating: 0x20, count: margin))
        moved[line] = (1, margin - old)
        guessed.insert(line)
        lost.insert(line)
    }

    /// Takes a line out, with all that stands below it.
    mutating func erase(_ line: Int) {
        guard lines.indices.contains(line - 1) else { return }
        let margin = margin(line)
        var last = line
        while last < lines.count, isEmpty(last + 1) || self.margin(last + 1) > margin { last += 1 }
        for index in line...last {
            lines[index - 1] = []
            touched.insert(index)
            lost.insert(index)
            moved[index] = nil
        }
    }

    mutating func silence(_ spots: Set<YAMLSpot>) { silent.formUnion(spots) }

    /// Something else may be meant there than what is read now.
    mutating func loseTrack(of line: Int) { lost.insert(line) }

    /// Whether all that stands in a part of the text was read as it stands.
    func isWhole(_ part: Range<Int>) -> Bool {
        guard !lost.isEmpty else { return true }
        var start = 0
        for (index, line) in lines.enumerated() {
            let end = start + line.count
            if lost.contains(index + 1), end >= part.lowerBound, start <= part.upperBound { return false }
            start = end + 1
        }
        return true
    }

    /// Where a place of this text was before anything was put right; nil when nothing may be said of it.
    func original(_ line: Int, _ column: Int) -> YAMLSpot? {
        let spot = YAMLSpot(line: line, column: column)
        return guessed.contains(line) || silent.contains(spot) ? nil : unmoved(spot)
    }

    /// The same for a mistake in the YAML itself.
    func unmoved(_ spot: YAMLSpot) -> YAMLSpot {
        guard let move = moved[spot.line], spot.column > move.column else { return spot }
        return YAMLSpot(line: spot.line, column: max(move.column, spot.column - move.by))
    }
}
