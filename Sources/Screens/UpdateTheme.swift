import Display
import Monitoring

// `F2` tries themes on the screen as it is; Enter keeps one, Esc goes back to what was.
extension Model {
    mutating func tryTheme(_ step: Int) -> [Effect] {
        if themeBefore == nil { themeBefore = theme }
        let place = themes.firstIndex(of: theme) ?? -1
        theme = themes[(place + step + themes.count) % themes.count]
        return [.setTheme(theme)]
    }

    /// Nil while there is nothing to choose. A key that is none of the choice's goes back to what was, and does what it
    /// does: only Enter keeps a theme.
    mutating func chooseTheme(_ key: Key) -> [Effect]? {
        guard let before = themeBefore else { return nil }
        switch key {
        case .function(2), .down, .right, .tab: return tryTheme(1)
        case .up, .left, .backTab: return tryTheme(-1)
        case .escape, .backspace, .character("q"), .control("c"):
            themeBefore = nil
            theme = before
            return [.setTheme(before)]
        case .enter:
            themeBefore = nil
            isThemeChosen = true
            return []
        default:
            (theme, themeBefore, notice) = (before, nil, nil)
            let effects = press(key)
            if notice == nil { say("theme \(before), as it was: F2 tries others, Enter keeps one") }
            return [.setTheme(before)] + effects
        }
    }

    /// Light on light and dark on dark cannot be read; what a person chose stays.
    mutating func settleTheme(isLight: Bool) -> [Effect] {
        let fitting = isLight ? "light" : "dark"
        guard !isThemeChosen, themeBefore == nil, theme != fitting, themes.contains(fitting) else {
            return []
        }
        theme = fitting
        return [.setTheme(fitting)]
    }

    mutating func take(theme name: String) -> [Effect] {
        guard name != "auto" else {
            isThemeChosen = false
            say("the theme follows the terminal's background from the next start")
            return []
        }
        guard themes.contains(name) else {
            say("no theme is called \(name): \(themes.joined(separator: ", "))", status: .warning)
            return []
        }
        (theme, isThemeChosen) = (name, true)
        say("theme \(name)")
        return [.setTheme(name)]
    }
}
