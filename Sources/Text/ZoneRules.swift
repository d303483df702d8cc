/// What a time zone adds to UTC, from a file of the system's zoneinfo (TZif, RFC 8536). Pure: no `localtime`,
/// which is global state.
package struct ZoneRules: Hashable, Sendable {
    package struct Change: Hashable, Sendable {
        /// Since 1970, UTC.
        package var atSeconds: Int64
        package var offsetSeconds: Int
    }

    /// The offset before the first change.
    package private(set) var firstOffset: Int
    /// Oldest first.
    package private(set) var changes: [Change] = []

    /// Nil when the bytes are no such file. The rule at its end is carried out for `years`.
    package init?(_ bytes: [UInt8], years: ClosedRange<Int>) {
        var reader = Reader(bytes[...])
        guard let old = reader.header(), old.version >= 0x32, reader.skip(old.size(timeWidth: 4)),
            let header = reader.header(), header.types > 0
        else { return nil }
        var times: [Int64] = []
        var kinds: [Int] = []
        var offsets: [Int] = []
        for _ in 0..<header.times {
            guard let time = reader.number(8) else { return nil }
            times.append(time)
        }
        for _ in 0..<header.times {
            guard let kind = reader.byte() else { return nil }
            kinds.append(Int(kind))
        }
        for _ in 0..<header.types {
            guard let offset = reader.number(4), reader.skip(2) else { return nil }
            offsets.append(Int(offset))
        }
        guard kinds.allSatisfy(offsets.indices.contains),
            reader.skip(header.characters + header.leaps * 12 + header.standards + header.universals),
            reader.byte() == UInt8(ascii: "\n")
        else { return nil }
        firstOffset = offsets[0]
        changes = zip(times, kinds).map { Change(atSeconds: $0, offsetSeconds: offsets[$1]) }
        let footer = String(decoding: reader.rest.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard let rule = YearRule(footer) else { return nil }
        let known = changes.last?.atSeconds ?? .min
        changes += years.flatMap(rule.changes).filter { $0.atSeconds > known }
        if rule.isFixed, changes.isEmpty { firstOffset = rule.standard }
    }

    package func offset(atSeconds seconds: Int64) -> Int {
        changes.last { $0.atSeconds <= seconds }?.offsetSeconds ?? firstOffset
    }
}

extension ZoneRules {
    private struct Header {
        var version: UInt8
        var universals = 0, standards = 0, leaps = 0, times = 0, types = 0, characters = 0

        func size(timeWidth: Int) -> Int {
            times * (timeWidth + 1) + types * 6 + characters + leaps * (timeWidth + 4) + standards
                + universals
        }
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>
        init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

        mutating func byte() -> UInt8? { rest.popFirst() }

        mutating func skip(_ count: Int) -> Bool {
            guard count <= rest.count else { return false }
            rest = rest.dropFirst(count)
            return true
        }

        /// Big-endian and signed.
        mutating func number(_ width: Int) -> Int64? {
            guard rest.count >= width else { return nil }
            var value: Int64 = rest.first.map { $0 & 0x80 != 0 } == true ? -1 : 0
            for byte in rest.prefix(width) { value = value << 8 | Int64(byte) }
            rest = rest.dropFirst(width)
            return value
        }

        mutating func header() -> Header? {
            guard rest.starts(with: "TZif".utf8), skip(4), let version = byte(), skip(15) else { return nil }
            var counts: [Int] = []
            for _ in 0..<6 {
                // No zone has so many; a larger number would only cost memory.
                guard let count = number(4), (0...100_000).contains(count) else { return nil }
                counts.append(Int(count))
            }
            return Header(
                version: version, universals: counts[0], standards: counts[1], leaps: counts[2],
                times: counts[3], types: counts[4], characters: counts[5])
        }
    }
}

extension ZoneRules {
    /// `CET-1CEST,M3.5.0,M10.5.0/3`: what holds after the last change of the file (POSIX, TZ).
    struct YearRule {
        /// Seconds east of UTC.
        var standard: Int
        private var summer: (offset: Int, begins: Day, ends: Day)?

        private struct Day {
            var month: Int, week: Int, weekday: Int
            /// Seconds after midnight, local time.
            var seconds: Int
        }

        var isFixed: Bool { summer == nil }

        /// Nil for a rule that is not understood; the days of a year by number are in no zone of today.
        init?(_ text: String) {
            var rest = text[...]
            guard Self.takeName(&rest), let west = Self.takeTime(&rest) else { return nil }
            standard = -west
            guard !rest.isEmpty else { return }
            guard Self.takeName(&rest) else { return nil }
            let offset = rest.hasPrefix(",") ? standard + 3600 : Self.takeTime(&rest).map { -$0 }
            let days = rest.split(separator: ",").map(Self.day)
            guard let offset, days.count == 2, let begins = days[0], let ends = days[1] else { return nil }
            summer = (offset, begins, ends)
        }

        func changes(in year: Int) -> [Change] {
            guard let summer else { return [] }
            return [
                Change(
                    atSeconds: Self.midnight(summer.begins, year) + Int64(summer.begins.seconds - standard),
                    offsetSeconds: summer.offset),
                Change(
                    atSeconds: Self.midnight(summer.ends, year) + Int64(summer.ends.seconds - summer.offset),
                    offsetSeconds: standard),
            ].sorted { $0.atSeconds < $1.atSeconds }
        }

        private static func midnight(_ day: Day, _ year: Int) -> Int64 {
            let first = CivilTime.secondsSinceEpoch(year: year, month: day.month, day: 1)
            let next = CivilTime.secondsSinceEpoch(
                year: day.month == 12 ? year + 1 : year, month: day.month % 12 + 1, day: 1)
            // 1970-01-01 was a Thursday.
            let weekday = Int((first / 86_400 % 7 + 11) % 7)
            var time = first + Int64((day.weekday - weekday + 7) % 7 + (day.week - 1) * 7) * 86_400
            while time >= next { time -= 7 * 86_400 }
            return time
        }

        private static func takeName(_ rest: inout Substring) -> Bool {
            let length: Int
            if rest.hasPrefix("<") {
                guard let end = rest.firstIndex(of: ">") else { return false }
                length = rest.distance(from: rest.startIndex, to: end) + 1
            } else {
                length = rest.prefix { $0.isLetter }.count
            }
            rest = rest.dropFirst(length)
            return length >= 3
        }

        /// `-1`, `5:45`, `+3:30:00`, in seconds.
        private static func takeTime(_ rest: inout Substring) -> Int? {
            let text = rest.prefix { "+-:0123456789".contains($0) }
            rest = rest.dropFirst(text.count)
            return seconds(text)
        }

        private static func seconds(_ text: Substring) -> Int? {
            let digits = text.drop { $0 == "+" || $0 == "-" }
            guard text.count - digits.count < 2 else { return nil }
            let parts = digits.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...3).contains(parts.count) else { return nil }
            var total = 0
            for index in 0..<3 {
                guard let part = parts.count > index ? parts[index] : 0, (0...167).contains(part) else {
                    return nil
                }
                total = total * 60 + part
            }
            return text.hasPrefix("-") ? -total : total
        }

        /// `M10.5.0/3`
        private static func day(_ text: Substring) -> Day? {
            let parts = text.split(separator: "/")
            guard let date = parts.first, date.hasPrefix("M"), parts.count <= 2 else { return nil }
            let numbers = date.dropFirst().split(separator: ".").compactMap { Int($0) }
            guard numbers.count == 3, (1...12).contains(numbers[0]), (1...5).contains(numbers[1]),
                (0...6).contains(numbers[2]), let time = parts.count == 2 ? seconds(parts[1]) : 7200
            else { return nil }
            return Day(month: numbers[0], week: numbers[1], weekday: numbers[2], seconds: time)
        }
    }
}
