package import Display
import Platform
import Synchronization

/// A terminal without a screen: a test sends keys and looks at the frames. No time passes in it: `wait` returns
/// for what was sent, for a wake-up, or when the test calls `elapse()`.
package struct HeadlessTerminal: Terminal {
    package let control: Control
    package let glyphs: GlyphSet
    package var size: Size { control.size }

    package init(rows: Int = 24, columns: Int = 80, glyphs: GlyphSet = .braille) throws {
        control = Control(bell: try Event(), size: Size(rows: rows, columns: columns))
        self.glyphs = glyphs
    }

    package mutating func paint(_ frame: borrowing Frame) { control.note(frame: copy frame) }
    package mutating func invalidate() { control.note { $0.invalidations += 1 } }
    package mutating func wait(timeout: Duration?) -> [TerminalEvent] { control.wait(timeout) }

    package mutating func copy(_ text: String) -> Copying {
        control.note { $0.copied.append(text) }
        return text.utf8.count <= 56_000 ? .sent : .tooLong
    }

    package mutating func suspend() { control.note { $0.suspensions += 1 } }
    package mutating func setTitle(_ title: String) { control.note { $0.titles.append(title) } }
    package mutating func reportMouse(_ isWanted: Bool) { control.note { $0.reportsMouse = isWanted } }
    package mutating func ring() { control.note { $0.rings += 1 } }
    package mutating func askBackground() { control.note { $0.asksBackground = true } }
    package mutating func setTheme(_ theme: Theme) { control.note { $0.themes.append(theme.name) } }

    /// The test's end of it.
    package final class Control: Waker {
        /// What the loop did so far.
        package struct Record: Sendable {
            /// The newest 100.
            package var frames: [Frame] = []
            package var paints = 0
            package var invalidations = 0
            package var suspensions = 0
            package var copied: [String] = []
            package var themes: [String] = []
            package var titles: [String] = []
            package var rings = 0
            package var asksBackground = false
            package var reportsMouse = false
            package var timeouts: [Duration?] = []
            package var wakes = 0
        }

        private struct State {
            var size: Size
            var record = Record()
            var events: [TerminalEvent] = []
            var hasElapsed = false
            var isWaiting = false
        }

        private let bell: Event
        private let state: Mutex<State>

        fileprivate init(bell: consuming Event, size: Size) {
            self.bell = bell
            state = Mutex(State(size: size))
        }

        package var record: Record { state.withLock { $0.record } }
        package var frame: Frame? { record.frames.last }
        package var size: Size { state.withLock { $0.size } }

        /// The loop has taken everything and waits.
        package var isIdle: Bool {
            state.withLock { $0.isWaiting && $0.events.isEmpty && !$0.hasElapsed }
        }

        package func send(_ keys: Key...) { send(events: keys.map(TerminalEvent.key)) }
        package func send(_ event: TerminalEvent) { send(events: [event]) }

        package func resize(rows: Int, columns: Int) {
            let size = Size(rows: rows, columns: columns)
            state.withLock { $0.size = size }
            send(.resized(size))
        }

        /// Ends the present wait as its timeout would.
        package func elapse() {
            state.withLock { $0.hasElapsed = true }
            bell.ring()
        }

        package func wake() {
            state.withLock { $0.record.wakes += 1 }
            send(.woken)
        }

        fileprivate func note(_ change: (inout Record) -> Void) { state.withLock { change(&$0.record) } }

        fileprivate func note(frame: Frame) {
            note { record in
                record.paints += 1
                record.frames.append(frame)
                if record.frames.count > 100 { record.frames.removeFirst() }
            }
        }

        fileprivate func wait(_ timeout: Duration?) -> [TerminalEvent] {
            note { $0.timeouts.append(timeout) }
            while true {
                let found = state.withLock { state -> [TerminalEvent]? in
                    state.isWaiting = state.events.isEmpty && !state.hasElapsed
                    guard !state.isWaiting else { return nil }
                    defer {
                        state.events = []
                        state.hasElapsed = false
                    }
                    return state.events
                }
                if let found { return found }
                bell.wait()
            }
        }

        private func send(events: [TerminalEvent]) {
            state.withLock { $0.events += events }
            bell.ring()
        }
    }
}
