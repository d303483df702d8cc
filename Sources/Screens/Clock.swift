import EngineAPI
package import Monitoring
import Text

/// How times are written on one person's screen: as a clock shows them somewhere, or as so long before or after a
/// mark.
package struct Clock: Hashable, Sendable {
    package enum Zone: String, Sendable, CaseIterable, Codable {
        case utc, store, local

        /// As the first row says it.
        package var words: String { self == .utc ? "UTC" : rawValue }
    }

    package var zone = Zone.utc
    /// Of the store and of this machine, as far as they are known.
    package var store: StoreClock?
    package var local: StoreClock?
    package var mark: WallTime?
    package var now: WallTime

    package init(now: WallTime) { self.now = now }

    /// Those that can be shown here.
    package var zones: [Zone] {
        Zone.allCases.filter { $0 == .utc || $0 == .store && store != nil || $0 == .local && local != nil }
    }

    private var shown: StoreClock? {
        switch zone {
        case .utc: nil
        case .store: store
        case .local: local
        }
    }

    private func civil(_ time: WallTime) -> CivilTime { shown?.civil(time) ?? time.civil }

    /// `02:14`, or `22 Nov 02:14` when that is not today; `m+12 min` while there is a mark.
    package func text(_ time: WallTime) -> String { relative(time) ?? civil(time).short(asOf: civil(now)) }

    /// `02:14:07`, of another day `22 Nov 02:14:07`; `m+12 min` while there is a mark.
    package func exact(_ time: WallTime) -> String {
        relative(time) ?? (day(time) == day(now) ? "" : day(time) + " ") + withSeconds(time)
    }

    /// `02:14`, whatever the mark.
    package func ofDay(_ time: WallTime) -> String { civil(time).hourMinute }

    /// `02:14:37`, whatever the mark.
    package func withSeconds(_ time: WallTime) -> String { civil(time).hourMinuteSecond }

    /// `2026-11-22 02:14:37`, whatever the mark.
    package func dated(_ time: WallTime) -> String {
        let shown = civil(time)
        return "\(shown.rfc3339.prefix(10)) \(shown.hourMinuteSecond)"
    }

    /// By every clock that is known, the shown one first: `02:14:37 UTC · 03:14:37 store`; with the day, where that is
    /// not today.
    package func everywhere(_ time: WallTime) -> String {
        let zones = [zone] + zones.filter { $0 != zone }
        return zones.map { zone in
            var clock = self
            (clock.zone, clock.mark) = (zone, nil)
            return "\(clock.exact(time)) \(zone.words)"
        }.joined(separator: " · ")
    }

    /// `22 Nov`
    package func day(_ time: WallTime) -> String { civil(time).dayMonth }

    /// Full steps of this clock stand at these offsets of UTC.
    package func offset(at time: WallTime) -> Int64 { Int64(shown?.offset(at: time) ?? 0) }

    private func relative(_ time: WallTime) -> String? {
        guard let mark else { return nil }
        let seconds = time.seconds(since: mark)
        return "m" + (seconds < 0 ? "-" : "+") + Age.text(seconds: abs(seconds))
    }

    // MARK: Sentences

    /// What is said of a row, with its times as this clock writes them: they were told in UTC, the same for all.
    package func words(_ judgement: Judgement) -> [String] {
        judgement.reason.map { retold($0, Self.times(judgement)) }
    }

    static func times(_ judgement: Judgement) -> [WallTime] {
        [judgement.since, judgement.asOf].compactMap(\.self) + judgement.told
    }

    package func words(_ aside: Aside) -> String {
        retold(aside.sentence(at: now), aside.until.map { [$0] } ?? [])
    }

    package func words(_ silence: Silence) -> String { retold(silence.sentence(at: now), [silence.until]) }

    /// Writes each of `times` anew where it stands first, and nothing else that looks like one.
    func retold(_ text: String, _ times: [WallTime]) -> String {
        guard zone != .utc || mark != nil else { return text }
        var places: [(range: Range<String.Index>, words: String)] = []
        for time in times {
            let told = time.civil
            let forms = ["\(told.dayMonth) \(told.hourMinute)", told.hourMinuteSecond, told.hourMinute]
            for form in forms {
                guard let range = text.firstPlace(of: form), Self.isWhole(range, in: text) else { continue }
                if !places.contains(where: { $0.range.overlaps(range) }) {
                    let isExact = form == told.hourMinuteSecond && mark == nil
                    places.append((range, isExact ? withSeconds(time) : self.text(time)))
                }
                break
            }
        }
        var text = text
        for place in places.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            text.replaceSubrange(place.range, with: place.words)
        }
        return text
    }

    private static func isWhole(_ range: Range<String.Index>, in text: String) -> Bool {
        // Part of a longer time or number: `12:02:10`, not `02:10: no answer`.
        func joins(_ bytes: some Sequence<UInt8>) -> Bool {
            let near = Array(bytes.prefix(2))
            let digits: ClosedRange<UInt8> = 0x30...0x39
            return near.first.map(digits.contains) == true
                || near.first == 0x3a && near.count == 2 && digits.contains(near[1])
        }
        return !joins(text.utf8[..<range.lowerBound].reversed()) && !joins(text.utf8[range.upperBound...])
    }
}

extension Model {
    package var clock: Clock {
        var clock = Clock(now: now.wall)
        clock.zone = zone
        clock.store = shown?.environment.clock
        clock.local = localClock
        clock.mark = timeMark
        // What is not known any more is not shown by another's clock under its name.
        if !clock.zones.contains(clock.zone) { clock.zone = .utc }
        return clock
    }

    mutating func nextZone() {
        let zones = clock.zones
        let place = zones.firstIndex(of: clock.zone) ?? 0
        show(zones[(place + 1) % zones.count])
    }

    mutating func show(_ zone: Clock.Zone) {
        let clock = clock
        guard clock.zones.contains(zone) else {
            let why =
                zone == .store
                ? "the config names no time_zone of the store" : "this machine's zone is not known"
            return say("no \(zone.rawValue) time: \(why)", status: .warning)
        }
        self.zone = zone
        let name = zone == .store ? clock.store?.zone : zone == .local ? clock.local?.zone : nil
        let only = clock.zones.count == 1 ? "; no other is known" : ""
        say("times are \(zone.words)" + (name.map { ", \(Sanitizer.line($0, maxBytes: 64))" } ?? "") + only)
    }

    /// From now on times are so long before or after this moment; once more, and they are a clock's again.
    mutating func markTime() {
        timeMark = timeMark == nil ? (place == .timeline ? timelineEntry?.from : nil) ?? now.wall : nil
        let key = KeyMap.name(of: .markTime)
        say(
            timeMark.map {
                "times are before or after m, \(clock.ofDay($0)) \(clock.zone.words); \(key) ends it"
            }
                ?? "times are \(clock.zone.words) again")
    }
}
