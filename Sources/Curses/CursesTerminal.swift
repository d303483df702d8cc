import CTerm
package import Display

/// The terminal this process runs in, drawn by ncurses. One owner, one thread; the terminal is given back when
/// it is gone, however the process ends.
package struct CursesTerminal: Terminal, ~Copyable {
    package private(set) var size: Size
    package let glyphs: GlyphSet
    package let colors: ColorDepth
    /// For those who have something to show.
    package let waker = CursesWaker()

    /// Milliseconds until what was begun is over when nothing more of it comes.
    private static func patience(_ wait: KeyDecoder.Wait, since last: ContinuousClock.Instant) -> Int32 {
        let whole: Duration =
            switch wait {
            // Escape sequences arrive in one piece or not at all; nobody types this fast.
            case .forKey: .milliseconds(25)
            case .forMarker: .milliseconds(500)
            case .forPaste: .seconds(2)
            }
        return milliseconds(last + whole - .now)
    }

    private let settings: TerminalSettings
    /// By look: the first look in which a blank shows the same.
    private var blanks: [UInt8] = []
    private var decoder = KeyDecoder()
    private var lastInput = ContinuousClock.now
    /// What ncurses was told last; nil means nothing of it can be relied on.
    private var shown: Frame?
    /// The newest frame while the terminal does not take bytes.
    private var waiting: Frame?
    private var isStuck = false
    private var hasTitle = false
    private var hasMouse = false
    /// When the terminal was asked for its background, while it has not answered.
    private var askedAt: ContinuousClock.Instant?
    private var isGone = false
    /// What the environment says of the background, to be told at the next wait.
    private var told: Bool?

    package init(_ settings: TerminalSettings, theme: Theme) throws(TerminalFailure) {
        let code = unsafe cterm_open(
            settings.path, settings.type, settings.wantsColor ? 1 : 0, settings.path == nil ? 1 : 0)
        guard code == 0 else {
            throw TerminalFailure(code: code, type: settings.type)
        }
        self.settings = settings
        glyphs = settings.glyphs
        colors = ColorDepth(rawValue: cterm_colours()) ?? .none
        size = Size(rows: Int(cterm_rows()), columns: Int(cterm_columns()))
        setTheme(theme)
    }

    deinit {
        Self.drain(askedAt)
        cterm_close()
    }

    /// An answer that comes when nobody reads it any more would be typed into the shell.
    private static func drain(_ askedAt: ContinuousClock.Instant?) {
        guard let askedAt else { return }
        cterm_drain(milliseconds(min(askedAt + longestAnswer - .now, .milliseconds(250))))
    }

    /// What comes later is no answer: the person has begun to read.
    private static let longestAnswer = Duration.seconds(1)

    package mutating func setTitle(_ title: String) {
        guard settings.isXtermLike, !isGone else { return }
        let text =
            glyphs == .ascii ? title.unicodeScalars.filter(\.isASCII).map { String($0) }.joined() : title
        // The old one goes on the terminal's own stack, and comes back with the screen.
        var bytes = hasTitle ? [] : Array("\u{1b}[22;2t".utf8)
        bytes += Array("\u{1b}]2;".utf8) + text.utf8.filter { $0 >= 0x20 && $0 != 0x7f } + [0x07]
        if !hasTitle { cterm_title() }
        hasTitle = true
        send(bytes)
    }

    package mutating func reportMouse(_ isWanted: Bool) {
        // A terminal that knows no mouse would print what it does not understand.
        guard settings.isXtermLike, isWanted != hasMouse, !isGone else { return }
        hasMouse = isWanted
        cterm_mouse(isWanted ? 1 : 0)
        send(Pointer.reports(isWanted))
    }

    package mutating func ring() { send([0x07]) }

    package mutating func askBackground() {
        if let isLight = settings.isLight {
            told = isLight
            return
        }
        guard settings.isXtermLike, colors != .none else { return }
        askedAt = .now
        send(Background.question)
    }

    private mutating func send(_ bytes: [UInt8]) {
        guard !isGone, unsafe cterm_send(bytes, Int32(bytes.count)) != 0 else { return }
        send()
    }

    package mutating func setTheme(_ theme: Theme) {
        cterm_forget_styles()
        var looks: [UInt8: ColorDepth.Look] = [:]
        for role in Role.allCases {
            looks[Self.index(role, isUnderCursor: false)] = colors.look(theme[role])
            looks[Self.index(role, isUnderCursor: true)] = colors.look(
                ColorDepth.underCursor(theme[role], theme.cursor))
        }
        blanks = Array(0...UInt8.max)
        for (index, look) in looks {
            set(look, at: index)
            blanks[Int(index)] = looks.filter { $0.value.onBlank == look.onBlank }.keys.min() ?? index
        }
        shown = nil
    }

    package mutating func paint(_ frame: borrowing Frame) {
        if isStuck {
            waiting = copy frame
        } else {
            draw(frame)
        }
    }

    package mutating func invalidate() {
        cterm_redraw()
        shown = nil
    }

    package mutating func wait(timeout: Duration?) -> [TerminalEvent] {
        if let isLight = told.take() { return [.background(isLight: isLight)] }
        let deadline = timeout.map { ContinuousClock.now + $0 }
        while true {
            if isGone { return [.hungUp] }
            let remaining = deadline.map { Self.milliseconds($0 - .now) } ?? -1
            let patience = decoder.pending.map { Self.patience($0, since: lastInput) }
            let limit = patience.map { remaining < 0 ? $0 : min($0, remaining) } ?? remaining
            let found = Int(cterm_poll(limit, waker.descriptor))
            var events: [TerminalEvent] = []
            if found & CTERM_OUTPUT != 0 { send() }
            if found & CTERM_SIGNALLED != 0 { takeSignals(&events) }
            if found & CTERM_INPUT != 0 {
                takeInput(&events)
            } else if found & CTERM_GONE != 0 {
                isGone = true
            } else if found == 0, let wait = decoder.pending, Self.patience(wait, since: lastInput) == 0 {
                events += decoder.flush().map(TerminalEvent.key)
            }
            if found & CTERM_WOKEN != 0 {
                waker.clear()
                events.append(.woken)
            }
            if isGone { events.append(.hungUp) }
            if !events.isEmpty || remaining == 0 { return events }
        }
    }

    package mutating func copy(_ text: String) -> Copying {
        // The console of Linux has no clipboard and would print the text.
        guard glyphs != .blocks, !settings.type.hasPrefix("linux") else { return .noClipboard }
        guard let bytes = Clipboard.sequence(text, through: settings.multiplexer) else { return .tooLong }
        guard !isStuck, unsafe cterm_send(bytes, Int32(bytes.count)) != 0 else { return .stuck }
        send()
        guard !isGone else { return .stuck }
        return switch settings.multiplexer {
        case .none, .screen: .sent
        case .tmux: .sentToTmux
        case .tmuxOrScreen: .sentToTmuxOrScreen
        }
    }

    package mutating func suspend() {
        Self.drain(askedAt.take())
        cterm_suspend()
        takeScreenAgain()
    }

    private mutating func takeScreenAgain() {
        size = Size(rows: Int(cterm_rows()), columns: Int(cterm_columns()))
        hasTitle = false
        decoder = KeyDecoder()
        shown = nil
        waiting = nil
        isStuck = false
        guard hasMouse else { return }
        hasMouse = false
        reportMouse(true)
    }

    private mutating func takeInput(_ events: inout [TerminalEvent]) {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe cterm_read(&bytes, Int32(bytes.count))
        if count < 0 { isGone = true }
        lastInput = .now
        events += decoder.feed(bytes.prefix(max(0, Int(count)))).map(TerminalEvent.key)
        guard let background = decoder.takeBackground(), let asked = askedAt.take(),
            .now - asked < Self.longestAnswer
        else { return }
        events.append(.background(isLight: background.isLight))
    }

    private mutating func takeSignals(_ events: inout [TerminalEvent]) {
        var hasResized = false
        while case let number = cterm_signal(), number != 0 {
            switch number {
            case 1: events.append(.hungUp)
            case 18:
                cterm_retake()
                takeScreenAgain()
                hasResized = true
            case 20:
                suspend()
                hasResized = true
            case 28: hasResized = true
            default: events.append(.terminated(signal: number))
            }
        }
        guard hasResized else { return }
        if cterm_measure() != 0 { shown = nil }
        size = Size(rows: Int(cterm_rows()), columns: Int(cterm_columns()))
        events.append(.resized(size))
    }

    /// Sends what waits, and then the newest frame that came meanwhile.
    private mutating func send() {
        let left = cterm_flush()
        isGone = isGone || left < 0
        isStuck = left != 0
        if !isStuck, let frame = waiting.take() { draw(frame) }
    }

    private mutating func draw(_ frame: borrowing Frame) {
        let columns = frame.size.columns
        let old = shown?.size == frame.size ? shown : nil
        var scalars = [UInt32](repeating: 0, count: columns)
        var looks = [UInt8](repeating: 0, count: columns)
        for row in 0..<frame.size.rows {
            let range = row * columns..<(row + 1) * columns
            if let old, old.cells[range] == frame.cells[range] { continue }
            var before: UInt8?
            for (column, cell) in frame.cells[range].enumerated() {
                scalars[column] = glyphs == .ascii && cell.scalar > 0x7e ? 0x3f : cell.scalar
                var look = Self.index(cell.role, isUnderCursor: cell.isUnderCursor)
                // A blank shows its background alone: in its neighbour's look it costs no escape sequence.
                if cell.scalar == 0x20, let before, blanks[Int(look)] == blanks[Int(before)] { look = before }
                looks[column] = look
                before = look
            }
            unsafe cterm_row(Int32(row), scalars, looks, Int32(columns))
        }
        let cursor = frame.textCursor
        cterm_cursor(
            Int32(clamping: cursor?.row ?? -1), Int32(clamping: cursor?.column ?? 0))
        shown = copy frame
        if cterm_frame() > 0 { send() }
    }

    private func set(_ look: ColorDepth.Look, at index: UInt8) {
        var attributes = 0
        if look.isBold { attributes |= CTERM_BOLD }
        if look.isReverse { attributes |= CTERM_REVERSE }
        if look.isUnderlined { attributes |= CTERM_UNDERLINE }
        cterm_style(Int32(index), look.foreground, look.background, Int32(attributes))
    }

    private static func index(_ role: Role, isUnderCursor: Bool) -> UInt8 {
        role.rawValue << 1 | (isUnderCursor ? 1 : 0)
    }

    /// Rounded up, so that a wait never ends before its time.
    private static func milliseconds(_ duration: Duration) -> Int32 {
        guard duration > .zero else { return 0 }
        return Int32((min(duration, .seconds(86_400)) / .milliseconds(1)).rounded(.up))
    }
}
