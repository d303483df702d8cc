package import Engine
package import Monitoring
import Platform
import Synchronization

/// A recording on disk, of either version, to be played.
package struct RecordedFile: RecordedInputs {
    private let path: String
    private let version: Int
    /// Of version 1, which tells a zone's name alone.
    private let clock: StoreClock?

    /// Throws where it is none. To be called before anything else runs: the zone's clock is read here.
    package init(_ path: String) throws {
        self.path = path
        version = try RecordingVersion.of(path)
        var clock: StoreClock?
        if version == 1, let (zone, from) = try ObservedStream.zone(of: path) {
            clock = try? StoreClock.ofSystem(zone, around: from)
        }
        self.clock = clock
    }

    package func open() throws -> any RecordedStream {
        version == 1 ? try ObservedStream(path, clock: clock) : try Stream(path)
    }

    private final class Stream: RecordedStream {
        private let playback: Mutex<InputPlayback>

        init(_ path: String) throws { playback = Mutex(try InputPlayback(path)) }

        func next() throws -> TimedInput? { try playback.withLock { try $0.next() } }
        var note: String? { playback.withLock { $0.note } }
    }
}

extension RecordedFile {
    /// When it begins.
    package var begins: WallTime {
        get throws {
            guard let first = try open().next() else { throw RecordingFault(line: 0, "it is empty") }
            return first.at.wall
        }
    }
}
