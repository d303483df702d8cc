import Display
import EngineAPI
package import Monitoring
import Text

// What is told to nobody for a while: asked with what it hides, listed, and ended before its time.
extension Model {
    package var silences: [Silence] { shown?.silences ?? [] }

    /// Where the cursor of the list stands.
    package var silencePlace: Int? {
        let silences = silences
        guard !silences.isEmpty else { return nil }
        guard let id = silenceCursor else { return 0 }
        return silences.firstIndex { ExactName.same($0.id, id) } ?? 0
    }

    private var chosenSilence: Silence? { silencePlace.map { silences[$0] } }

    /// What keys of alerts act on: the open page's, the one under the cursor of the pane or the timeline.
    var alertInHand: AlertRow? {
        switch screen {
        case .alert(let key): alert(key)
        case .timeline: timelineEntry?.alertKey.flatMap { alert($0) }
        case .watch where focus == .alerts: alertPlace.map { alerts[$0] }
        default: nil
        }
    }

    /// Asks about the alert under the cursor, else about the row; of what is silenced, whether that is to end.
    mutating func askToSilence() {
        if case .silences = screen { return ask(SilenceDialog("", at: now)) }
        if let alert = alertInHand {
            if let silence = alert.silence {
                dialog = .endSilence(EndSilenceQuestion(silence: silence))
                return
            }
            let severity: AlertSeverity? = alert.severity == .warning ? .warning : nil
            return ask(SilenceDialog(SilenceMatcher(alert.told, severity).text, at: now))
        }
        guard let row = selected else { return }
        ask(SilenceDialog(SilenceMatcher(row.id).text, at: now))
    }

    private mutating func ask(_ question: SilenceDialog) { dialog = .silence(question) }

    func whyNotSilence() -> String? {
        guard let snapshot else { return "nothing was read yet" }
        if isTooSmallToAsk { return "this screen is too small to ask" }
        if screen != .silences, alertInHand == nil, selected == nil { return "no alert here" }
        return snapshot.whyNothingIsKept
    }

    mutating func openSilences() {
        silenceCursor = nil
        overlays.append(.silences)
    }

    mutating func moveInSilences(_ motion: Motion) {
        guard let place = silencePlace else { return }
        silenceCursor = silences[motion.applied(to: place, count: silences.count)].id
    }

    mutating func askToEndSilence() {
        guard let silence = chosenSilence else { return }
        dialog = .endSilence(EndSilenceQuestion(silence: silence))
    }

    var whyNotEndSilence: String? {
        if silencePlace == nil { return "nothing is silenced" }
        return isTooSmallToAsk ? "this screen is too small to ask" : snapshot?.whyNothingIsKept
    }

    mutating func answer(_ key: Key, to question: SilenceDialog) -> [Effect] {
        var question = question
        guard let answer = question.take(key, at: now) else {
            dialog = .silence(question)
            return []
        }
        dialog = nil
        guard answer == .silence, let order = question.order else {
            say("nothing was silenced")
            return []
        }
        return [submit(.silence(order))]
    }

    mutating func answer(_ key: Key, to question: EndSilenceQuestion) -> [Effect] {
        var question = question
        guard let isWanted = question.take(key) else {
            dialog = .endSilence(question)
            return []
        }
        dialog = nil
        guard isWanted else {
            say("it stays silenced until \(clock.text(question.silence.until))")
            return []
        }
        return [submit(.endSilence(question.silence.id))]
    }

    /// Said once the engine has done it.
    mutating func tellSilenced(_ order: SilenceOrder) {
        let end = clock.text(now.wall.advanced(bySeconds: order.seconds))
        say("silenced until \(end): \(order.matcher.text); 9 lists it, and ends it before", seconds: 20)
    }

    /// `:silence queue:erp.* kind=growing 2h the ERP is closed`: asked with what it hides; all of it may be left out.
    mutating func silence(_ words: String) -> [Effect] {
        guard !words.isEmpty else { return perform(.silence) }
        if let why = isTooSmallToAsk ? "this screen is too small to ask" : snapshot?.whyNothingIsKept {
            say(why, status: .warning)
            return []
        }
        let parts = words.split(separator: " ").map(String.init)
        let place = parts.firstIndex { Self.seconds(of: $0) != nil } ?? parts.count
        let seconds = place < parts.count ? Self.seconds(of: parts[place]) : nil
        let why = parts.dropFirst(place + 1).joined(separator: " ")
        ask(SilenceDialog(parts[..<place].joined(separator: " "), seconds: seconds, why: why, at: now))
        return []
    }

    /// `90m`, `2h`, `3d`; nil of another word, and of what is too long.
    private static func seconds(of word: String) -> Double? {
        let units: [Character: Double] = ["m": 60, "h": 3600, "d": 86_400]
        guard let last = word.last, let unit = units[last], let count = Int(word.dropLast()), count > 0 else {
            return nil
        }
        let seconds = Double(count) * unit
        return seconds <= SilenceBook.longest ? seconds : nil
    }
}
