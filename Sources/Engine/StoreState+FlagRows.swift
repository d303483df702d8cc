import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// How flags are judged and shown.
extension StoreState {
    /// A server's clock and ours differ by so many seconds without being wrong.
    private static let clockTolerance = 2.0

    /// Judges one flag anew; to be called whenever something about it has changed.
    mutating func settleFlag(_ key: FlagKey, at now: Timestamp) {
        var assessed: [Assessment]
        var isOff = false
        if let known = flags.book.known[key] {
            flags.vanished[key] = nil
            assessed = assess(known.reading, at: now)
            isOff = known.reading.isOff
        } else if let gone = flags.vanished[key] {
            assessed = [
                Assessment(
                    .vanished, of: key.id, gone.status, "no longer in \(key.backend)", since: gone.since,
                    ["not well when it was last there"], figure: .value)
            ]
            if progress(of: key, at: nil) != .seen {
                assessed.append(changeAssessment(gone.reading, at: now))
            }
        } else {
            return settleUnread(key, at: now)
        }
        var judgement = settle(assessed, of: key.id, at: Moment(now), now: now.wall)
        // Off on purpose is well; that it is off is news of its own, not of its health.
        if judgement.status == .ok, isOff { judgement.status = .off }
        flags.judgements[key] = judgement
    }

    /// One that is known by its change alone, as long as that is under way. It is shown, and told once it is read.
    private mutating func settleUnread(_ key: FlagKey, at now: Timestamp) {
        let isOpen = progress(of: key, at: nil).wanted != nil
        let assessed = isOpen ? assess(.unread(key), at: now) : nil
        assessments[key.id] = assessed
        flags.judgements[key] = assessed.map { Judgement($0, at: Moment(now)) }
    }

    private func assess(_ flag: FlagReading, at now: Timestamp) -> [Assessment] {
        var assessed = [changeAssessment(flag, at: now)]
        if case .unknown(let why) = flag.value, !flag.isRefused {
            assessed.append(
                Assessment(
                    .notRead, of: flag.id, .unknown, "not known", detail: Sanitizer.line(why, maxBytes: 300),
                    figure: .value))
        }
        if let file = fileAssessment(flag) { assessed.append(file) }
        if let scope = scopeAssessment(flag) { assessed.append(scope) }
        return assessed
    }

    /// Whether a change of ours is open, or at work for long, or was crossed or left something undone.
    private func changeAssessment(_ flag: FlagReading, at now: Timestamp) -> Assessment {
        var assessment = Assessment(.flagState, of: flag.id)
        assessment.valueText = "none under way"
        func warn(_ what: String, since: WallTime? = nil, _ detail: String? = nil) {
            assessment.status = .warning
            assessment.what = what
            assessment.since = since
            assessment.detail = detail
            assessment.figure = .value
        }
        // What is so stays so while the next change is on its way.
        if let crossing = flags.crossings[flag.key] {
            warn("conflict", crossing)
        } else if let undone = flags.halfDone[flag.key] {
            assessment.valueText = "saved"
            warn("change half done", since: undone.at, Sanitizer.line(undone.why, maxBytes: 300))
        }
        let progress = progress(of: flag.key, at: now)
        guard let wanted = progress.wanted.map(Self.word) else { return assessment }
        assessment.valueText = "turning \(wanted)"
        switch progress {
        case .unknown:
            warn("not known whether it was turned \(wanted)", flags.unseenEnds[flag.key])
            assessment.status = .unknown
        case .running(_, _, let since, _) where now.wall.seconds(since: since) >= longWriting(key: flag.key):
            warn("still turning \(wanted)", since: since, "its program has not ended")
        case .seen, .asked, .running: break
        }
        return assessment
    }

    /// A program that works longer is worth a look: what it does to the shop meanwhile is not known.
    private func longWriting(key: FlagKey) -> Double {
        let probe = flags.probes[key.backend].flatMap { probes[$0] }
        return max(30, probe?.schedule.deadline.inSeconds ?? 0)
    }

    /// Time passes without a reading while a program is at work; true when that is news.
    mutating func settleWriters(at now: Timestamp) -> Bool {
        let writing = flags.ledger.entries.filter { $0.value.writing != nil }.map(\.key)
        var isNews = false
        for key in Set(writing).union(flags.underWay.keys) {
            let before = flags.judgements[key]
            settleFlag(key, at: now)
            isNews = isNews || before?.status != flags.judgements[key]?.status
        }
        return isNews
    }

    /// How far a change of it is, of this process or of the one that keeps the environment. What is at work is so
    /// since a time of today's wall clock, that may have been set since; nil where the time is not wanted.
    private func progress(of key: FlagKey, at now: Timestamp?) -> FlagRow.Progress {
        guard let entry = flags.ledger.entries[key] else { return flags.underWay[key] ?? .seen }
        let change = entry.change
        if case .unknown = entry.phase { return .unknown(to: change.to, opID: change.opID) }
        guard let now, let writing = entry.writing else { return .asked(to: change.to, opID: change.opID) }
        let since = now.wall.advanced(bySeconds: -now.seconds(since: writing.since))
        return .running(to: change.to, opID: change.opID, since: since, pid: writing.program.pid)
    }

    private func fileAssessment(_ flag: FlagReading) -> Assessment? {
        switch flag.acceptance {
        case .notAsked: return nil
        case .accepted:
            var assessment = Assessment(.flagFile, of: flag.id)
            assessment.valueText = "accepted"
            return assessment
        case .refused(let why, let isOwnFault):
            var assessment = Assessment(
                .flagFile, of: flag.id, isOwnFault ? .critical : .unknown, Sanitizer.line(why, maxBytes: 300),
                figure: .value)
            assessment.valueText = "refused"
            return assessment
        }
    }

    private func scopeAssessment(_ flag: FlagReading) -> Assessment? {
        guard flag.scope != nil else { return nil }
        let differing = flag.differing
        let words = differing.words.map { Sanitizer.line($0, maxBytes: 200) }
        var assessment = Assessment(
            .flagScope, of: flag.id, .ok, words ?? "", value: Double(differing.count), unit: .count)
        assessment.valueText = words ?? (flag.unseen == nil ? "none differs" : "not read")
        assessment.unseen = flag.unseen
        return assessment
    }

    func flagRows(at now: Timestamp) -> [FlagRow] {
        flags.judgements.compactMap { key, judgement in
            if let known = flags.book.known[key] {
                var row = row(for: known.reading, key: key, judgement, at: now)
                row.readAt = known.readAt
                return row
            }
            guard let gone = flags.vanished[key] else {
                return row(for: .unread(key), key: key, judgement, at: now)
            }
            var reading = gone.reading
            reading.value = .unknown("it is no longer in \(key.backend)")
            var row = row(for: reading, key: key, judgement, at: now)
            row.readAt = gone.readAt
            return row
        }.sorted { $0.id < $1.id }
    }

    private func row(
        for reading: FlagReading, key: FlagKey, _ judgement: Judgement, at now: Timestamp
    ) -> FlagRow {
        var reading = reading
        if let change = flags.changes[key], !flags.turnedSince.contains(key),
            reading.changedAt.map({ $0.seconds(since: change.at) <= Self.clockTolerance }) ?? true
        {
            reading.changedAt = change.at
            reading.changedBy = change.by.isEmpty ? reading.changedBy : change.by
        }
        var row = FlagRow(
            flag: reading, place: places[key.backend] ?? Sanitizer.line(key.backend, maxBytes: 64),
            judgement: judgement)
        row.progress = progress(of: key, at: now)
        if case .running = row.progress, flags.ledger.entries[key] != nil {
            row.mayEnd = environment.mayChange && storage.veto == nil
        }
        row.openUntil = flags.ledger.settles(key, at: now)
        row.undone = undone(of: key)
        switch gate(key, reading, at: now) {
        case .open(let next): row.next = next
        case .shut(let refusal): row.refusal = Sanitizer.line(refusal.message, maxBytes: 300)
        }
        return row
    }

    /// What its last change may have left undone and can be done from here.
    private func undone(of key: FlagKey) -> FlagRow.Undone? {
        guard let undone = flags.halfDone[key] else { return nil }
        var row = FlagRow.Undone(opID: undone.change.opID, why: undone.why, at: undone.at)
        let isFree = progress(of: key, at: nil) == .seen
        if isFree, environment.mayChange, storage.veto == nil { row.step = flags.finishingSteps[key.backend] }
        row.isBeingDone = flags.finishing[key] == undone.change.opID
        return row
    }

    /// Whether it may be switched now.
    func gate(_ key: FlagKey, _ flag: FlagReading?, at now: Timestamp) -> FlagGate {
        var around = FlagGate.Circumstances()
        around.readOnly = environment.whyReadOnly
        around.veto = storage.veto
        let progress = progress(of: key, at: nil)
        around.wanted = progress.wanted
        if case .unknown = progress { around.isEndUnknown = true }
        if let probe = flags.probes[key.backend], let watch = probes[probe],
            let blind = watch.blindJudgement(limits.freshness, at: now)
        {
            let age = watch.readAt.map { "not read for \(Age.text(seconds: now.seconds(since: $0)))" }
            around.unread = blind.status == .stale ? age : blind.reason.first
        }
        return FlagGate(flag, of: key.backend, in: around)
    }
}

extension FlagReading {
    /// Of a flag that is known by the change of it that is under way alone.
    fileprivate static func unread(_ key: FlagKey) -> FlagReading {
        FlagReading(
            name: key.name, backend: key.backend, value: .unknown("it is not read yet"), variants: [],
            revision: "")
    }
}
