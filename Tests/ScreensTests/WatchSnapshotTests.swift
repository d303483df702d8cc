import Display
import Screens
import TestSupport
import Testing

@Suite struct WatchSnapshotTests {
    private static let snapshots = FrameSnapshots(beside: #filePath)
    private static let sizes = [(60, 200), (40, 120), (24, 80), (10, 40), (3, 10)]

    /// Every size and glyph set for the incident; the other scenes where they differ.
    private static let pictures: [Picture] =
        sizes.flatMap { size in
            GlyphSet.allCases.map { Picture(.incident, size, $0) }
        }
        + sizes.dropLast().flatMap { size in
            [StoreNight.Scene.calm, .blind].map { Picture($0, size, .braille) }
        }
        + [StoreNight.Scene.first, .unknown, .many, .hostile].flatMap { scene in
            [(40, 120), (24, 80)].map { Picture(scene, $0, .braille) }
        }
        // A tmux split, and half of one.
        + [StoreNight.Scene.incident, .calm, .blind].map { Picture($0, (19, 120), .braille) }
        + [Picture(.incident, (24, 120), .braille), Picture(.incident, (14, 300), .braille)]
        + [Picture(.hostile, (40, 120), .ascii), Picture(.hostile, (10, 40), .braille)]

    struct Picture: CustomTestStringConvertible, Sendable {
        var scene: StoreNight.Scene
        var rows: Int
        var columns: Int
        var glyphs: GlyphSet

        init(_ scene: StoreNight.Scene, _ size: (rows: Int, columns: Int), _ glyphs: GlyphSet) {
            self.scene = scene
            rows = size.rows
            columns = size.columns
            self.glyphs = glyphs
        }

        var testDescription: String { "watch-\(scene.rawValue)-\(columns)x\(rows)-\(glyphs.rawValue)" }

        var frame: Frame {
            view(
                StoreNight.model(scene, rows: rows, columns: columns),
                Canvas(size: Size(rows: rows, columns: columns), glyphs: glyphs))
        }
    }

    @Test(arguments: pictures)
    func `looks as recorded`(picture: Picture) {
        if let difference = Self.snapshots.difference(picture.frame, picture.testDescription) {
            Issue.record("\(difference)")
        }
    }

    @Test func `keeps no picture that no test draws`() {
        #expect(Self.snapshots.kept(prefix: "watch-") == Set(Self.pictures.map(\.testDescription)))
    }
}
