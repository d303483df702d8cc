/// What came to pass in a table lately, by the status and the whole second that stand in a row: each row is
/// counted once, however often its second is looked at.
///
/// Rows appear when they are committed, which is later than the second they carry: so each second is looked at
/// again until it is half a minute old. What was counted stays counted when the row moves on or is deleted.
struct RecentRows<Key: Hashable & Sendable>: Sendable {
    struct Place: Hashable, Sendable {
        var status: Int
        /// Since 1970, on the server's clock.
        var second: Int64
    }

    private struct Second: Sendable {
        /// As many rows as were found there at the last look.
        var rows = 0
        /// The most that were found at any look.
        var groups: [Key: Int] = [:]
        /// Too many to be told apart.
        var isVague = false
    }

    struct Event: Sendable {
        var key: Key
        var place: Place
        var count: Int
    }

    /// A look goes back so far behind the last one.
    static var overlap: Int64 { 30 }
    /// More rows in one second are told apart in pages.
    static var secondCap: Int { 2000 }
    /// So many rows of a status are looked at by the index; beyond them the next look goes on.
    static var glanceCap: Int { 30_000 }
    /// Statuses that are looked at together have no more between them.
    private static var togetherCap: Int { 5000 }
    /// With more rows than that in sight, looks that go back all the way are some time apart, and reach back that
    /// much further; those in between go back a little behind the last one.
    static var fewInSight: Int { 1000 }
    static var quietRows: Int { 300 }
    /// After so many seconds a whole look is due, after the others it comes in any case.
    private static var wholeEvery: Int64 { 25 }
    private static var wholeWithin: Int64 { 40 }
    private static var shortOverlap: Int64 { 3 }
    /// So long counts are kept by their second.
    private let kept: Int64
    private var seconds: [Place: Second] = [:]
    /// Where the next look begins that goes back all the way, by status.
    private var from: [Int: Int64] = [:]
    private var wholeAt: [Int: Int64] = [:]
    private var lastLook: Int64 = .min
    /// Statuses of which this look is a short one.
    private var short: Set<Int> = []
    /// Where a look goes on that had to end before now.
    private var afterCut: [Int: Int64] = [:]
    private var vagueUntil: Int64 = 0
    private var firstKnown: Int64 = .min
    /// A second with many rows that is being read in pages, and the id up to which it has been.
    private(set) var page: (place: Place, after: UInt64)?
    private var waitingPages: [Place] = []
    private var paged: [Key: Int] = [:]
    private var planned: Set<Place> = []
    private var isFirst = true
    private var isDeferring = false

    /// `kept` seconds back from the last look, counts can be had by their second.
    init(keeping kept: Int64) { self.kept = kept }

    /// Rows that are known to be there and not told apart yet.
    var isBehind: Bool { isDeferring || page != nil || !waitingPages.isEmpty }

    /// Not all that may still change is looked at.
    var isShort: Bool { !short.isEmpty }

    /// Begins a look and answers where, by status. Of many rows in sight it looks at the newest alone, unless
    /// `isWhole` asks for all.
    mutating func begin(_ statuses: [Int], now: Int64, isWhole: Bool) -> [Int: Int64] {
        short = []
        var starts: [Int: Int64] = [:]
        for status in statuses {
            starts[status] = afterCut[status].map { min($0, now) } ?? wholeStart(status, now: now)
            guard !isWhole, !isFirst, !isBehind, afterCut[status] == nil, let whole = wholeAt[status],
                (0..<Self.wholeWithin).contains(now - whole), rowsInSight(status) > Self.fewInSight
            else { continue }
            short.insert(status)
            starts[status] = max(starts[status] ?? now, min(lastLook, now) - Self.shortOverlap)
        }
        return starts
    }

    /// A look that goes back all the way would be in time.
    func isWholeDue(now: Int64) -> Bool {
        wholeAt.contains { status, at in
            now - at >= Self.wholeEvery || rowsInSight(status) > Self.glanceCap / 2
        }
    }

    /// Whether neither the look that began at `start` nor a later one sees this second.
    func isPast(_ place: Place, lookFrom start: Int64) -> Bool {
        place.second < min(start, from[place.status] ?? start)
    }

    /// So few rows are in sight that telling all of them apart at once is the cheapest look there is.
    func isQuiet(_ statuses: [Int]) -> Bool {
        !isFirst && !isBehind && short.isEmpty && afterCut.isEmpty
            && statuses.reduce(0) { $0 + rowsInSight($1) } <= Self.quietRows
    }

    private func wholeStart(_ status: Int, now: Int64) -> Int64 {
        min(from[status] ?? now - kept, now - Self.overlap)
    }

    private func rowsInSight(_ status: Int) -> Int {
        guard let start = from[status] else { return 0 }
        return seconds.reduce(0) { sum, entry in
            entry.key.status == status && entry.key.second >= start ? sum + entry.value.rows : sum
        }
    }

    /// Statuses that are looked at together.
    struct Sight: Sendable {
        var statuses: [Int]
        var start: Int64
        /// In rows, one more than may be there.
        var limit: Int
    }

    /// Statuses with few rows are looked at together; of others a look can end before now, and has to say which.
    func sights(_ starts: [Int: Int64], isSplit: Bool) -> [Sight] {
        let busy = starts.keys.filter { isSplit || rowsInSight($0) > Self.fewInSight }
        let quiet = Dictionary(grouping: starts.keys.filter { !busy.contains($0) }) { starts[$0] ?? 0 }
        let alone = busy.sorted().map {
            Sight(statuses: [$0], start: starts[$0] ?? 0, limit: Self.glanceCap + 1)
        }
        return alone
            + quiet.sorted { $0.key < $1.key }.map { start, statuses in
                Sight(
                    statuses: statuses.sorted(), start: start,
                    limit: (statuses.count > 1 ? Self.togetherCap : Self.glanceCap) + 1)
            }
    }

    /// Whether several statuses that were looked at together have more rows than that.
    func hasToSplit(_ starts: [Int: Int64], _ counts: [Place: Int]) -> Bool {
        sights(starts, isSplit: false).contains { sight in
            let total = counts.reduce(0) { sight.statuses.contains($1.key.status) ? $0 + $1.value : $0 }
            return sight.statuses.count > 1 && total >= sight.limit
        }
    }

    /// Takes the last second off where a look came to its end before now, and answers these by status: they may
    /// have more rows than were seen.
    static func cut(_ counts: inout [Place: Int]) -> [Int: Int64] {
        var cut: [Int: Int64] = [:]
        for (status, places) in Dictionary(grouping: counts.keys, by: \.status) {
            let total = places.reduce(0) { $0 + (counts[$1] ?? 0) }
            guard total > glanceCap, let last = places.map(\.second).max() else { continue }
            cut[status] = last
            counts[.init(status: status, second: last)] = nil
        }
        return cut
    }

    /// Takes how many rows the index has in each second, up to the one at which a status was `cut`, and answers
    /// the seconds whose rows are to be told apart: where something has changed, or all with `isWhole`, as far as
    /// `budget` rows go. What is left over comes next time.
    mutating func plan(
        _ counts: [Place: Int], cut: [Int: Int64], statuses: [Int], now: Int64, isWhole: Bool, budget: Int
    ) -> [Place] {
        if now < (from.values.max() ?? now) - 5 { from = from.mapValues { min($0, now) } }
        planned = []
        isDeferring = false
        for status in statuses {
            for (place, count) in counts where place.status == status {
                let known = seconds[place]?.rows ?? 0
                if seconds[place]?.isVague == true {
                    seconds[place]?.rows = max(count, known)
                    continue
                }
                if count < known { seconds[place]?.rows = count }
                if isFirst, count > Self.secondCap {
                    makeVague(place, count)
                } else if count > Self.secondCap {
                    if count > known { readInPages(place) }
                } else if count > known || isWhole {
                    planned.insert(place)
                }
            }
            if !short.contains(status) { (from[status], wholeAt[status]) = (now - Self.overlap, now) }
            afterCut[status] = nil
            if let last = cut[status] {
                end(status, at: last, now: now)
            } else if !isFirst, let paged = pagedSeconds(status).min() {
                // What is read in pages stays in sight until a look has found it unchanged.
                from[status] = min(from[status] ?? paged, paged)
            }
        }
        lastLook = now
        deferBeyond(budget, counts)
        turnPage()
        return Array(planned)
    }

    /// A look that could not come to now: its last second is read in pages, the next look goes on behind it.
    private mutating func end(_ status: Int, at last: Int64, now: Int64) {
        vagueUntil = max(vagueUntil, now + (isFirst ? kept : 0))
        afterCut[status] = isFirst ? now : last + 1
        if isFirst {
            firstKnown = now
        } else if (seconds[.init(status: status, second: last)]?.rows ?? 0) <= Self.secondCap {
            readInPages(.init(status: status, second: last))
        }
    }

    /// Oldest first, so that nothing falls behind; at the first look newest first, since what is older need not
    /// be known.
    private mutating func deferBeyond(_ budget: Int, _ counts: [Place: Int]) {
        var left = budget
        for place in planned.sorted(by: { isFirst ? $0.second > $1.second : $0.second < $1.second }) {
            left -= counts[place] ?? 0
            if left >= 0 { continue }
            planned.remove(place)
            if isFirst {
                makeVague(place, counts[place] ?? 0)
            } else {
                isDeferring = true
                afterCut[place.status] = nil
                from[place.status] = min(from[place.status] ?? place.second, place.second)
            }
        }
    }

    /// Takes the rows of the planned seconds, told apart; answers what had not been counted.
    mutating func take(_ found: [Place: [Key: Int]], now: Int64) -> [Event] {
        var events: [Event] = []
        for place in planned.union(found.keys) where page?.place != place && !waitingPages.contains(place) {
            // What was there at the first look and could not be told apart is not counted later.
            if seconds[place]?.isVague == true { continue }
            let groups = found[place] ?? [:]
            var second = seconds[place] ?? Second()
            second.rows = groups.values.reduce(0, +)
            for (key, count) in groups where count > second.groups[key] ?? 0 {
                events.append(Event(key: key, place: place, count: count - (second.groups[key] ?? 0)))
                second.groups[key] = count
            }
            seconds[place] = second
        }
        let oldest = min(now - kept, from.values.min() ?? now) - 5
        seconds = seconds.filter { $0.key.second >= oldest || page?.place == $0.key }
        isFirst = false
        return events
    }

    /// Takes one page of a second with many rows; `last` is its last id, nil when there were none.
    mutating func take(page groups: [Key: Int], upTo last: UInt64?, limit: Int) -> [Event] {
        guard let (place, _) = page else { return [] }
        var second = seconds[place] ?? Second()
        var events: [Event] = []
        for (key, count) in groups {
            paged[key, default: 0] += count
            let (new, known) = (paged[key] ?? 0, second.groups[key] ?? 0)
            guard new > known else { continue }
            events.append(Event(key: key, place: place, count: new - known))
            second.groups[key] = new
        }
        if let last, groups.values.reduce(0, +) >= limit {
            page = (place, last)
        } else {
            second.rows = paged.values.reduce(0, +)
            page = nil
        }
        seconds[place] = second
        turnPage()
        return events
    }

    private mutating func makeVague(_ place: Place, _ count: Int) {
        seconds[place] = Second(rows: count, isVague: true)
        vagueUntil = max(vagueUntil, place.second + kept)
    }

    private mutating func readInPages(_ place: Place) {
        if page?.place != place, !waitingPages.contains(place) { waitingPages.append(place) }
    }

    private func pagedSeconds(_ status: Int) -> [Int64] {
        ([page?.place].compactMap(\.self) + waitingPages).filter { $0.status == status }.map(\.second)
    }

    private mutating func turnPage() {
        guard page == nil, !waitingPages.isEmpty else { return }
        page = (waitingPages.removeFirst(), 0)
        paged = [:]
    }

    /// Rows by key in the last `length` seconds, whole seconds both ends, and whether there may be more.
    func counts(
        _ status: Int, last length: Int64, now: Int64
    ) -> (groups: [Key: Int], isBound: Bool) {
        var sum: [Key: Int] = [:]
        for (place, second) in seconds where place.status == status && place.second >= now - length {
            for (key, count) in second.groups { sum[key, default: 0] += count }
        }
        return (sum, isBehind || now < vagueUntil)
    }

    /// From this second on everything is known.
    func knownSince(now: Int64) -> Int64 {
        let vague = seconds.filter { $0.value.isVague }.keys.map(\.second).max()
        return max(firstKnown, vague.map { $0 + 1 } ?? now - kept)
    }
}
