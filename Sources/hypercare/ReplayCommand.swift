import Commands
import Configuration
import Curses
import Display
import Engine
import EngineAPI
import Monitoring
import Platform
import Recordings
import Session
import Text

/// `hypercare replay FILE`: the console on a recording. It reads that file and a theme, and nothing else of anybody's.
struct ReplayCommand {
    private let wanted: Command.Replay

    init(_ wanted: Command.Replay) { self.wanted = wanted }

    func run() throws -> Int32 {
        let environment = Environment.ofProcess
        let chosen = wanted.theme == ThemeFile.automatic ? nil : wanted.theme
        var themes = try Themes.load(chosen: chosen, environment: environment)
        let time = try SystemTime()
        let engine: ReplayEngine
        do {
            let file = try RecordedFile(wanted.file)
            let begins = try file.begins
            engine = try ReplayEngine(
                file, speed: wanted.speed, at: try wanted.at.map { try moment($0, after: begins) }, real: time
            )
        } catch let complaint as Complaint {
            throw complaint
        } catch let fault as RecordingFault {
            throw Complaint("\(wanted.file): \(fault)")
        }
        let settings = TerminalSettings(environment: { environment[$0] })
        let localClock = try? StoreClock.ofMachine(environment["TZ"], around: time.now.wall)
        var terminal: CursesTerminal
        do {
            terminal = try CursesTerminal(settings, theme: themes.first ?? ThemeFile.standard)
        } catch {
            throw Complaint("\(error)", exitCode: ExitCode.usage)
        }
        if terminal.colors == .none {
            themes = [ThemeFile.mono]
            terminal.setTheme(ThemeFile.mono)
        }
        let running = Task { @concurrent in await engine.run() }
        var console = Console(
            client: engine, person: Identity(environment).person, time: engine.time, themes: themes)
        console.redraw = .milliseconds(500)
        console.themeChoice = Themes.choice(wanted.theme, nil)
        console.localClock = localClock
        let end = console.run(on: &terminal, waker: terminal.waker)
        try? Blocking.run {
            running.cancel()
            await running.value
        }
        return end.exitCode
    }

    /// A time of day is the first one of the recording.
    private func moment(_ text: String, after begins: WallTime) throws -> WallTime {
        if let seconds = CivilTime.secondsSinceEpoch(of: text) { return WallTime(seconds: seconds) }
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            .map { Int(String(decoding: $0, as: UTF8.self)) }
        guard 2...3 ~= parts.count, let hour = parts[0], let minute = parts[1],
            let second = parts.count == 3 ? parts[2] : 0, 0..<24 ~= hour, 0..<60 ~= minute, 0..<60 ~= second
        else {
            throw Complaint(
                "--at needs a time such as 02:10 or 2026-03-03T02:10:00Z, not \"\(text)\"",
                exitCode: ExitCode.usage)
        }
        let wanted = Int64(hour * 3600 + minute * 60 + second)
        let ofDay = (begins.milliseconds / 1000 % 86_400 + 86_400) % 86_400
        let later = (wanted - ofDay + 86_400) % 86_400
        return WallTime(seconds: begins.milliseconds / 1000 + later)
    }
}
