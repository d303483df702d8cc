import Configuration
import Curses
import Display
import Engine
import EngineAPI
import Monitoring
import Platform
import Recordings
import Screens
import Session

/// An engine and one operator attached to it, on the terminal of this process.
struct Attached {
    let setup: EngineSetup
    let person: Operator
    let time: any TimeSource
    let themes: [Theme]
    var themeChoice = ThemeChoice.person
    /// Where it is kept how the person looks; nil where nothing is.
    var view: ViewFile?
    var rings = false
    /// Where figures are served; nil: nowhere.
    var metrics: LoopbackPort?
    /// Who may have put the programs of own commands where they are.
    var trust = FileTrust()

    /// Runs until the operator leaves; what has to be kept is kept by then.
    func run(environment: Environment) throws -> Int32 {
        let settings = TerminalSettings(environment: { environment[$0] })
        // Before there is another thread: it sets the time zone of the process for a moment.
        let localClock = try? StoreClock.ofMachine(environment["TZ"], around: time.now.wall)
        // First of all: opening it forks the watchdog, and nothing of ours runs on other threads yet.
        var terminal: CursesTerminal
        do {
            terminal = try CursesTerminal(settings, theme: themes.first ?? ThemeFile.standard)
        } catch {
            throw Complaint("\(error)", exitCode: ExitCode.usage)
        }
        var themes = themes
        if terminal.colors == .none {
            // State is symbol, word and colour: without the last the other two carry it.
            themes = [ThemeFile.mono]
            terminal.setTheme(ThemeFile.mono)
        }
        var setup = setup
        let serving = metrics.map { ServedMetrics($0, unlessSaid: &setup.notes) }
        setup.recorder = FileRecorder(program: RecordCommand.program, home: environment["HOME"])
        let engine = LocalEngine(setup, time: time)
        let running = Task { @concurrent in
            async let trimming: Void = Self.giveBackMemory(time)
            await engine.run()
            await trimming
        }
        serving?.follow(engine)
        var console = Console(
            client: engine, person: person, time: time, themes: themes,
            write: { text, path in Self.write(text, to: path, home: environment["HOME"]) })
        console.themeChoice = themeChoice
        console.rings = rings
        console.localClock = localClock
        console.commands = OwnCommands(environment: environment, trust: trust).lane
        console.remembered = view?.read()
        if let view { console.remember = { view.keep($0) } }
        let end = console.run(on: &terminal, waker: terminal.waker)
        let (view, commands) = (view, console.commands)
        serving?.end()
        try? Blocking.run {
            await commands.end()
            running.cancel()
            await running.value
            await view?.settle()
        }
        return end.exitCode
    }

    /// To a file that is not there yet: nothing of anybody's is written over.
    private static func write(
        _ text: String, to path: String, home: String?
    ) -> Result<String, SavingError> {
        let isAtHome = path.hasPrefix("~/")
        guard !isAtHome || home != nil else { return .failure(SavingError("HOME is not set")) }
        let path = isAtHome ? (home ?? "") + path.dropFirst() : path
        do {
            try Files.create(path, Array(text.utf8))
            return .success((try? Files.realPath(path)) ?? path)
        } catch {
            return .failure(SavingError("\(error)"))
        }
    }

    /// A third of what is resident after a start only the start needed: loading libraries, TLS, first paint. The
    /// fast servers are through with it after a second or two, the slow ones later.
    private static func giveBackMemory(_ time: any TimeSource) async {
        let start = time.now.boot
        for wait in [Duration.seconds(2), .seconds(10)] {
            guard (try? await time.sleep(until: start + wait)) != nil else { return }
            StartUpMemory.giveBack()
        }
    }
}
