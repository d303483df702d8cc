internal import CSystem

/// One running child and its pipes, owned by the thread that waits for it.
///
/// Both outputs are drained all the time, so that the child never blocks on a full pipe. When it ends, or is
/// made to, its whole process group goes: a grandchild that holds a pipe open holds up nobody.
struct Child: ~Copyable {
    enum Stream { case output, error }
    enum Outcome { case ended(ChildEnd), timedOut, stopped }

    /// Between SIGTERM and SIGKILL.
    static let grace = Duration.milliseconds(500)

    private let pid: Int32
    private let pidfd: FileDescriptor
    private let output: FileDescriptor
    private let error: FileDescriptor
    private var input: FileDescriptor?
    private var pendingInput: ArraySlice<UInt8>

    /// Starts it. It gets SIGTERM should the calling thread end before it.
    init(_ command: ChildCommand) throws(SystemError) {
        let program = try command.program()
        let output = try Pipe()
        let error = try Pipe()
        let input = try Pipe()
        for number in [output.reader.number, error.reader.number, input.writer.number] {
            try SystemError.check(system_set_nonblocking(number), "prepare a pipe for", program)
        }
        let hasInput = !command.input.isEmpty
        let pid = try unsafe SystemError.check(
            CStrings.with([program] + command.arguments.dropFirst()) { arguments in
                unsafe CStrings.with(CStrings.environment(command.environment)) { environment in
                    unsafe system_spawn(
                        arguments, environment, command.directory, hasInput ? input.reader.number : -1,
                        output.writer.number, error.writer.number, Self.terminate)
                }
            }, "start", program)
        let watch = system_pidfd(pid)
        if watch < 0 {
            _ = system_signal_group(pid, Self.kill)
            _ = system_reap(pid)
            try SystemError.check(watch, "watch", program)
        }
        self.pid = pid
        pidfd = FileDescriptor(taking: watch)
        self.output = output.reader
        self.error = error.reader
        self.input = .some(input.writer)
        pendingInput = command.input[...]
        if !hasInput { self.input = nil }
    }

    /// Serves the child until it has ended, the deadline (boot time) is over, or `stop` rings; nothing of it
    /// runs any more when this returns.
    consuming func serve(
        until deadline: Duration?, stop: borrowing Event, _ receive: (Stream, ArraySlice<UInt8>) -> Void
    ) -> Outcome {
        var isOpen = (output: true, error: true)
        var cause: Outcome?
        var limit = deadline
        while true {
            let ready = Self.poll(
                reading: [
                    pidfd.number, isOpen.output ? output.number : -1, isOpen.error ? error.number : -1,
                    cause == nil ? stop.number : -1,
                ], writing: inputNumber ?? -1, until: limit)
            if ready[1] { isOpen.output = drain(.output, receive) }
            if ready[2] { isOpen.error = drain(.error, receive) }
            // Closed when all is written: the child waits for the end of what it reads.
            if ready[4], !feed() { input = nil }
            if ready[0] {
                if isOpen.output { _ = drain(.output, receive) }
                if isOpen.error { _ = drain(.error, receive) }
                break
            }
            let isLate = limit.map { Self.now >= $0 } ?? false
            if cause == nil, ready[3] || isLate {
                cause = ready[3] ? .stopped : .timedOut
                _ = system_signal_group(pid, Self.terminate)
                limit = Self.now + Self.grace
            } else if cause != nil, isLate {
                _ = system_signal_group(pid, Self.kill)
                limit = nil
            }
        }
        // The leader is not reaped yet, so the number of its group cannot have been given to others.
        _ = system_signal_group(pid, Self.kill)
        let code = system_reap(pid)
        return cause ?? .ended(code >= 256 ? .signalled(code - 256) : .exited(code))
    }

    private var inputNumber: Int32? {
        switch input {
        case .some(let input): input.number
        case .none: nil
        }
    }

    /// Takes what is there; false at the end.
    private func drain(_ stream: Stream, _ receive: (Stream, ArraySlice<UInt8>) -> Void) -> Bool {
        let number = stream == .output ? output.number : error.number
        var buffer = [UInt8](repeating: 0, count: 65536)
        // Bounded, so that a flood on one pipe cannot keep us from the clock.
        for _ in 0..<16 {
            let got = unsafe system_read(number, &buffer, buffer.count)
            if got == -Int64(SystemError.wouldBlock) { return true }
            if got <= 0 { return false }
            receive(stream, buffer[..<Int(got)])
        }
        return true
    }

    /// Writes what the child takes; false when that was all, or it no longer reads.
    private mutating func feed() -> Bool {
        guard let number = inputNumber else { return false }
        let taken = unsafe pendingInput.withUnsafeBytes {
            unsafe system_write(number, $0.baseAddress, $0.count)
        }
        if taken == -Int64(SystemError.wouldBlock) { return true }
        if taken > 0 { pendingInput = pendingInput.dropFirst(Int(taken)) }
        return taken > 0 && !pendingInput.isEmpty
    }

    private static let terminate: Int32 = 15
    private static let kill: Int32 = 9

    private static var now: Duration { .nanoseconds(system_boot_nanoseconds()) }

    private struct Pipe: ~Copyable {
        let reader: FileDescriptor
        let writer: FileDescriptor

        init() throws(SystemError) {
            var ends: [Int32] = [-1, -1]
            try unsafe SystemError.check(system_pipe(&ends), "open a pipe")
            reader = FileDescriptor(taking: ends[0])
            writer = FileDescriptor(taking: ends[1])
        }
    }

    private static func poll(reading: [Int32], writing: Int32, until limit: Duration?) -> [Bool] {
        let numbers = reading + [writing]
        let isWriting = reading.map { _ in false } + [true]
        var ready = numbers.map { _ in false }
        var milliseconds: Int32 = -1
        if let limit {
            let left = (limit - now).components
            milliseconds = Int32(
                clamping: left.seconds &* 1000 &+ left.attoseconds / 1_000_000_000_000_000 + 1)
            milliseconds = max(0, min(milliseconds, 60_000))
        }
        _ = unsafe system_poll(numbers, isWriting, &ready, Int32(numbers.count), milliseconds)
        return ready
    }
}
