import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Screens
import TestSupport
import Testing

/// What no other suite keeps a picture of: each pane shown alone, what is typed in the foot, the questions about what
/// is at work or half done; at all five sizes.
struct GalleryTests {
    private static let snapshots = FrameSnapshots(beside: #filePath)
    static let sizes = [(60, 200), (40, 120), (24, 80), (19, 120), (10, 40)].map {
        Size(rows: $0.0, columns: $0.1)
    }

    enum Scene: String, CaseIterable {
        case sources, queues, integrations, cron, indexers, flags
        case filter, eventFilter, command, theme, notice, end, finish
    }

    struct Picture: CustomTestStringConvertible {
        var scene: Scene
        var size: Size
        var testDescription: String { "gallery-\(scene.rawValue)-\(size.columns)x\(size.rows)" }
        var frame: Frame { view(GalleryTests.model(scene, size), Canvas(size: size, glyphs: .braille)) }
    }

    static let pictures = Scene.allCases.flatMap { scene in sizes.map { Picture(scene: scene, size: $0) } }

    @Test(arguments: pictures) func `is drawn as kept`(picture: Picture) {
        if let difference = Self.snapshots.difference(picture.frame, picture.testDescription) {
            Issue.record("\(difference)")
        }
    }

    @Test func `keeps no picture that no test draws`() {
        #expect(Self.snapshots.kept(prefix: "gallery-") == Set(Self.pictures.map(\.testDescription)))
    }

    /// No word of the foot is cut, and none of its sentences is said of nothing.
    @Test(arguments: pictures) func `the foot is whole words`(picture: Picture) {
        let frame = picture.frame
        for row in frame.size.rows - 2..<frame.size.rows {
            let text = frame.row(row)
            let cut = text.split(separator: " ").contains { $0.count > 1 && $0.hasSuffix("…") }
            // A key whose act asks first ends with the mark.
            #expect(!cut || text.contains("OFF…") || text.contains("ON…") || text.contains("run…"), "\(text)")
        }
    }

    static func model(_ scene: Scene, _ size: Size) -> Model {
        var model = StoreNight.model(.incident, rows: size.rows, columns: size.columns)
        switch scene {
        case .sources: model.type("0")
        case .queues: model.type("1")
        case .integrations: model.type("2")
        case .cron: model.type("3")
        case .indexers: model.type("4")
        case .flags: model.type("5")
        case .filter: model.type("/erp !stock")
        case .eventFilter: model.type("6/erp")
        case .command: model.type(":so")
        case .theme:
            model.themes = ["dark", "light", "high-contrast", "colour-blind-safe", "mono"]
            model.press(.function(2))
        case .notice: model.type("0t")
        case .end: model = question(EndQuestionTests.atWork(), "t", size)
        case .finish: model = question(FinishQuestionTests.saved(), "c", size)
        }
        let isPane = Pane.allCases.contains { $0.title.lowercased() == scene.rawValue }
        if isPane, !model.isZoomed { model.press(.character("f")) }
        return model
    }

    private static func question(_ snapshot: Snapshot, _ key: Unicode.Scalar, _ size: Size) -> Model {
        var model = ConsoleStore.model(snapshot, size: size)
        model.press(.character("5"), .down)
        model.wait(until: 2)
        model.press(.character(key))
        return model
    }
}
