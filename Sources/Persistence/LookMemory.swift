package import Engine
package import EngineAPI
package import Monitoring
import Platform
import Synchronization

/// What `status` knows of the looks before: what a console keeps, as long as one watches, else a small state of
/// its own, so that holds pass between its runs.
///
/// A console's state is only read. Its own is one look's at a time; whoever comes meanwhile has no memory. What
/// the engine keeps is written once, by `keep`.
package final class LookMemory: Sendable {
    package enum Kind: Hashable, Sendable {
        case console
        case own
        /// The look before was so many seconds ago, longer than a hold is remembered: the next one may be as
        /// late. It is kept all the same.
        case lapsed(Double)
        /// Why there is none.
        case none(String)
    }

    /// A console writes its state at least every 60 s: two of them may be late.
    private static let freshSeconds = 150.0

    package let kind: Kind
    private let known: (state: EngineState, note: String?)?
    private let storage: StateStorage?
    private let lock: DirectoryLock?
    private let newest = Mutex<EngineState?>(nil)

    /// `console`: the folder of a console's state; `own`: the folder of this one's, which is made. Nil where
    /// there can be none.
    package init(console: String?, own: String?, at now: WallTime) {
        let watched = console.flatMap(Self.glance)
        if let watched, Self.age(watched, at: now) <= Self.freshSeconds {
            kind = .console
            known = (watched, nil)
            storage = nil
            lock = nil
            return
        }
        let opened = Self.open(own)
        storage = opened.storage
        lock = opened.lock
        known = Self.newer(opened.known, watched, at: now)
        if opened.kind == .own, let pause = known.map({ Self.age($0.state, at: now) }),
            pause > EngineState.pauseSeconds, pause.isFinite
        {
            kind = .lapsed(pause)
        } else {
            kind = opened.kind
        }
    }

    /// Its own, unless a console has watched since: that knows more.
    private static func newer(
        _ mine: (state: EngineState, note: String?)?, _ watched: EngineState?, at now: WallTime
    ) -> (state: EngineState, note: String?)? {
        guard let watched else { return mine }
        guard let mine, age(mine.state, at: now) <= age(watched, at: now) else { return (watched, nil) }
        return mine
    }

    /// Writes what the engine gave to be kept, where it is this one's to keep; why it could not, else nil. To
    /// be called when the engine has ended.
    package func keep() -> String? {
        guard let storage, let state = newest.withLock({ $0 }) else { return nil }
        do {
            try storage.save(state)
            return nil
        } catch let failure as StorageFailure {
            return failure.message
        } catch let error as SystemError {
            return StorageFailure(error).message
        } catch {
            return "\(error)"
        }
    }

    /// What stands in a folder that is not ours to write; nil where nothing can be read.
    private static func glance(at path: String) -> EngineState? {
        guard let directory = try? Directory(path) else { return nil }
        return (try? StateStorage(in: directory).load(mends: false))??.state
    }

    /// Seconds since it was kept, whichever way the clock was set.
    private static func age(_ state: EngineState, at now: WallTime) -> Double {
        state.savedAt.map { abs(now.seconds(since: $0)) } ?? .infinity
    }

    private struct Opened {
        var kind: Kind
        var storage: StateStorage?
        var lock: DirectoryLock?
        var known: (state: EngineState, note: String?)?

        init(none why: String) { kind = .none(why) }
    }

    private static func open(_ path: String?) -> Opened {
        guard let path else { return Opened(none: "neither XDG_STATE_HOME nor HOME is set") }
        do {
            let directory = try PrivateDirectory.open(path)
            guard let file = try directory.lock("lock") else {
                return Opened(none: "another `status` is using \(path)")
            }
            let storage = StateStorage(in: directory)
            var opened = Opened(none: "")
            opened.kind = .own
            opened.lock = DirectoryLock(file)
            opened.known = try storage.load()
            opened.storage = storage
            return opened
        } catch let failure as StorageFailure {
            return Opened(none: failure.message)
        } catch let error as SystemError {
            return Opened(none: StorageFailure(error).message)
        } catch {
            return Opened(none: "\(error)")
        }
    }
}

extension LookMemory: StateStore {
    @concurrent package func load() async throws(StorageFailure) -> (state: EngineState, note: String?)? {
        newest.withLock { $0 }.map { ($0, nil) } ?? known
    }

    @concurrent package func save(_ state: EngineState) async throws(StorageFailure) {
        newest.withLock { $0 = state }
    }
}

/// One look writes no journal and no history: what it has to say it prints.
extension LookMemory: Journal, HistoryStore {
    @concurrent package func append(_ events: [EngineAPI.Event]) async throws(StorageFailure) {}

    @concurrent package func recent(_ limit: Int) async throws(StorageFailure) -> [EngineAPI.Event] { [] }

    @discardableResult
    @concurrent package func append(_ minutes: [HistoryMinute]) async throws(StorageFailure) -> String? {
        nil
    }

    @concurrent package func read(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) async throws(StorageFailure) -> [Double?] { [] }
}
