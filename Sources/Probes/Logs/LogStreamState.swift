import Monitoring
import Platform
import Text

/// All that a log stream knows; behind its lock.
struct LogStreamState {
    /// Into what the bytes go.
    private enum Target { case nothing, current, late, missed }

    private static let mostMarks = 32

    private var tally: OutcomeTally
    /// Which child is listened to: a late word of an earlier one is none of ours.
    private var generation = 0
    private var stream = MarkedStream("")
    private var opening: Latch?
    private var target = Target.nothing
    var current: FarPlace?
    /// The file that was at the path before; its writer may still hold it.
    private var late: FarPlace?
    /// A file that came and went between two beats.
    private var missed: FarPlace?
    private var marks: [FarPlace.Mark] = []
    private var numbers = 0
    private var farClock = FarClock()
    /// The newest beat that is not known to be whole: its time, and what the file held.
    private var beat: (time: WallTime, size: Int64)?
    private var newest: (time: WallTime, size: Int64)?
    private var whole: WallTime?
    private var heardAt: Timestamp
    var bytes = 0
    private var end = LogStream.End.none
    private var errors = LastLine()
    private var hasBegun = false
    private var isAway = false
    private var mustBeginAnew = false
    private var remarks = Remarks()

    init(tally: OutcomeTally, at now: Timestamp) {
        self.tally = tally
        heardAt = now
    }

    mutating func begin(_ mark: String, _ opening: Latch, at now: Timestamp) -> Int {
        generation += 1
        stream = MarkedStream(mark)
        self.opening = opening
        (target, end, errors) = (.nothing, .none, LastLine())
        (beat, newest, heardAt) = (nil, nil, now)
        (hasBegun, mustBeginAnew) = (false, false)
        return generation
    }

    mutating func take(_ history: FarHistory, at now: Timestamp) {
        farClock.heard(history.time, at: history.heardAt)
        let far = farClock.now(at: now)
        numbers += 1
        var place = FarPlace(inode: history.inode, number: numbers, offset: history.from)
        place.feed(history.bytes) { [number = numbers] line in
            if history.isCounted { tally.take(line, from: number, at: far) }
        }
        tally.begin(at: tally.placesHistory(at: far) ? history.since : history.time)
        current = place
        whole = history.time
    }

    mutating func receive(_ output: ChildOutput, from sender: Int, at now: Timestamp) {
        guard generation == sender else { return }
        heardAt = now
        switch output {
        case .output(let bytes):
            self.bytes += bytes.count
            var parts: [MarkedStream.Part] = []
            stream.feed(bytes) { parts.append($0) }
            for part in parts {
                switch part {
                case .bytes(let bytes): take(bytes, at: now)
                case .words(let words): take(words, at: now)
                }
            }
        case .error(let bytes):
            self.bytes += bytes.count
            errors.append(bytes)
        case .skipped: break
        case .ended(let how):
            end = .ended(how)
            opening?.open()
        case .failed(let error):
            end = .failed(error)
            opening?.open()
        }
    }

    mutating func news(at now: Timestamp) -> LogStream.News {
        let far = farClock.now(at: now)
        tally.looked(upTo: whole ?? far, at: far)
        let behind = farClock.behind(at: now)
        if behind != 0 {
            remarks.note(
                .clock,
                "its machine's clock is \(Age.text(seconds: abs(behind))) \(behind > 0 ? "behind" : "ahead"),"
                    + " its lines are taken by its own", at: far)
        } else {
            remarks.forget(.clock)
        }
        let missing = newest.map { max(0, $0.size - (current?.offset ?? 0)) } ?? 0
        let news = LogStream.News(
            readings: tally.readings, notices: remarks.facts(at: far) + tally.notices(at: far), bytes: bytes,
            end: end, complaint: errors.text, hasBegun: hasBegun, isAway: isAway, whole: whole,
            missing: missing,
            silence: now.seconds(since: heardAt), now: far, mustBeginAnew: mustBeginAnew)
        bytes = 0
        return news
    }

    // MARK: Bytes

    private mutating func take(_ bytes: ArraySlice<UInt8>, at now: Timestamp) {
        let far = farClock.now(at: now)
        switch target {
        case .nothing: break
        case .current:
            feed(bytes, \.current, at: far)
            settleBeat()
        case .late: feed(bytes, \.late, at: far)
        case .missed: feed(bytes, \.missed, at: far)
        }
    }

    private mutating func feed(
        _ bytes: ArraySlice<UInt8>, _ which: WritableKeyPath<Self, FarPlace?>, at now: WallTime
    ) {
        guard var place = self[keyPath: which] else { return }
        // Moved, not copied: it holds the beginning of a line.
        self[keyPath: which] = nil
        let number = place.number
        place.feed(bytes) { tally.take($0, from: number, at: now) }
        self[keyPath: which] = place
    }

    private mutating func settleBeat() {
        guard let beat, let current, current.offset >= beat.size else { return }
        // Two beats cannot be a minute out of order: its clock was set back.
        let isSetBack = whole.map { $0.seconds(since: beat.time) > 60 } ?? false
        whole = isSetBack ? beat.time : max(whole ?? beat.time, beat.time)
        self.beat = nil
    }

    // MARK: Words

    private mutating func take(_ words: [String], at now: Timestamp) {
        let far = farClock.now(at: now)
        switch words.first {
        case "follows":
            guard words.count == 3, let inode = UInt64(words[1]), let byte = Int64(words[2]) else { return }
            retire(\.missed, at: far)
            follow(inode, from: byte - 1, at: far)
            target = .current
        case "missed":
            retire(\.missed, at: far)
            guard words.count == 2, let inode = UInt64(words[1]) else { return target = .nothing }
            missed = place(inode)
            target = .missed
        case "late": target = .late
        case "on": target = .current
        case "beat":
            let numbers = words.dropFirst().compactMap { Int64($0) }
            guard numbers.count == words.count - 1, numbers.count >= 3 else { return }
            take(beat: numbers, at: now)
        default: break
        }
    }

    /// Time, inode, size; inode and size at the path, when something is there.
    private mutating func take(beat numbers: [Int64], at now: Timestamp) {
        let time = WallTime(seconds: numbers[0])
        farClock.heard(time, at: now)
        isAway = numbers.count < 5
        guard let place = current, numbers[1] == Int64(bitPattern: place.inode) else { return }
        let size = numbers[2]
        if size < place.offset {
            let far = farClock.now(at: now)
            tally.lose(from: whole, to: far)
            remarks.note(.truncated, "the file was cut, lines written just before are not counted", at: far)
            current = place.begunAgain()
            (target, beat, newest, mustBeginAnew) = (.nothing, nil, nil, true)
            return
        }
        if beat == nil { beat = (time, size) }
        newest = (time, size)
        settleBeat()
        hasBegun = true
        opening?.open()
    }

    private mutating func follow(_ inode: UInt64, from offset: Int64, at now: WallTime) {
        if let current, current.inode == inode, current.offset == offset { return }
        if current?.inode == inode {
            retire(\.current, at: now)
        } else if current != nil {
            retire(\.late, at: now)
            late = current
        }
        current = place(inode, from: offset)
        if offset > 0 {
            tally.lose(from: whole, to: now)
            remarks.note(.skipped, "lines were skipped, too many came while the line was down", at: now)
        }
        (beat, newest) = (nil, nil)
    }

    private mutating func place(_ inode: UInt64, from offset: Int64 = 0) -> FarPlace {
        numbers += 1
        let known = (marks + [late, current].compactMap { $0?.mark }).last { $0.inode == inode }
        return FarPlace(
            inode: inode, number: numbers, offset: offset, isMidway: offset > 0, recalling: known)
    }

    private mutating func retire(_ which: WritableKeyPath<Self, FarPlace?>, at now: WallTime) {
        guard var old = self[keyPath: which] else { return }
        self[keyPath: which] = nil
        let number = old.number
        old.end { tally.take($0, from: number, at: now) }
        tally.end(number)
        if let mark = old.mark {
            marks.append(mark)
            if marks.count > Self.mostMarks { marks.removeFirst() }
        }
    }
}
