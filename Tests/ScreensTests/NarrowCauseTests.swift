import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// On a narrow screen the cause is read, whatever path stands before it.
@Suite struct NarrowCauseTests {
    private static let path = "/srv/shop/releases/20261130T021500/app/etc/feature-flags/production/flags.yaml"
    private static let why = "cannot open \(path): Permission denied"

    private func text(_ snapshot: Snapshot, _ rows: Int, _ columns: Int, _ keys: [Key] = []) -> String {
        var model = ConsoleStore.model(snapshot, size: Size(rows: rows, columns: columns))
        for key in keys { _ = model.press(key) }
        return view(model, Canvas(size: model.size, glyphs: .braille)).glyphText
    }

    @Test(arguments: [Key.character("5"), .character("0")])
    func `a flag's and a source's cause are read at 80 columns`(pane: Key) {
        var snapshot = ConsoleStore.snapshot()
        snapshot.flags[1].judgement = Judgement(.critical, [Self.why, "since 02:10"])
        snapshot.sources[0].judgement = Judgement(.critical, [Self.why, "since 02:10"])
        for keys in [[], [pane], [pane, .character("f")], [pane, .character("g"), .enter]] {
            let drawn = text(snapshot, 36, 80, keys)
            #expect(drawn.contains("Permission denied"), "\(drawn)")
        }
    }

    @Test func `what cannot be kept is read in the last row but one`() {
        var snapshot = ConsoleStore.snapshot()
        snapshot.storage = Judgement(.critical, ["the state cannot be saved: \(Self.why)"])
        #expect(text(snapshot, 24, 80).contains("Permission denied"))
    }

    @Test(arguments: [80, 40])
    func `the pid of the console that keeps the environment is read`(columns: Int) {
        var snapshot = ConsoleStore.snapshot()
        let why =
            "pid 4194303 keeps this environment (another console of yours from 2001:db8::1): this one only watches until it ends"
        snapshot.environment.watchesOnly = why
        snapshot.shutFlags(why)
        for rows in [24, 12] {
            let drawn = text(snapshot, rows, columns, [.character("5"), .character("g"), .character("t")])
            #expect(drawn.contains("pid 4194303"), "\(drawn)")
        }
    }
}
