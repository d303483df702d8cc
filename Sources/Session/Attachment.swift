import Display
import EngineAPI
import Screens

/// The model of one operator's screen, and what its effects do to the terminal.
struct Attachment {
    private(set) var model: Model
    private let themes: [Theme]
    private let effects: EffectRunner
    private let write: Console.Write
    private let remember: @Sendable (ViewState) -> Void
    private var title = ""
    /// How the person looks, as it was kept last.
    private var kept: ViewState?
    private var frame: Frame?
    /// What that frame was drawn from, while the mouse may point at it.
    private var pointed: (model: Model, canvas: Canvas)?
    /// Something happened that is drawn without waiting for the next redraw.
    private(set) var isStale = true

    init(
        model: Model, themes: [Theme], effects: EffectRunner, write: @escaping Console.Write,
        remember: @escaping @Sendable (ViewState) -> Void
    ) {
        self.model = model
        self.themes = themes
        self.effects = effects
        self.write = write
        self.remember = remember
        kept = model.viewState
    }

    /// Updates the model with each message and carries out what follows; not nil when that ends the console.
    mutating func take(_ messages: [Message], terminal: inout some Terminal & ~Copyable) -> ConsoleEnd? {
        var messages = messages[...]
        while let message = messages.popFirst() {
            if case .tick = message {} else { isStale = true }
            for effect in update(&model, aimed(message)) {
                switch effect {
                case .submit, .run, .fetchDetail, .fetchHistory: effects.run(effect)
                case .copy(let text): messages.append(.copied(terminal.copy(text)))
                case .copyScreen: messages.append(.copied(terminal.copy(frame?.text ?? "")))
                case .save(let text, let path):
                    messages.append(.saved(write(text ?? frame?.text ?? "", path)))
                case .setTheme(let name):
                    if let theme = themes.first(where: { $0.name == name }) { terminal.setTheme(theme) }
                case .ring: terminal.ring()
                case .reportMouse(let isWanted): terminal.reportMouse(isWanted)
                case .redraw: terminal.invalidate()
                case .suspend:
                    terminal.suspend()
                    title = ""
                    messages.append(.resized(terminal.size))
                case .quit:
                    keepView()
                    return .quit
                }
            }
        }
        return nil
    }

    /// A click means what was seen, whatever came since.
    private func aimed(_ message: Message) -> Message {
        guard case .key(.pointer(let pointer)) = message else { return message }
        let hit = pointed.flatMap { Screens.hit($0.model, $0.canvas, at: pointer.position) }
        return .pointer(pointer.act, hit)
    }

    private mutating func keepView() {
        guard let view = model.viewState, view != kept else { return }
        kept = view
        remember(view)
    }

    mutating func paint(_ view: (Model, Canvas) -> Frame, on terminal: inout some Terminal & ~Copyable) {
        isStale = false
        let canvas = Canvas(size: terminal.size, glyphs: terminal.glyphs)
        let frame = view(model, canvas)
        terminal.paint(frame)
        pointed = model.wantsMouse ? (model, canvas) : nil
        self.frame = frame
        keepView()
        let title = model.windowTitle
        guard title != self.title else { return }
        self.title = title
        terminal.setTitle(title)
    }
}
