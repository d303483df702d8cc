import EngineAPI
import FeatureFlags
import Monitoring

/// A console that does not keep its environment: it sees what the keeper has under way, and takes its place when that
/// one is gone.
extension LocalEngine {
    /// Whether another process keeps what this one would.
    var isWatching: Bool { state.environment.watchesOnly != nil }

    /// To be called every other second: who keeps may change, and so may what is kept.
    func followKeeper() async {
        guard let keepers = setup.stores.keepers, isWatching || keepers.keepOurs else { return }
        let keeper = await keepers.keeper()
        if case .us = keeper {
            if isWatching || state.storage.isLost { return await takeOver() }
            // A program may have ended that nothing here waits for.
            if !state.environment.mayChange, !underWay.isEmpty {
                await seeUnderWay(keptMark.audit, .nobody)
            }
            return
        }
        if case .wanted = keeper { return await handOver(keepers) }
        if case .lost(let why) = keeper {
            if isWatching { state.environment.watchesOnly = why }
            return failed(.place, StorageFailure(why))
        }
        if case .another(let why) = keeper { watch(why) }
        await follow(keepers, keeper)
    }

    /// Once all that is known is kept. What is open, and perhaps for a person to decide, is on record for whoever keeps
    /// next.
    private func handOver(_ keepers: any Keepers) async {
        guard unrecorded.isEmpty, hasLoaded else { return }
        state.note(nil, nil, "a console is open: it keeps this environment until it ends", at: time.now.wall)
        await keep(isLast: true)
        await keepers.yield()
        state.flags.ledger.letGo()
        watch("a console keeps this environment: this watch goes on, and keeps it again when that one ends")
    }

    private func follow(_ keepers: any Keepers, _ keeper: Keeper) async {
        if !hasLoaded {
            await attempt(.state) { () throws(StorageFailure) in try await loadState() }
        }
        let mark = await keepers.mark()
        if case .another = keeper {
            state.keeperPulse = state.keeperPulse ?? KeeperPulse()
            state.keeperPulse?.listen(to: mark.beat, at: time.now)
        } else {
            state.keeperPulse = nil
        }
        if let state = mark.state, state != keptMark.state, let loaded = try? await setup.stores.state.load()
        {
            let turned = self.state.follow(loaded.state, at: time.now.wall)
            hearFollowed()
            for backend in turned { await readSoon(backend) }
            keptMark.state = state
        }
        await seeUnderWay(mark.audit, keeper)
    }

    /// What the keeper was told of is heard by the detectors here as well: after a deploy much is no news.
    private func hearFollowed() {
        let now = time.now
        for change in state.changes.followed where !change.isPast {
            tap?.take(TimedInput(at: now, .change(change)))
            state.detecting.take(change, at: now.wall)
        }
        state.changes.followed = []
    }

    /// Another one keeps; `why` says who.
    private func watch(_ why: String) {
        works(.place)
        guard state.environment.watchesOnly != why else { return }
        if !isWatching {
            // It took what was out of its place for a while: what cannot be kept here is its own to say.
            for store in StorageFaults.Store.allCases { works(store) }
            hasTakenUp = false
            keptMark = KeptMark()
            state.note(.warning, nil, why, at: time.now.wall)
        }
        state.environment.watchesOnly = why
        changed()
    }

    /// What was left open is told also where nothing may be changed, and so nothing is taken up.
    func seeWhatIsOpen() async {
        guard let keepers = setup.stores.keepers else { return }
        await seeUnderWay(keepers.mark().audit, .nobody)
    }

    /// The changes that another process has under way, or left open. A file that did not change is not read again,
    /// but a program may have ended meanwhile.
    private func seeUnderWay(_ mark: String?, _ keeper: Keeper) async {
        if mark != keptMark.audit {
            let isRead = await attempt(.audit) { () throws(StorageFailure) in
                let recorded = try await setup.stores.audit.recorded()
                underWay = recorded.unfinished
                if state.hear(recorded.ended, at: time.now) { changed() }
            }
            if isRead { keptMark.audit = mark }
        }
        var seen: [FlagKey: FlagRow.Progress] = [:]
        for open in underWay { seen[open.change.key] = await progress(of: open, keeper) }
        if state.see(underWay: seen, at: time.now) { changed() }
    }

    private func progress(of open: UnfinishedChange, _ keeper: Keeper) async -> FlagRow.Progress {
        let change = open.change
        let isUnknown = open.phase == .unknown || keeper == .nobody
        if let writer = open.writer, await setup.stores.keepers?.isRunning(writer) == true {
            // By today's wall clock, that may have been set since.
            let now = time.now
            let since = writer.began(asOf: now).map { now.wall.advanced(bySeconds: -now.seconds(since: $0)) }
            return .running(to: change.to, opID: change.opID, since: since ?? now.wall, pid: writer.pid)
        }
        return isUnknown
            ? .unknown(to: change.to, opID: change.opID) : .asked(to: change.to, opID: change.opID)
    }

    /// The keeper is gone, or what is kept can be reached again: what is known there is known here, what was left open
    /// is taken up, and from now on this one keeps.
    private func takeOver() async {
        let (isFirst, isBack) = (!hasLoaded, state.storage.isLost)
        let words =
            if !isBack {
                "whoever kept this environment has ended or handed it over: this one keeps it now"
            } else if isWatching {
                "what is kept can be reached now: this console keeps it"
            } else {
                "what this console keeps is in its place again"
            }
        hasLoaded = false
        var kept = EngineState()
        await attempt(.state) { () throws(StorageFailure) in
            if isFirst {
                try await loadState()
                kept = state.kept
            } else if let loaded = try await setup.stores.state.load() {
                kept = loaded.state
                _ = state.follow(loaded.state, at: time.now.wall)
                hearFollowed()
                if let note = loaded.note { state.note(.warning, nil, note, at: time.now.wall) }
            }
            hasLoaded = true
        }
        if isFirst {
            await attempt(.journal) { () throws(StorageFailure) in
                state.remember(try await setup.stores.journal.recent(50))
            }
        } else if isWatching {
            // What happened until now stands in its journal.
            _ = state.takeUnwritten()
        }
        // Before anything may be asked for here: what is on its way is nobody else's any more.
        if state.environment.access == .operate {
            await attempt(.audit) { () throws(StorageFailure) in
                try await takeUpRecorded(beside: kept)
            }
            underWay = []
            _ = state.see(underWay: [:], at: time.now)
        } else {
            keptMark.audit = nil
            await seeWhatIsOpen()
        }
        works(.place)
        state.keeperPulse = nil
        if isWatching, hasLoaded {
            state.takeOverAlerts(of: kept, at: time.now)
            // Another one that watches may have somebody of its own to tell, when it keeps again.
            state.notices.keep(also: Set(setup.sinks.map(\.name)))
        }
        state.environment.watchesOnly = nil
        state.note(nil, nil, words, at: time.now.wall)
        state.unsaved = .urgent
        // What the other one did last may not have been read here yet.
        for backend in setup.backends { await readSoon(backend.name) }
        changed()
    }
}
