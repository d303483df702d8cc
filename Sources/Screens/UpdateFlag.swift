import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Text

extension Model {
    /// The flag that keys about flags are for: the one under the cursor, or the one that switches the flow there or
    /// the flow that what stands there belongs to.
    var switchable: FlagRow? {
        if let row = selected as? FlagRow { return row }
        let flags = switches
        return flags.count == 1 ? flags[0] : nil
    }

    private var switches: [FlagRow] {
        guard let shown, let row = selected else { return [] }
        return shown.flags(of: shown.flows(of: row.id))
    }

    var whyNoFlag: String {
        let flags = switches
        if flags.count > 1 {
            let names = flags.map(\.label).joined(separator: " and ")
            return "switched by \(names): choose one in \(Self.flags)"
        }
        guard let row = selected, let flow = shown?.flows(of: row.id).first else {
            return "no flag here: choose one in \(Self.flags)"
        }
        return flow.integration.flags.isEmpty
            ? "the config names no flag of \(flow.label): choose one in \(Self.flags)"
            : "the flag of \(flow.label) is not read: \(flow.integration.flags.joined(separator: ", "))"
    }

    /// Where flags are chosen, with the key that goes there.
    private static let flags = "\(Pane.flags.rawValue) \(Pane.flags.title)"

    mutating func askForChange() {
        // Asked about what is so now, also when the picture is frozen.
        guard let id = switchable?.id, let snapshot, let row = snapshot.flag(id) else { return }
        if mayEnd(row), let question = EndQuestion(row, at: now) {
            dialog = .end(question)
            return
        }
        guard let target = row.next else { return }
        dialog = .flag(FlagDialog(row: row, target: target, environment: snapshot.environment, at: now))
    }

    /// A question that can no longer be read is taken back.
    mutating func settleDialog() {
        var isTooSmall = isTooSmallToAsk
        // Its line is read whole, or not asked about.
        if case .run(let question) = dialog { isTooSmall = isTooSmall || !question.fits(size) }
        guard isTooSmall else { return }
        let words: String
        switch dialog {
        case .flag(let question): words = "\(question.row.flag.name) was not changed"
        case .aside(let question): words = "\(question.name) was not set aside"
        case .takeBack(let question): words = "\(question.name) stays aside"
        case .silence: words = "nothing was silenced"
        case .endSilence: words = "it stays silenced"
        case .end(let question): words = "\(question.name) stays at work"
        case .finish(let question): words = "\(question.name) is left as it is"
        case .run(let question): words = "\(question.name) was not run"
        case .quit, nil: return
        }
        dialog = nil
        dropStrayKeys()
        say("\(words): the screen is too small to ask", status: .warning)
    }

    /// The question fell by itself, perhaps under somebody's fingers: the rest of a name or of a reason would be
    /// orders to the console, `q` among them. Nothing typed counts until a second has passed without a key.
    mutating func dropStrayKeys() {
        var until = now
        until.boot += .seconds(1)
        strayKeysUntil = until
    }

    /// Whether the key was meant for a question that is gone. Esc ends the wait.
    mutating func isStray(_ key: Key) -> Bool {
        guard let until = strayKeysUntil, now.seconds(since: until) < 0 else { return false }
        if key == .escape || key == .control("c") { strayKeysUntil = nil } else { dropStrayKeys() }
        return true
    }

    /// Why the selected flag is not asked about, in a whole sentence.
    func refusalSentence(_ reason: String) -> String {
        // Who keeps the environment matters, and not which of the flags was asked for.
        if snapshot?.environment.watchesOnly == reason { return "no flag can be switched: \(reason)" }
        guard let row = switchable else { return reason }
        return "\(row.label) cannot be switched: \(reason)"
    }

    func pendingRefusal(_ row: FlagRow) -> String? {
        for case .change(let change) in pending.values where change.key.id == row.id {
            return "turning \(change.to.text)"
        }
        return nil
    }

    mutating func answer(_ key: Key) -> [Effect] {
        switch dialog {
        case .flag(var question):
            guard let answer = question.take(key, at: now) else {
                dialog = .flag(question)
                return []
            }
            dialog = nil
            guard answer == .confirm else {
                say("\(question.row.flag.name) was not changed")
                return []
            }
            return confirm(question)
        case .aside(let question): return answer(key, to: question)
        case .takeBack(let question): return answer(key, to: question)
        case .silence(let question): return answer(key, to: question)
        case .endSilence(let question): return answer(key, to: question)
        case .end(let question): return answer(key, to: question)
        case .finish(let question): return answer(key, to: question)
        case .run(let question): return answer(key, to: question)
        case .quit(var question):
            let answer = question.take(key)
            dialog = answer == nil ? .quit(question) : nil
            return answer == .quit ? [.quit] : []
        case nil: return []
        }
    }

    private mutating func confirm(_ question: FlagDialog) -> [Effect] {
        // The world may have moved since the last tick.
        if let ending = question.ended(snapshot, at: now) {
            say(ending, status: .warning, seconds: 20)
            return []
        }
        let change = question.change(opID: opIDs.next())
        say("turning \(change.flag) \(change.to.text): \(FlagRow.Progress.asked)", seconds: 60)
        return [submit(.change(change))]
    }

    mutating func receive(_ reply: Reply, to number: Int) {
        guard let request = pending.removeValue(forKey: number) else { return }
        switch (request, reply) {
        case (.change(let change), .changed(let outcome)):
            if case .unknown = outcome {} else { answered = (answered + [change.opID]).suffix(16) }
            tell(outcome, of: change)
        case (.change(let change), .refused(let refusal)):
            say("\(change.flag) stays as it was: \(refusal.message)", status: .warning, seconds: 60)
        case (.setAside(let order), .done): tellAside(order)
        case (.takeBack(let id), .done): tellTakenBack(id)
        case (.silence(let order), .done): tellSilenced(order)
        case (.endSilence, .done): say("it is told again from now on", seconds: 20)
        case (.record(let path), .done):
            say("recording to \(Sanitizer.line(path, maxBytes: 200))", seconds: 20)
        case (.stopRecording, .done): say("the recording is whole now", seconds: 20)
        case (.note, .done): say("noted: it stands among the changes", seconds: 20)
        case (.takeNormal, .done):
            say("it is the new normal: detectors compare with it from now on", status: .ok, seconds: 20)
        case (.finish(let id, let opID), .done): tellFinished(id, opID)
        case (_, .refused(let refusal)): say(refusal.message, status: .warning, seconds: 20)
        // That a program was ended is told by what became of its change, which may have come already.
        case (_, .done), (_, .changed): break
        }
    }

    /// Says what is so now as soon as what was said of a flag is not so any more.
    mutating func takeBack() {
        guard let claim = notice?.claim, let snapshot,
            let row = snapshot.flags.first(where: { $0.id == claim.flag }), row.flag.value.isKnown
        else { return }
        let isSo = row.flag.value == claim.value && row.judgement.status != .warning
        if isSo { notice?.claim?.isSeen = true }
        guard !isSo, claim.isSeen || snapshot.at.seconds(since: claim.at) > 2 else { return }
        let why = row.judgement.status == .warning ? row.judgement.reason.joined(separator: ", ") : ""
        say(
            "\(row.flag.name) is \(row.flag.sentence) now; \(why.isEmpty ? "it was turned elsewhere" : why)",
            status: .warning, seconds: 60)
    }

    /// The ways a change ends, as sentences.
    private mutating func tell(_ outcome: ChangeOutcome, of change: FlagChange) {
        let flag = change.flag
        switch outcome {
        case .confirmed(let reading):
            // What narrower scopes say stays: it is not called OFF where some still have it ON.
            let isWhole = reading.differing.isEmpty
            say(
                "\(flag) is \(reading.sentence): sent and read back", status: isWhole ? .ok : .warning,
                seconds: isWhole ? 30 : 60)
            notice?.claim = Notice.Claim(flag: reading.id, value: reading.value, at: now)
            takeBack()
        case .saved(let reading, let reason):
            say("\(flag) is \(reading.sentence): \(reason)", status: .warning, seconds: 120)
        case .refused(let reason):
            say("\(flag) stays \(change.from.text), refused: \(reason)", status: .warning, seconds: 60)
        case .conflict(let reading):
            let by = reading.changedBy.map { " by \($0)" } ?? ""
            let at = reading.changedAt.map { " at " + clock.text($0) } ?? ""
            say(
                "conflict: \(flag) was changed\(by)\(at) and is \(reading.sentence); nothing was sent",
                status: .warning, seconds: 60)
        case .crossed(let reading, let reason):
            say(
                "conflict: \(flag) is \(reading.sentence) after it was turned \(change.to.text); \(reason)",
                status: .warning, seconds: 120)
        case .unknown(let reason):
            say(
                "unknown whether \(flag) is \(change.to.text): \(reason); it is read again",
                status: .unknown, seconds: 120)
        }
    }
}
