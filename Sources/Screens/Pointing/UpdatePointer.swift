import Display
import EngineAPI
import Monitoring

// The mouse chooses and looks; what is asked is answered with keys.
extension Model {
    mutating func point(_ act: Pointer.Act, at hit: Hit?) -> [Effect] {
        guard wantsMouse else { return [] }
        guard dialog == nil, hit != .question else {
            say("a question is answered with keys", seconds: 4)
            return []
        }
        // What is being typed goes on; the key that ends it is in the last row.
        if filterField != nil || commandLine != nil || themeBefore != nil || help.isTyping { return [] }
        switch act {
        case .wheelUp: return turnWheel(-3, over: hit)
        case .wheelDown: return turnWheel(3, over: hit)
        case .click: return click(hit)
        }
    }

    private mutating func turnWheel(_ step: Int, over hit: Hit?) -> [Effect] {
        if screen == .watch, !isCompact {
            guard let pane = hit?.pane else { return [] }
            enter(pane)
        }
        move(.by(step))
        return []
    }

    private mutating func click(_ hit: Hit?) -> [Effect] {
        let last = clicked
        clicked = nil
        switch hit {
        case .key(let key): return press(key)
        case .pane(let pane) where !panes.contains(pane): return perform(.focus(pane))
        case .pane(let pane): enter(pane)
        case .event(let event):
            enter(.events)
            eventCursor = event
            return openSecond(hit, after: last)
        case .alert(let key):
            if focus != .alerts { _ = perform(.focus(.alerts)) }
            alertCursor = key
            return openSecond(hit, after: last)
        case .moment(let id):
            choose(id)
            return openSecond(hit, after: last)
        case .silence(let id):
            silenceCursor = id
            return openSecond(hit, after: last)
        case .row(let id):
            // It may have gone since it was drawn.
            guard row(id) != nil else { return [] }
            put(id)
            arrival = nil
            return openSecond(hit, after: last)
        case .helpLine(let index):
            help.chosen = index
            explainHelpLine()
        case .question, nil: break
        }
        return []
    }

    private mutating func enter(_ pane: Pane) {
        guard pane != focus else { return }
        focus = pane
        settleFocus()
        holdFlags()
    }

    /// Two clicks on one thing, one soon after the other, open it.
    private mutating func openSecond(_ hit: Hit?, after last: Click?) -> [Effect] {
        if let last, last.hit == hit, now.seconds(since: last.at) < 0.5 { return perform(.open) }
        clicked = hit.map { Click(hit: $0, at: now) }
        return []
    }

    /// `:mouse`, alone it says how it is.
    mutating func takeMouse(_ word: String) -> [Effect] {
        switch word {
        case "on": wantsMouse = true
        case "off": wantsMouse = false
        case "": break
        default:
            say("mouse takes on or off", status: .warning)
            return []
        }
        say(
            wantsMouse
                ? "the mouse chooses, twice opens; hold Shift to select text; mouse off ends it"
                : "the mouse is your terminal's; mouse on takes clicks and the wheel")
        return word.isEmpty ? [] : [.reportMouse(wantsMouse)]
    }
}

/// The last click on something that a second one opens.
struct Click: Hashable, Sendable {
    var hit: Hit
    var at: Timestamp
}

extension Hit {
    fileprivate var pane: Pane? {
        switch self {
        case .pane(let pane): pane
        case .row(let id): Pane(id.kind)
        case .event: .events
        case .alert: .alerts
        case .moment, .silence, .helpLine, .key, .question: nil
        }
    }
}
