import Monitoring
import Text

/// A list as it was told last: what is written and read of it is what is other since.
struct RowBook<Row: RecordedRow> {
    private(set) var rows: [Row] = []
    private var places: [RowKey: Int] = [:]
    /// Two of the rows written last are called alike.
    private var hasTwins = false

    // MARK: Writing

    /// The list's value. Where rows came between others, or two are called alike, it is told whole.
    mutating func write(_ now: [Row], to line: inout LineWriter) {
        let keys = now.map(\.key)
        let isSame = keys.count == rows.count && zip(keys, rows).allSatisfy { $0 == $1.key }
        let there = isSame && !hasTwins ? [] : Set(keys)
        let stays = isSame ? rows : rows.filter { there.contains($0.key) }
        let wasTwofold = hasTwins
        if !isSame { hasTwins = there.count < keys.count }
        let isInOrder =
            (isSame && !hasTwins)
            || (!wasTwofold && there.count == keys.count && stays.count <= keys.count
                && zip(keys, stays).allSatisfy { $0 == $1.key })
        line.array { line in
            if isInOrder {
                for row in rows where !isSame && !there.contains(row.key) {
                    line.element()
                    line.object { line in
                        Self.writeKey(row.key, to: &line)
                        line.member(.gone, true)
                    }
                }
            } else {
                line.element()
                line.object { $0.member(.all, true) }
            }
            for (place, row) in now.enumerated() {
                let before = isInOrder && place < stays.count ? stays[place] : nil
                let changed = Row.members.changed(row, since: before ?? Row(row.key))
                if before != nil, changed.isEmpty { continue }
                line.element()
                line.object { line in
                    Self.writeKey(row.key, to: &line)
                    for member in changed { member.write(row, &line) }
                }
            }
        }
        rows = now
    }

    private static func writeKey(_ key: RowKey, to line: inout LineWriter) {
        line.member(Row.nameWord, key.name.text)
        if let host = key.host { line.member(.vhost, host.text) }
    }

    // MARK: Reading

    mutating func read(_ line: inout LineCursor) throws(RecordingFault) {
        var isWhole = false
        try line.openArray()
        while try line.nextElement() {
            try line.openObject()
            try readRow(&line, &isWhole)
        }
    }

    /// `isWhole`: all rows are told, twins as well.
    private mutating func readRow(
        _ line: inout LineCursor, _ isWhole: inout Bool
    ) throws(RecordingFault) {
        let begin = line.place
        var (name, host): (String?, String?) = (nil, nil)
        var (isGone, isAll) = (false, false)
        while let word = try line.nextMember() {
            switch word {
            case Row.nameWord: name = try line.name()
            case .vhost: host = try line.optionalString()
            case .gone: isGone = try line.bool()
            case .all: isAll = try line.bool()
            default: try line.skip()
            }
        }
        if isAll {
            rows = []
            places = [:]
            isWhole = true
        }
        guard let name else {
            if isAll { return }
            throw line.fault("a row has no \(Row.nameWord.text)")
        }
        let key = RowKey(name, host: host)
        if isGone {
            guard let place = places[key] else { return }
            rows.remove(at: place)
            places = Dictionary(
                rows.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
            return
        }
        let end = line.place
        line.place = begin
        let place = isWhole ? rows.count : places[key] ?? rows.count
        if place == rows.count {
            guard rows.count < Self.most else { throw line.fault("it has more than \(Self.most) rows") }
            rows.append(Row(key))
            if places[key] == nil { places[key] = place }
        }
        while let word = try line.nextMember() {
            if let member = Row.members[word] {
                try member.read(&rows[place], &line)
            } else {
                try line.skip()
            }
        }
        line.place = end
    }

    private static var most: Int { 100_000 }
}
