import Documents
import Configuration
import Curses
import Display
import Glibc
import Testing

struct ThemeFileTests {
    static let names = ["dark", "light", "high-contrast", "colour-blind-safe", "mono"]

    static func theme(_ name: String) throws -> Theme {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        return try ThemeFile.read(bytes(of: "\(root)/themes/\(name).yaml"), name: "\(name).yaml")
    }

    @Test(arguments: names)
    func `has every role and its own name`(name: String) throws {
        let theme = try Self.theme(name)
        #expect(theme.name == name)
        #expect(Set(theme.styles.keys) == Set(Role.allCases))
        #expect(theme.cursor != Style())
    }

    @Test func `the one compiled in is the file`() throws {
        #expect(ThemeFile.standard == (try Self.theme("dark")))
        #expect(ThemeFile.mono == (try Self.theme("mono")))
    }

    @Test(arguments: names)
    func `what must be told apart is told apart by palette, by 16 colours, and by more than colour`(
        name: String
    ) throws {
        let theme = try Self.theme(name)
        let states: [Role] = [.critical, .unknown, .warning, .stale, .ok]
        guard name != "mono" else {
            for role in Role.allCases {
                #expect(theme[role].foreground == nil && theme[role].background == nil, "\(role)")
            }
            for role in [Role.critical, .unknown, .warning, .lease, .production, .armed, .focusTitle, .field]
            {
                #expect(theme[role] != Style(), "\(role)")
            }
            return
        }
        for (index, one) in states.enumerated() {
            for two in states[(index + 1)...] {
                for depth in [ColorDepth.palette, .sixteen] {
                    #expect(depth.look(theme[one]) != depth.look(theme[two]), "\(one) \(two) \(depth)")
                }
            }
        }
        for role in [Role.critical, .warning, .unknown, .lease, .production, .armed] {
            #expect(theme[role].isBold, "\(role)")
        }
        #expect(theme[.production].background != nil && theme[.armed].background != nil)
        #expect(theme[.production].background != theme[.armed].background)
    }

    /// Viénot, Brettel and Mollon 1999: what is left of a colour without red or without green cones.
    @Test(arguments: [false, true])
    func `states differ without red or green cones`(isGreenMissing: Bool) throws {
        let theme = try Self.theme("colour-blind-safe")
        let states: [Role] = [.critical, .unknown, .warning, .ok, .lease]
        for (index, one) in states.enumerated() {
            for two in states[(index + 1)...] {
                let distance = zip(
                    Self.seen(theme[one], isGreenMissing), Self.seen(theme[two], isGreenMissing)
                )
                .map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
                #expect(distance > 0.15, "\(one) \(two): \(distance)")
            }
        }
    }

    @Test func `names all mistakes of a theme`() {
        let text = "name: x\nroles:\n  text: {fg: {palette: 300, basic: 1}}\n  txet: {}\ncursor: {bold: 1}\n"
        do {
            _ = try ThemeFile.read(Array(text.utf8), name: "x.yaml")
            Issue.record("was accepted")
        } catch {
            let lines = error.problems.map(\.description)
            #expect(lines.contains("x.yaml:3:24: expected a whole number from 0 to 255"))
            #expect(lines.contains("x.yaml:4:3: unknown key \"txet\", did you mean \"text\"?"))
            #expect(lines.contains("x.yaml:5:16: expected true or false"))
            #expect(lines.count { $0.contains("is missing") } == Role.allCases.count - 1)
        }
    }

    private static func seen(_ style: Style, _ isGreenMissing: Bool) -> [Double] {
        // A badge is seen by its background.
        let color = linear(style.background?.palette ?? style.foreground?.palette ?? 0)
        let mixed =
            isGreenMissing
            ? [
                0.29275 * color[0] + 0.70725 * color[1], 0.29275 * color[0] + 0.70725 * color[1],
                -0.02234 * color[0] + 0.02234 * color[1] + color[2],
            ]
            : [
                0.11238 * color[0] + 0.88762 * color[1], 0.11238 * color[0] + 0.88762 * color[1],
                0.00401 * color[0] - 0.00401 * color[1] + color[2],
            ]
        return mixed.map { pow(max(0, $0), 1 / 2.2) }
    }

    private static func bytes(of path: String) -> [UInt8] {
        guard let file = unsafe fopen(path, "r") else {
            Issue.record("\(path) cannot be read")
            return []
        }
        defer { unsafe fclose(file) }
        return unsafe [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
            count = unsafe fread(buffer.baseAddress, 1, buffer.count, file)
        }
    }

    private static func linear(_ number: UInt8) -> [Double] {
        let levels = [0.0, 95, 135, 175, 215, 255]
        let value = Int(number)
        let color: [Double]
        switch value {
        case 16..<232:
            color = [levels[(value - 16) / 36], levels[(value - 16) / 6 % 6], levels[(value - 16) % 6]]
        case 232...: color = Array(repeating: Double(8 + 10 * (value - 232)), count: 3)
        default: color = [0, 0, 0]
        }
        return color.map { part in
            let share = part / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
    }
}
