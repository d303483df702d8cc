import Display
import EngineAPI
import Monitoring
import Screens
import Session
import TestSupport
import Testing

@Suite struct ConsoleTests {
    let time = ManualTime()
    let client = FakeClient()
    let terminal: HeadlessTerminal
    var control: HeadlessTerminal.Control { terminal.control }

    init() throws { terminal = try HeadlessTerminal() }

    /// One line that says what the model holds: the loop is tested here, not the views.
    private static func view(_ model: Model, _ canvas: Canvas) -> Frame {
        var frame = Frame(size: canvas.size)
        let generation = model.snapshot.map { String($0.generation) } ?? "none"
        let seconds = model.now.wall.milliseconds / 1000 % 100
        let text =
            "generation \(generation) second \(seconds) screen \(model.screen) dialog \(model.dialog != nil)"
            + " pending \(model.pending.count) notice \(model.notice?.text ?? "-")"
        for (column, scalar) in text.unicodeScalars.enumerated() { frame[0, column] = Cell(scalar, .text) }
        return frame
    }

    private func start() -> Task<ConsoleEnd, any Error> {
        let themes = ["dark", "light"].map { Theme(name: $0, styles: [:], cursor: Style()) }
        var console = Console(client: client, person: .mira, time: time, themes: themes, view: Self.view)
        console.redraw = .seconds(1)
        return Task { [terminal, console] in
            try await onThread {
                var terminal = terminal
                return console.run(on: &terminal, waker: terminal.control)
            }
        }
    }

    private func snapshot(_ generation: UInt64) -> Snapshot {
        var snapshot = Snapshot(
            at: time.now,
            environment: EnvironmentFacts(name: "test", isProduction: false, access: .operate))
        snapshot.generation = generation
        return snapshot
    }

    private func shows(_ text: String) async throws {
        try await eventually("shows \(text)") { control.frame?.row(0).contains(text) == true }
    }

    private func idle() async throws { try await eventually("the loop waits") { control.isIdle } }

    @Test func `draws before there is any data, and the first snapshot at once`() async throws {
        let run = start()
        try await shows("generation none")
        try await eventually("subscribed") { client.subscribers == 1 }
        client.publish(snapshot(1))
        try await shows("generation 1")
        control.send(.character("q"))
        #expect(try await run.value == .quit)
        try await eventually("unsubscribed") { client.ended == 1 }
    }

    @Test func `of many snapshots between two redraws the newest is drawn, once`() async throws {
        let run = start()
        try await eventually("subscribed") { client.subscribers == 1 }
        client.publish(snapshot(1))
        try await shows("generation 1")
        try await idle()
        let before = control.record
        for generation in 2...50 { client.publish(snapshot(UInt64(generation))) }
        // The pump runs on its own: redraws go on until the last one is through.
        try await eventually("generation 50") {
            time.advance(by: .seconds(1))
            control.elapse()
            try await idle()
            return control.frame?.row(0).contains("generation 50") == true
        }
        #expect(control.record.wakes == before.wakes, "snapshots must not wake the loop")
        control.send(.hungUp)
        #expect(try await run.value == .hungUp)
    }

    @Test func `an age grows with the wall clock and nothing is drawn in between`() async throws {
        let run = start()
        try await shows("second 0")
        try await idle()
        let paints = control.record.paints
        time.advance(by: .milliseconds(400))
        control.elapse()
        try await idle()
        #expect(control.record.paints == paints)
        #expect(control.record.timeouts.last == .milliseconds(600))
        time.advance(by: .milliseconds(600))
        control.elapse()
        try await shows("second 1 ")
        #expect(control.record.paints == paints + 1)
        control.send(.terminated(signal: 15))
        let end = try await run.value
        #expect(end == .terminated(signal: 15) && end.exitCode == 143)
    }

    @Test func `a told thing is set aside from the key to the engine and back`() async throws {
        let run = start()
        try await eventually("subscribed") { client.subscribers == 1 }
        var store = snapshot(1)
        let id = EntityID(.queue, "erp")
        store.queues = [QueueRow(id: id, transport: .db, judgement: Judgement(.critical, ["backlog"]))]
        store.assessments = [Assessment(.depth, of: id, .critical, "backlog", value: 600)]
        client.publish(store)
        try await shows("generation 1")
        control.send(.character("a"))
        try await shows("dialog true")
        try await idle()
        time.advance(by: .seconds(1))
        for scalar in "ERP is closed".unicodeScalars { control.send(.character(scalar)) }
        control.send(.enter)
        try await eventually("asked") { client.submitted.count == 1 }
        try await shows("dialog false pending 0")
        #expect(
            client.submitted == [
                .setAside(
                    AsideOrder(id, why: "ERP is closed", .shift, told: Told([.init(.depth, .critical)])))
            ])
        control.send(.character("q"))
        #expect(try await run.value == .quit)
    }

    @Test func `keys are answered while the engine answers nothing`() async throws {
        client.hold()
        let run = start()
        try await eventually("subscribed") { client.subscribers == 1 }
        client.publish(snapshot(1))
        try await shows("generation 1")
        control.send(.character("R"))
        try await eventually("asked") { client.held == 1 }
        try await shows("pending 1")
        control.send(.character("?"))
        try await shows("screen help")
        client.release()
        try await shows("pending 0")
        #expect(client.submitted == [.readNow(source: nil)])
        control.send(.hungUp)
        #expect(try await run.value == .hungUp)
    }

    @Test func `Ctrl-C asks once`() async throws {
        let run = start()
        try await shows("generation none")
        control.send(.control("c"))
        try await shows("dialog true")
        control.send(.control("c"))
        #expect(try await run.value == .quit)
    }

    @Test func `suspends, takes the new size, copies the screen and redraws`() async throws {
        let run = start()
        try await shows("generation none")
        control.send(.control("z"))
        try await eventually("suspended") { control.record.suspensions == 1 }
        control.send(.control("l"))
        try await eventually("redrawn") { control.record.invalidations == 1 }
        control.resize(rows: 10, columns: 40)
        try await eventually("resized") { control.frame?.size == Size(rows: 10, columns: 40) }
        control.send(.function(2))
        try await eventually("other theme") { control.record.themes == ["light"] }
        control.send(.hungUp)
        #expect(try await run.value == .hungUp)
    }
}
