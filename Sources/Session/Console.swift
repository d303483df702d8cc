package import Display
package import EngineAPI
package import Monitoring
package import Screens

/// One attached operator: the loop between a terminal and an engine.
package struct Console: Sendable {
    package var client: any EngineClient
    /// Who sits at the terminal.
    package var person: Operator
    package var time: any TimeSource
    /// What `F2` goes through; the first is drawn at the start.
    package var themes: [Theme]
    /// How often data is drawn, on whole multiples of wall time; keys and answers are drawn at once.
    package var redraw: Duration = .seconds(2)
    /// Writes a text to a new file of this path; answers where that is, or why nothing was written.
    package typealias Write = @Sendable (_ text: String, _ path: String) -> Result<String, SavingError>

    private let write: Write
    /// What runs a person's own commands; to be ended when the console has.
    package var commands = CommandLane()
    /// How the person looked the last time, and where it is kept.
    package var remembered: ViewState?
    package var remember: @Sendable (ViewState) -> Void = { _ in }
    /// Who chose the first theme.
    package var themeChoice = ThemeChoice.person
    /// This machine's own time, where it is known.
    package var localClock: StoreClock?
    /// A new critical row rings the terminal's bell.
    package var rings = false
    /// The whole screen from what is known.
    private let view: @Sendable (Model, Canvas) -> Frame

    package init(
        client: any EngineClient, person: Operator, time: any TimeSource, themes: [Theme],
        write: @escaping Write = { _, _ in .failure(SavingError("this console writes no files")) },
        view: @escaping @Sendable (Model, Canvas) -> Frame = Screens.view
    ) {
        self.client = client
        self.person = person
        self.time = time
        self.themes = themes
        self.write = write
        self.view = view
    }

    /// Runs on the calling thread until the operator leaves, the terminal is gone or a signal ends it.
    ///
    /// The thread must be none of the concurrency pool. The engine is left running.
    package func run(on terminal: inout some Terminal & ~Copyable, waker: some Waker) -> ConsoleEnd {
        let mailbox = Mailbox(waker: waker)
        let effects = EffectRunner(
            client: client, person: person, mailbox: mailbox, commands: commands)
        let pump = Task { @concurrent [client] in
            for await snapshot in client.snapshots() { mailbox.post(snapshot) }
        }
        defer {
            pump.cancel()
            effects.cancel()
        }
        var attached = Attachment(
            model: model(size: terminal.size), themes: themes, effects: effects, write: write,
            remember: remember)
        if let theme = themes.first(where: { $0.name == attached.model.theme }),
            theme.name != themes.first?.name
        {
            terminal.setTheme(theme)
        }
        if !attached.model.isThemeChosen { terminal.askBackground() }
        if attached.model.wantsMouse { terminal.reportMouse(true) }
        var beat = Int64.min
        while true {
            let now = time.now
            let isDue = self.beat(now) != beat
            if attached.isStale || isDue {
                beat = self.beat(now)
                if let end = attached.take([.tick(now)] + mailbox.take(), terminal: &terminal) { return end }
                attached.paint(view, on: &terminal)
            }
            let events = terminal.wait(timeout: untilNextBeat())
            var messages = [Message.tick(time.now)]
            for event in events {
                switch event {
                case .key(let key): messages.append(.key(key))
                case .resized(let size): messages.append(.resized(size))
                case .background(let isLight): messages.append(.background(isLight: isLight))
                case .woken: messages += mailbox.take()
                case .hungUp: return .hungUp
                case .terminated(let signal): return .terminated(signal: signal)
                }
            }
            guard !events.isEmpty else { continue }
            if let end = attached.take(messages, terminal: &terminal) { return end }
        }
    }

    private func model(size: Size) -> Model {
        var random = SystemRandomNumberGenerator()
        var model = Model(
            now: time.now, size: size, themes: themes.map(\.name), theme: themes.first?.name ?? "",
            seed: (random.next(), random.next()))
        model.rings = rings
        model.localClock = localClock
        model.begin(remembered, theme: themeChoice)
        return model
    }

    /// The number of redraw intervals since 1970.
    private func beat(_ now: Timestamp) -> Int64 { now.wall.milliseconds / interval }

    private func untilNextBeat() -> Duration {
        let over = time.now.wall.milliseconds % interval
        return .milliseconds(interval - max(0, over))
    }

    /// In milliseconds.
    private var interval: Int64 {
        let parts = redraw.components
        return max(100, min(parts.seconds, 60) * 1000 + parts.attoseconds / 1_000_000_000_000_000)
    }
}
