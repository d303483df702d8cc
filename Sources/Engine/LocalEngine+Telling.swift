package import EngineAPI
import Monitoring

/// Who is told of alerts outside of the console: a file, a program.
package protocol AlertSink: Sendable {
    /// What it is called, in words and in what is kept: `alerts file`.
    var name: String { get }
    /// Also what a person has silenced: whoever keeps a record has all of it.
    var takesSilenced: Bool { get }
    /// Returns once it was taken; throws why it was not, in a clause.
    @concurrent func take(_ notice: AlertNotice, of environment: EnvironmentFacts)
        async throws(AlertSinkFailure)
}

extension AlertSink {
    package var takesSilenced: Bool { true }
}

/// What is done again and again while somebody watches, so that its silence tells that nobody does.
package protocol Pulse: Sendable {
    var name: String { get }
    var interval: Duration { get }
    @concurrent func beat() async throws(AlertSinkFailure)
}

package struct AlertSinkFailure: Error, Hashable, Sendable {
    /// `/usr/local/bin/page: ended with 1: no route`
    package var words: String
    package init(_ words: String) { self.words = words }
}

/// Each notice is told to each sink at least once, in order, after it was kept: whatever is killed, none is lost, and one
/// that comes twice has the same number.
extension LocalEngine {
    private static let look: Duration = .seconds(1)
    private static let longestWait = 300.0

    func tell(_ sink: any AlertSink) async {
        var failures = 0
        while !Task.isCancelled {
            guard (try? await time.sleep(until: time.now.boot + Self.look)) != nil else { return }
            // Who only watches leaves it to the one that keeps, but for whom only this one knows.
            guard !isWatching || setup.ownSinks.contains(sink.name), hasLoaded else { continue }
            while let notice = state.notices.next(for: sink.name), !Task.isCancelled {
                do throws(AlertSinkFailure) {
                    if notice.alert.silence == nil || sink.takesSilenced {
                        try await sink.take(notice, of: state.environment)
                    }
                    failures = 0
                    state.notices.told(notice, to: sink.name)
                    if state.notices.works(sink.name) { changed() }
                    state.unsaved = .urgent
                } catch {
                    failures += 1
                    if state.notices.failed(sink.name, error.words, at: time.now.wall) { changed() }
                    let wait = min(Self.longestWait, 5 * Double(1 << min(failures - 1, 6)))
                    guard (try? await time.sleep(until: time.now.boot + .seconds(wait))) != nil else {
                        return
                    }
                }
            }
        }
    }
}

extension LocalEngine {
    func beat(_ pulse: any Pulse) async {
        while !Task.isCancelled {
            if !isWatching, hasLoaded {
                do throws(AlertSinkFailure) {
                    try await pulse.beat()
                    if state.notices.works(pulse.name) { changed() }
                } catch {
                    if state.notices.failed(pulse.name, error.words, at: time.now.wall) { changed() }
                }
            }
            guard (try? await time.sleep(until: time.now.boot + pulse.interval)) != nil else { return }
        }
    }
}

/// What is to be told, and how far each sink has come.
struct NoticeBook: Hashable, Sendable {
    /// So many are kept for a sink that does not work.
    static let most = 1000

    /// Whom only this process tells, also while another one keeps.
    var own: Set<String> = []
    /// False where there is nobody to be told.
    var isWanted = true
    private(set) var notices: [AlertNotice] = []
    private(set) var toldThrough: [String: UInt64] = [:]
    private(set) var newest: UInt64 = 0
    /// Up to here it is on disk.
    private var keptThrough: UInt64 = 0
    private var beingKept: UInt64 = 0
    /// Why a sink does not work, since when.
    private(set) var faults: [String: (words: String, since: WallTime)] = [:]

    static func == (left: NoticeBook, right: NoticeBook) -> Bool {
        left.notices == right.notices && left.toldThrough == right.toldThrough && left.newest == right.newest
    }

    func hash(into hasher: inout Hasher) { hasher.combine(newest) }

    mutating func add(_ what: AlertNotice.What, _ alert: AlertRow, at now: WallTime) {
        newest += 1
        guard isWanted else { return }
        notices.append(AlertNotice(number: newest, at: now, what: what, alert: alert))
        notices.removeFirst(max(0, notices.count - Self.most))
    }

    /// The oldest one on disk that the sink has not been told.
    mutating func next(for sink: String) -> AlertNotice? {
        guard let through = toldThrough[sink] else {
            toldThrough[sink] = notices.first.map { $0.number - 1 } ?? newest
            return nil
        }
        return notices.first { $0.number > through && $0.number <= keptThrough }
    }

    /// What is kept for a sink that the config has no more is kept for nobody; one that is new begins with what comes.
    mutating func keep(only sinks: Set<String>) {
        toldThrough = toldThrough.filter { sinks.contains($0.key) }
        for sink in sinks where toldThrough[sink] == nil { toldThrough[sink] = keptThrough }
        if sinks.isEmpty { notices = [] }
    }

    /// As `keep(only:)`, but for those of others.
    mutating func keep(also sinks: Set<String>) {
        for sink in sinks where toldThrough[sink] == nil { toldThrough[sink] = keptThrough }
        isWanted = isWanted || !toldThrough.isEmpty
    }

    mutating func told(_ notice: AlertNotice, to sink: String) {
        toldThrough[sink] = max(notice.number, toldThrough[sink] ?? 0)
        let through = toldThrough.values.min() ?? newest
        notices.removeAll { $0.number <= through }
    }

    /// True when that is news.
    mutating func failed(_ sink: String, _ words: String, at now: WallTime) -> Bool {
        let isNews = faults[sink] == nil
        faults[sink] = (words, faults[sink]?.since ?? now)
        return isNews
    }

    mutating func works(_ sink: String) -> Bool { faults.removeValue(forKey: sink) != nil }

    /// All that is to be told, where there is one who is told at once.
    mutating func takeAll() -> [AlertNotice] {
        defer { notices = [] }
        return notices
    }

    // MARK: Kept

    var toKeep: KeptNotices { KeptNotices(notices: notices, toldThrough: toldThrough, newest: newest) }

    mutating func areBeingKept() { beingKept = newest }

    mutating func areKept() { keptThrough = max(keptThrough, beingKept) }

    /// What an earlier run, or the one that keeps, left to be told. What came here meanwhile comes after it, but for
    /// alerts that were told as opened then.
    mutating func take(_ kept: KeptNotices, open: Set<AlertKey> = []) {
        let mine = notices.filter { notice in
            let key = AlertKey(entity: notice.alert.entity, kind: notice.alert.kind)
            return notice.what != .opened || !open.contains(key)
        }
        notices = kept.notices
        toldThrough = kept.toldThrough
        newest = kept.newest
        keptThrough = kept.newest
        for notice in mine { add(notice.what, notice.alert, at: notice.at) }
    }

    /// What whoever keeps has to tell, and has told: this one would go on from there.
    mutating func follow(_ kept: KeptNotices) {
        let mine = toldThrough.filter { own.contains($0.key) }
        notices = []
        take(kept)
        toldThrough.merge(mine) { max($0, $1) }
    }
}

/// What is kept of what is to be told.
package struct KeptNotices: Hashable, Sendable, Codable {
    package var notices: [AlertNotice]
    package var toldThrough: [String: UInt64]
    package var newest: UInt64

    package init(notices: [AlertNotice] = [], toldThrough: [String: UInt64] = [:], newest: UInt64 = 0) {
        self.notices = notices
        self.toldThrough = toldThrough
        self.newest = newest
    }
}
