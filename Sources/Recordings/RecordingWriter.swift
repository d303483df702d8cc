package import Engine
import EngineAPI
import Monitoring
import Platform
import Synchronization
import Text

/// Writes what an engine is told into a new file, on a thread of its own: the engine never waits for a disk.
///
/// What was written is whole up to a line at each moment of each five seconds, however the program ends. It ends by
/// itself when it has its size or its time, when the disk takes no more, and when it does not keep up.
package final class RecordingWriter: InputTap {
    package struct Bounds: Sendable, Hashable {
        /// Of the file, as it is on disk.
        package var bytes: Int
        package var seconds: Double

        package static let standard = Bounds(bytes: 1 << 30, seconds: 86_400)

        package init(bytes: Int, seconds: Double) {
            self.bytes = bytes
            self.seconds = seconds
        }
    }

    /// So many moments may wait for the disk.
    private static let mostWaiting = 20_000
    /// Of the end of a frame, and of the line that crosses the bound.
    private static let spare = 64 << 10

    private struct Shown {
        var progress: RecordingProgress
        var waiting = 0
    }

    private struct Work: ~Copyable {
        let file: FileDescriptor
        var packer: RecordingPacker?
        var writer: InputWriter
        var bytes = 0
        var began: Duration?
        var flushed: Duration = .zero
        var synced: Duration = .zero
        var isOpen = true
    }

    private let bounds: Bounds
    private let thread: ThreadExecutor
    private let shown: Mutex<Shown>
    private let work: Mutex<Work>
    /// Called once with the reason, when it ends by itself.
    private let onEnd: @Sendable (String) -> Void

    /// Packed where the name ends with `.zst`. Throws why there is no such file now, and leaves what is there.
    package init(
        _ path: String, bounds: Bounds = .standard, redaction: RecordingRedaction, program: String,
        onEnd: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        self.bounds = bounds
        self.onEnd = onEnd
        thread = try ThreadExecutor("recording")
        let packer = path.utf8.reversed().starts(with: ".zst".utf8.reversed()) ? try RecordingPacker() : nil
        let file = try Files.create(path)
        shown = Mutex(Shown(progress: RecordingProgress(path: path)))
        work = Mutex(
            Work(file: file, packer: packer, writer: InputWriter(redaction, program: program)))
    }

    package var progress: RecordingProgress { shown.withLock { $0.progress } }

    package func take(_ input: TimedInput) {
        let isTaken = shown.withLock { shown in
            guard shown.progress.ended == nil else { return false }
            shown.waiting += 1
            return shown.waiting <= Self.mostWaiting
        }
        guard isTaken else { return stop("the disk does not keep up", isWanted: false) }
        thread.enqueue {
            self.shown.withLock { $0.waiting -= 1 }
            self.write(input)
        }
    }

    @concurrent package func end() async {
        try? await thread.run { self.close("it was ended") }
    }

    private func stop(_ why: String, isWanted: Bool) {
        let isFirst = shown.withLock { shown in
            guard shown.progress.ended == nil else { return false }
            (shown.progress.ended, shown.progress.isWanted) = (why, isWanted)
            return true
        }
        guard isFirst else { return }
        thread.enqueue { self.close(why) }
        onEnd(why)
    }

    // MARK: On its thread

    private func write(_ input: TimedInput) {
        let end = work.withLock { work -> (why: String, isWanted: Bool)? in
            guard work.isOpen else { return nil }
            let now = input.at.boot
            if work.began == nil { (work.began, work.flushed, work.synced) = (now, now, now) }
            let text = work.writer.lines(of: input)
            do {
                let isDue = now - work.flushed >= .seconds(5)
                if isDue { work.flushed = now }
                try Self.put(text, isDue ? .flushed : .goesOn, &work)
                if now - work.synced >= .seconds(60) {
                    work.synced = now
                    try work.file.sync()
                }
            } catch {
                return ("\(error)", false)
            }
            shown.withLock { $0.progress.bytes = work.bytes }
            if work.bytes + Self.spare >= bounds.bytes {
                return ("it has its size, \(Figures.count(bounds.bytes >> 20)) MB", true)
            }
            let age = work.began.map { (now - $0) / .seconds(1) } ?? 0
            guard age >= bounds.seconds else { return nil }
            return ("it has its time, \(Age.text(seconds: bounds.seconds))", true)
        }
        if let end { stop(end.why, isWanted: end.isWanted) }
    }

    private static func put(_ text: [UInt8], _ end: RecordingPacker.End, _ work: inout Work) throws {
        let bytes = try work.packer?.pack(text, end) ?? text
        try work.file.write(bytes)
        work.bytes += bytes.count
    }

    private func close(_ why: String) {
        let (failure, bytes) = work.withLock { work -> (String?, Int) in
            guard work.isOpen else { return (nil, work.bytes) }
            work.isOpen = false
            do {
                try Self.put([], .ended, &work)
                try work.file.sync()
                return (nil, work.bytes)
            } catch {
                return ("\(error)", work.bytes)
            }
        }
        shown.withLock { shown in
            if failure != nil { shown.progress.isWanted = false }
            shown.progress.ended = shown.progress.ended ?? failure ?? why
            shown.progress.bytes = bytes
        }
    }
}

/// Begins recordings at a running console.
package struct FileRecorder: Recorder {
    private let redaction: RecordingRedaction.Rule
    private let program: String
    private let home: String?

    package init(
        _ redaction: RecordingRedaction.Rule = .text, program: String, home: String?
    ) {
        self.redaction = redaction
        self.program = program
        self.home = home
    }

    package func begin(_ path: String) throws(StorageFailure) -> any InputTap {
        var path = path
        if path.utf8.starts(with: "~/".utf8) {
            guard let home else { throw StorageFailure("HOME is not set") }
            path = home + path.dropFirst()
        }
        do {
            return try RecordingWriter(path, redaction: RecordingRedaction(redaction), program: program)
        } catch {
            throw StorageFailure("\(error)")
        }
    }
}
