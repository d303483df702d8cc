import CSystem
import Platform
import Synchronization

/// A pseudo-terminal with a program in it, or with our own code on its other end, and what it shows.
package final class Pty: Sendable {
    /// How a program ended.
    package enum Exit: Hashable, Sendable {
        case code(Int32)
        case signal(Int32)
    }

    /// The modes that a program changes for its screen.
    package struct Modes: OptionSet, Hashable, Sendable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }
        package static let echo = Modes(rawValue: Int32(pty_echo))
        package static let cooked = Modes(rawValue: Int32(pty_cooked))
    }

    private struct State {
        var screen: Screen
        var bytes: [UInt8] = []
        var process: Int32 = 0
        var exit: Exit?
        /// Nobody has the other end open.
        var isAtEnd = false
        var isPaused = false
        var isClosing = false
        var isClosed = false
    }

    /// What a test can look at is bounded; nothing here writes that much.
    private static let longestRecord = 16 << 20
    private let master: Int32
    private let state: Mutex<State>
    /// The device.
    package let path: String

    package init(rows: Int = 24, columns: Int = 80) throws {
        master = pty_open(Int32(rows), Int32(columns))
        guard master >= 0 else { throw NotInTime(description: "no pseudo-terminal: errno \(-master)") }
        var name = [CChar](repeating: 0, count: 128)
        _ = unsafe pty_path(master, &name, name.count)
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        state = Mutex(State(screen: Screen(rows: rows, columns: columns)))
        try SystemThread.start("pty") { [self] in read() }
    }

    /// Ends the program, if it still runs, and the terminal.
    package func close() {
        if state.withLock({ $0.process > 0 && $0.exit == nil }) { signal(9) }
        hangUp()
    }

    package var screen: Screen { state.withLock { $0.screen } }
    /// Everything that was written to the terminal.
    package var bytes: [UInt8] { state.withLock { $0.bytes } }
    package var byteCount: Int { state.withLock { $0.bytes.count } }
    package var modes: Modes { Modes(rawValue: max(0, pty_modes(master))) }
    package var process: Int32 { state.withLock { $0.process } }

    package func start(_ arguments: [String], environment: [String: String]) throws {
        func packed(_ strings: [String]) -> [CChar] {
            strings.flatMap { Array($0.utf8).map { CChar(bitPattern: $0) } + [0] } + [0]
        }
        let variables = environment.map { "\($0.key)=\($0.value)" }
        let process = unsafe pty_start(
            master, packed(arguments), Int32(arguments.count), packed(variables), Int32(variables.count))
        guard process > 0 else { throw NotInTime(description: "not started: errno \(-process)") }
        state.withLock { $0.process = process }
    }

    package func send(_ text: String) { send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) { _ = unsafe pty_write(master, bytes, Int32(bytes.count)) }

    package func resize(rows: Int, columns: Int) {
        state.withLock { $0.screen.resize(rows: rows, columns: columns) }
        _ = pty_resize(master, Int32(rows), Int32(columns))
    }

    package func signal(_ number: Int32) { _ = pty_signal(process, number) }

    /// A terminal that takes no more bytes once the kernel's buffer is full.
    package func pause() { state.withLock { $0.isPaused = true } }
    package func goOn() { state.withLock { $0.isPaused = false } }

    /// The other end goes away, as when an ssh connection drops.
    package func hangUp() { state.withLock { $0.isClosing = true } }

    /// Waits until the screen is as described; the error shows the screen as it was.
    package func wait(
        for fact: String, within limit: Duration = .seconds(20),
        _ isTrue: @escaping @Sendable (Screen) -> Bool
    ) async throws {
        do {
            try await eventually(fact, within: limit) { isTrue(self.screen) }
        } catch let error as NotInTime {
            throw NotInTime(description: "\(error.description)\n\(screen.text)")
        }
    }

    /// `eventually` for a thread that may block.
    package static func block(until fact: String, within limit: Duration = .seconds(10), _ isTrue: () -> Bool)
        throws
    {
        let deadline = ContinuousClock.now + limit
        while !isTrue() {
            guard ContinuousClock.now < deadline else {
                throw NotInTime(description: "not within \(limit): \(fact)")
            }
            pause(milliseconds: 2)
        }
    }

    /// How the program ended; all it wrote is on the screen then.
    package func exit(within limit: Duration = .seconds(30)) async throws -> Exit {
        try await eventually("the program ends", within: limit) {
            self.state.withLock { state in
                guard state.exit == nil else { return true }
                let status = pty_reap(state.process)
                if status >= 0 { state.exit = status >= 256 ? .signal(status - 256) : .code(status) }
                return state.exit != nil
            }
        }
        do {
            try await eventually("its output ends", within: limit) {
                self.state.withLock { $0.isAtEnd || $0.isClosed }
            }
        } catch let error as NotInTime {
            throw NotInTime(description: "\(error.description); it is held by\n\(try await holders)")
        }
        return state.withLock { $0.exit } ?? .code(-1)
    }

    /// The processes that have the other end open: number, name, what they wait in.
    private var holders: String {
        get async throws {
            let script = """
                for f in /proc/[0-9]*/fd/*; do [ "$(readlink $f)" = \(path) ] && echo ${f%/fd/*}; done |
                sort -u | while read p; do echo $p $(cat $p/comm) $(cat $p/wchan) $(grep State $p/status); done
                """
            let found = try await ChildProcess.run(
                ChildCommand(["/bin/sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"]),
                deadline: .seconds(20), outputCap: 1 << 16)
            return String(decoding: found.output, as: UTF8.self)
        }
    }

    private func read() {
        var bytes = [UInt8](repeating: 0, count: 16_384)
        while true {
            let (isPaused, isClosing) = state.withLock { ($0.isPaused, $0.isClosing) }
            if isClosing { break }
            let count = unsafe pty_read(master, &bytes, isPaused ? 0 : Int32(bytes.count), 20)
            state.withLock { $0.isAtEnd = count < 0 }
            guard count > 0 else {
                // Nobody at the other end, perhaps for good: looked at seldom.
                if count < 0 || isPaused { Self.pause(milliseconds: count < 0 ? 20 : 2) }
                continue
            }
            state.withLock { state in
                state.screen.feed(bytes.prefix(Int(count)))
                if state.bytes.count < Self.longestRecord { state.bytes += bytes.prefix(Int(count)) }
            }
        }
        pty_close(master)
        state.withLock { $0.isClosed = true }
        // A child that nobody waits for would stay as a zombie, and the exit tests would trip over it.
        for _ in 0..<250 {
            let isReaped = state.withLock { state in
                guard state.process > 0, state.exit == nil else { return true }
                let status = pty_reap(state.process)
                if status >= 0 { state.exit = status >= 256 ? .signal(status - 256) : .code(status) }
                return state.exit != nil
            }
            if isReaped { return }
            Self.pause(milliseconds: 20)
        }
    }

    private static func pause(milliseconds: Int32) {
        // A descriptor that is none is never ready.
        _ = pty_read(-1, nil, 0, milliseconds)
    }
}
