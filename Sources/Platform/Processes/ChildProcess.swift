internal import CSystem
internal import Synchronization

/// Runs programs: argv only, a deadline, capped output, and nothing left behind.
package enum ChildProcess {
    /// Runs the program to its end. Throws `SystemError` when it cannot be started, `ChildTimedOut` after
    /// `deadline`, `CancellationError` when the task is cancelled; then, too, its process group is gone.
    /// Output beyond `outputCap` bytes of each stream is dropped and counted.
    @concurrent package static func run(
        _ command: ChildCommand, deadline: Duration, outputCap: Int = 1 << 20
    ) async throws -> ChildResult {
        let stop = try StopBell()
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { continuation in
                let work: @Sendable () -> Void = {
                    continuation.resume(
                        with: Result { try collect(command, deadline, outputCap, stop) })
                }
                do throws(SystemError) {
                    try SystemThread.start("child", work)
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            stop.bell.ring()
        }
    }

    /// Starts a program that runs on, such as `tail -F`, and delivers its output as it comes. When the
    /// stream is let go or its task cancelled, the process group is ended. At most `bufferedChunks` wait for
    /// the reader (64 KiB each at most); what comes then is dropped and counted, never the end.
    package static func follow(
        _ command: ChildCommand, bufferedChunks: Int = 32
    ) throws(SystemError) -> AsyncStream<ChildOutput> {
        let stop = try StopBell()
        let (stream, continuation) = AsyncStream.makeStream(
            of: ChildOutput.self, bufferingPolicy: .bufferingOldest(bufferedChunks))
        continuation.onTermination = { _ in stop.bell.ring() }
        try SystemThread.start("child") {
            deliver(command, stop, continuation)
            continuation.finish()
        }
        return stream
    }

    private final class StopBell: Sendable {
        let bell: Event
        init() throws(SystemError) { bell = try Event() }
    }

    private static func collect(
        _ command: ChildCommand, _ deadline: Duration, _ cap: Int, _ stop: StopBell
    ) throws -> ChildResult {
        let start = Duration.nanoseconds(system_boot_nanoseconds())
        var output = CappedBytes(cap: cap)
        var error = CappedBytes(cap: cap)
        let child = try Child(command)
        let outcome = child.serve(until: start + deadline, stop: stop.bell) { stream, bytes in
            if stream == .output { output.append(bytes) } else { error.append(bytes) }
        }
        switch outcome {
        case .ended(let end):
            return ChildResult(
                end: end, output: output.bytes, error: error.bytes, droppedOutput: output.dropped,
                droppedError: error.dropped, duration: .nanoseconds(system_boot_nanoseconds()) - start)
        case .timedOut:
            throw ChildTimedOut(
                program: command.arguments.first ?? "", deadline: deadline, output: output.bytes,
                error: error.bytes)
        case .stopped: throw CancellationError()
        }
    }

    private static func deliver(
        _ command: ChildCommand, _ stop: StopBell, _ continuation: AsyncStream<ChildOutput>.Continuation
    ) {
        var skipped = 0
        func offer(_ event: ChildOutput, size: Int) {
            if skipped > 0 {
                guard case .enqueued = continuation.yield(.skipped(skipped)) else { return skipped += size }
                skipped = 0
            }
            if case .dropped = continuation.yield(event) { skipped += size }
        }
        func insist(_ event: ChildOutput) {
            var ready = [false]
            while case .dropped = continuation.yield(event) {
                // The reader is slow; we have nothing else to do, and it may go away, which rings.
                _ = unsafe system_poll([stop.bell.number], [false], &ready, 1, 20)
            }
        }
        let end: ChildOutput
        do throws(SystemError) {
            let child = try Child(command)
            let outcome = child.serve(until: nil, stop: stop.bell) { stream, bytes in
                let bytes = Array(bytes)
                offer(stream == .output ? .output(bytes) : .error(bytes), size: bytes.count)
            }
            guard case .ended(let how) = outcome else { return }
            end = .ended(how)
        } catch {
            end = .failed(error)
        }
        if skipped > 0 { insist(.skipped(skipped)) }
        insist(end)
    }
}

/// What a finished child left.
package struct ChildResult: Hashable, Sendable {
    package var end: ChildEnd
    package var output: [UInt8]
    package var error: [UInt8]
    /// Bytes beyond the cap.
    package var droppedOutput: Int
    package var droppedError: Int
    package var duration: Duration
}

/// A child that was ended because its time was over, with what it had said until then.
package struct ChildTimedOut: Error, Hashable, Sendable, CustomStringConvertible {
    package var program: String
    package var deadline: Duration
    package var output: [UInt8]
    package var error: [UInt8]

    package var description: String { "\(program) had not ended after \(deadline) and was stopped" }
}

/// What a running child brings.
package enum ChildOutput: Hashable, Sendable {
    case output([UInt8])
    case error([UInt8])
    /// So many bytes were dropped here because nobody took them.
    case skipped(Int)
    /// Always the last, unless the reader left.
    case ended(ChildEnd)
    case failed(SystemError)
}

/// Bytes up to a cap, and a count of the rest.
struct CappedBytes {
    let cap: Int
    private(set) var bytes: [UInt8] = []
    private(set) var dropped = 0

    init(cap: Int) { self.cap = cap }

    mutating func append(_ more: ArraySlice<UInt8>) {
        let taken = more.prefix(max(0, cap - bytes.count))
        bytes += taken
        dropped += more.count - taken.count
    }
}
