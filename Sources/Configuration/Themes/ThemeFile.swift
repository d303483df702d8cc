package import Display
import Documents

/// A theme as a YAML file: how each role looks.
package enum ThemeFile {
    /// Those that are installed.
    /// Stands for dark or light, by the terminal's background.
    package static let automatic = "auto"

    package static let names = ["dark", "light", "high-contrast", "colour-blind-safe", "mono"]

    /// Reads a theme; every role must be there. Fails with all mistakes at once.
    package static func read(_ bytes: [UInt8], name: String) throws(StoreConfiguration.Failure) -> Theme {
        let root: Node
        do {
            root = try YAML.read(bytes, name: name, limits: ReadLimits(bytes: 64 << 10, nodes: 5000))
        } catch {
            throw StoreConfiguration.Failure(problems: [error])
        }
        var reading = Reading(name: name)
        let theme = section.read(root, &reading)
        guard let theme, reading.problems.isEmpty else {
            throw StoreConfiguration.Failure(problems: reading.sorted)
        }
        return theme
    }

    /// The theme that is compiled in.
    package static var standard: Theme {
        let plain = Theme(name: "dark", styles: [:], cursor: Style(isReverse: true))
        return (try? read(PackageResources.dark_yaml, name: "dark.yaml")) ?? plain
    }

    /// No colour: what NO_COLOR asks for when no theme file is at hand.
    package static var mono: Theme {
        var styles: [Role: Style] = [:]
        for role in [Role.strong, .warning, .lease, .productionFrame, .chartOver] {
            styles[role] = Style(isBold: true)
        }
        for role in [Role.unknown, .focusTitle] { styles[role] = Style(isReverse: true) }
        for role in [Role.critical, .production, .armed] {
            styles[role] = Style(isBold: true, isReverse: true)
        }
        styles[.field] = Style(isUnderlined: true)
        for role in Role.allCases where styles[role] == nil { styles[role] = Style() }
        return Theme(name: "mono", styles: styles, cursor: Style(isReverse: true))
    }

    static var section: Section<Theme> {
        Section(
            "theme", "How everything looks.", Theme(name: "", styles: [:], cursor: Style()),
            [
                Field("name", \.name, .plainName, "The theme's name.", required: true),
                Field("roles", \.styles, roles.kind, "How each role looks.", required: true),
                Field("cursor", \.cursor, style.kind, "The bar under the chosen row.", required: true),
            ])
    }

    private static var roles: Section<[Role: Style]> {
        Section(
            "roles", "How each role looks.", [:],
            Role.allCases.map { role in
                Field(fileName(of: role), \.[role], optional: style.kind, "", required: true)
            })
    }

    private static var style: Section<Style> {
        Section(
            "style", "What is not said is the terminal's own.", Style(),
            [
                Field("fg", \.foreground, optional: color.kind, "Colour of the letters."),
                Field("bg", \.background, optional: color.kind, "Colour behind them."),
                Field("bold", \.isBold, .bool, "Bold."),
                Field("reverse", \.isReverse, .bool, "Letters and background exchanged."),
                Field("underline", \.isUnderlined, .bool, "Underlined."),
            ])
    }

    private static var color: Section<Color> {
        Section(
            "color", "One colour for terminals of 256, 16 and direct colours.", Color(palette: nil, basic: 0),
            [
                Field(
                    "palette", \.palette, optional: .byte(0...255),
                    "Number in the xterm palette; left out, the terminal's own."),
                Field("basic", \.basic, .byte(0...15), "Number among the 16 colours.", required: true),
                Field(
                    "direct", \.direct, optional: .hexColor, "Where direct colours are to be had.",
                    example: "\"#ff5f5f\""),
            ])
    }

    /// `chart_over` of `chartOver`.
    private static func fileName(of role: Role) -> String {
        String(describing: role).reduce(into: "") { name, letter in
            name += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
        }
    }
}

extension Kind<String> {
    /// The name of a theme that is installed, or that the terminal's background decides.
    static var theme: Kind {
        let names = ThemeFile.names + [ThemeFile.automatic]
        return scalar(.choice(names), written: { $0 }) { text, _ in names.contains(text) ? text : nil }
    }
}

extension Kind<UInt8> {
    static func byte(_ range: ClosedRange<UInt8>) -> Kind {
        let bounds = Int(range.lowerBound)...Int(range.upperBound)
        return scalar(.whole(bounds), written: { String($0) }) { text, isQuoted in
            guard !isQuoted, let value = UInt8(text), range.contains(value) else { return nil }
            return value
        }
    }
}

extension Kind<UInt32> {
    /// `"#RRGGBB"`, in quotes because # begins a comment.
    static var hexColor: Kind {
        scalar(
            .text(hint: "a colour such as \"#ff5f5f\"", pattern: "^#[0-9A-Fa-f]{6}$"),
            written: { _ in nil }
        ) { text, _ in
            guard text.utf8.count == 7, text.hasPrefix("#"), text.dropFirst().allSatisfy(\.isHexDigit) else {
                return nil
            }
            return UInt32(text.dropFirst(), radix: 16)
        }
    }
}
