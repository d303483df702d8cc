import Display
import EngineAPI
import Monitoring
import Text

extension KeyMap {
    /// The keys of a recording that is played; they go before the others there, and are nothing elsewhere.
    package static let replay: [Binding] = [
        Binding(
            .screen, "Space p", "pause, go on", in: Place.all,
            [.character(" "): .replay(.turnPause), .character("p"): .replay(.turnPause)]),
        Binding(
            .screen, "} {", "faster, slower", in: Place.all,
            [.character("}"): .replay(.faster), .character("{"): .replay(.slower)]),
        Binding(
            .screen, ".", "one judgement on", in: Place.all, [.character("."): .replay(.step)]),
        Binding(
            .screen, "] [", "next alert or change; back", in: Place.all,
            [.character("]"): .replay(.nextNews), .character("["): .replay(.previousNews)]),
    ]
}

extension Model {
    /// What is said of the recording that is played; nil where a store is watched.
    var replay: ReplayShown? { snapshot?.replay }

    /// What a key asks of the recording.
    func replayAction(for key: Key) -> Action? {
        guard replay != nil else { return nil }
        return KeyMap.replay.lazy.flatMap(\.strokes).first { $0.key == key }?.action
    }

    /// `:at 02:10`, by the clock that is shown, on the day that is shown; `:at 2026-03-03T02:10:00Z`.
    mutating func go(to text: String) -> [Effect] {
        guard replay != nil else {
            say("at goes to a time of a recording, and this is none", status: .warning)
            return []
        }
        guard let wall = time(of: text) else {
            say("at needs a time such as 02:10 or 2026-03-03T02:10:00Z", status: .warning)
            return []
        }
        return [submit(.replay(.go(to: wall)))]
    }

    private func time(of text: String) -> WallTime? {
        if let seconds = CivilTime.secondsSinceEpoch(of: text) { return WallTime(seconds: seconds) }
        guard let wanted = TimeOfDay.seconds(text), let shown = TimeOfDay.seconds(clock.withSeconds(now.wall))
        else { return nil }
        return now.wall.advanced(bySeconds: Double(wanted - shown))
    }
}

/// `02:10` and `02:10:05` as seconds of the day.
enum TimeOfDay {
    static func seconds(_ text: String) -> Int? {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            .map { Int(String(decoding: $0, as: UTF8.self)) }
        guard 2...3 ~= parts.count, let hour = parts[0], let minute = parts[1], 0..<24 ~= hour,
            0..<60 ~= minute
        else { return nil }
        guard parts.count == 3 else { return hour * 3600 + minute * 60 }
        guard let second = parts[2], 0..<60 ~= second else { return nil }
        return hour * 3600 + minute * 60 + second
    }
}

extension ReplayShown {
    /// ` REPLAY ` and `2026-03-03 02:10:05 ×60, paused`: no clock of a store says so.
    func badge(at now: Timestamp, _ clock: Clock, short: Bool = false) -> Line {
        var line = Line(" REPLAY ", .production) + Line(" ")
        if !short { line.append("\(clock.dated(now.wall)) ", .strong) }
        var words = "×\(Figures.count(Int(exactly: speed.rounded()) ?? 0))"
        if isSeeking {
            words = "seeking"
        } else if isAtEnd {
            words = "ended"
        } else if isPaused {
            words += short ? " paused" : ", paused"
        }
        line.append(words + " ", .strong)
        return line
    }
}
