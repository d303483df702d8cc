import CTerm
package import Display

/// What the person's environment says of the terminal.
package struct TerminalSettings: Hashable, Sendable {
    /// TERM; empty when it is not set.
    package var type: String
    /// False when NO_COLOR is set to anything (no-color.org).
    package var wantsColor: Bool
    package var glyphs: GlyphSet
    /// What wraps the sequences of programs that run inside it.
    package var multiplexer: Multiplexer
    /// What COLORFGBG says of the background; nil where it says nothing.
    package var isLight: Bool?
    /// The device; nil takes the terminal of the process, and with it signals and standard error.
    package var path: String?

    package enum Multiplexer: Sendable {
        case none, tmux, screen
        /// What TERM says of both where ssh did not bring their own variables along.
        case tmuxOrScreen
    }

    package init(type: String, wantsColor: Bool = true, glyphs: GlyphSet = .braille, path: String? = nil) {
        self.type = type
        self.wantsColor = wantsColor
        self.glyphs = glyphs
        self.path = path
        multiplexer = .none
    }

    /// Reads the variables of the environment and the locale; sets the locale of the process, so it is called
    /// once, at the start.
    package init(environment variable: (String) -> String?) {
        type = variable("TERM") ?? ""
        wantsColor = (variable("NO_COLOR") ?? "").isEmpty
        multiplexer = Self.multiplexer(type: type, tmux: variable("TMUX"), screen: variable("STY"))
        isLight = Self.isLight(variable("COLORFGBG") ?? "")
        glyphs = Self.glyphs(isUnicode: cterm_locale_is_utf8() != 0, type: type)
    }

    /// `15;0`: the last number is the background among the 16 colours.
    package static func isLight(_ colorFGBG: String) -> Bool? {
        guard let last = colorFGBG.split(separator: ";").last, let number = Int(last),
            (0...15).contains(number)
        else { return nil }
        return number == 7 || number > 8
    }

    /// Titles and questions about colours are of xterm and its kin; others would print them.
    var isXtermLike: Bool {
        [
            "xterm", "tmux", "screen", "rxvt", "alacritty", "foot", "kitty", "wezterm", "ghostty", "st-",
            "konsole",
            "vte", "gnome", "contour", "mintty",
        ].contains { type.hasPrefix($0) }
    }

    /// `tmux` and `screen` are what TMUX and STY hold.
    package static func multiplexer(type: String, tmux: String?, screen: String?) -> Multiplexer {
        if !(tmux ?? "").isEmpty { return .tmux }
        if !(screen ?? "").isEmpty { return .screen }
        if type.hasPrefix("tmux") { return .tmux }
        return type.hasPrefix("screen") ? .tmuxOrScreen : .none
    }

    /// The console of Linux has lines and blocks in its fonts, and no braille.
    package static func glyphs(isUnicode: Bool, type: String) -> GlyphSet {
        guard isUnicode else { return .ascii }
        return type == "linux" || type.hasPrefix("linux-") ? .blocks : .braille
    }
}
