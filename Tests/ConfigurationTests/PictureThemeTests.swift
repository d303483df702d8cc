import Configuration
import Curses
import Display
import TestSupport
import Testing

/// Every picture that is kept of a screen, in every theme: what means something else looks otherwise. That each of the
/// roles is read on its ground is held by `ThemeContrastTests`, for all roles there are.
@Suite struct PictureThemeTests {
    private static let pictures = FrameSnapshots(
        beside: #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(
            separator: "/")
            + "/ScreensTests/any")

    /// What a person must not take for another, wherever both stand in one picture.
    private static let apart: [Role] = [
        .critical, .unknown, .warning, .ok, .lease, .production, .armed, .text, .field,
    ]
    /// How a figure stands to its limit.
    private static let charts: [Role] = [.chart, .chartOver, .warning]

    /// Each pair of roles that some picture has beside each other, with one that has.
    private static func pairs() throws -> [(one: Role, two: Role, picture: String)] {
        var found: [String: (one: Role, two: Role, picture: String)] = [:]
        let names = pictures.kept(prefix: "").sorted()
        #expect(names.count >= 290)
        for name in names {
            let roles = try #require(pictures.roles(in: name), "\(name) has a letter of no role")
            for family in [apart, charts] {
                let used = family.filter(roles.contains)
                for (place, one) in used.enumerated() {
                    for two in used[(place + 1)...] { found["\(one) \(two)"] = (one, two, name) }
                }
            }
        }
        return found.values.sorted { $0.picture < $1.picture }
    }

    @Test(
        arguments: ["dark", "light", "high-contrast", "colour-blind-safe"],
        [ColorDepth.palette, .sixteen, .direct])
    func `what means something else looks otherwise in every picture`(name: String, depth: ColorDepth) throws
    {
        let theme = try ThemeFileTests.theme(name)
        let pairs = try Self.pairs()
        #expect(pairs.count > 20)
        // What is well may look as plain text does: it has its sign, and nothing is wrong with it.
        for (one, two, picture) in pairs where Set([one, two]) != [.ok, .text] {
            #expect(depth.look(theme[one]) != depth.look(theme[two]), "\(one) and \(two) in \(picture)")
        }
    }
}
