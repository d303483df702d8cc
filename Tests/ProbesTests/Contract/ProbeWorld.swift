import Glibc
import Monitoring
import Platform
import TestSupport

/// A probe with the part of the world that it reads, in the hands of a test.
protocol ProbeWorld: Sendable {
    var probe: any Probe { get }
    /// What it reads has a clock of its own.
    var hasClock: Bool { get }
    /// It can keep an answer, or break off in the middle of one.
    var isDistant: Bool { get }
    /// What of a sample grows as something happens; nil where it is not told.
    func figure(_ sample: Sample) -> Int?
    /// Answers by how much the figure is to grow.
    func happen(_ times: Int) async throws -> Int
    /// While it is held, no answer is given.
    func hold(_ isHeld: Bool) async throws
    /// Breaks off once, after so many bytes of what it answers; nil takes that back.
    func cut(after bytes: Int?) async throws
    /// Takes away what is read, or keeps the figure to itself.
    func withhold() async throws
    /// What is open of the probe: connections, files, programs.
    func open() async throws -> [String]
}

extension ProbeWorld {
    /// Reads until the figure is so much, and never more; the failures on the way are those of the world.
    @discardableResult
    func reads(_ wanted: Int) async throws -> Sample {
        var last: Int?
        var failure: ReadFailure?
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            do throws(ReadFailure) {
                let sample = try await probe.read()
                last = figure(sample)
                if last == wanted { return sample }
                if let last, last > wanted { break }
            } catch {
                failure = error
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw NotInTime(
            description: "\(last.map(String.init) ?? "nothing") is told, \(wanted) is so; "
                + "\(failure?.message ?? "no read failed")")
    }

    /// The figure at a first look.
    func begins() async throws -> Int {
        try await soon("a first figure") { try? figure(await probe.read()) }
    }

    /// How one read ends, and after how long.
    func ends() async -> (result: Result<Sample, ReadFailure>, after: Duration) {
        let start = ContinuousClock.now
        do throws(ReadFailure) {
            let sample = try await probe.read()
            return (.success(sample), ContinuousClock.now - start)
        } catch {
            return (.failure(error), ContinuousClock.now - start)
        }
    }
}

/// What this process or a child of its has open, by a word that no other test knows.
enum OpenThings {
    /// Links of our own descriptors that lead there.
    static func files(_ path: String) -> [String] {
        names(in: "/proc/self/fd").compactMap { name in
            var target = [CChar](repeating: 0, count: 4096)
            let length = unsafe readlink("/proc/self/fd/\(name)", &target, target.count - 1)
            guard length > 0 else { return nil }
            let text = String(
                decoding: target.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return text.hasPrefix(path) ? "file \(text)" : nil
        }
    }

    /// Programs that run with the word among their arguments.
    static func programs(_ word: String) -> [(pid: Int32, line: String)] {
        names(in: "/proc").compactMap { name in
            guard let pid = Int32(name), pid != getpid(),
                let bytes = try? Files.read("/proc/\(name)/cmdline", limit: 65_536),
                case let line = String(decoding: bytes.map { $0 == 0 ? 32 : $0 }, as: UTF8.self),
                line.contains(word)
            else { return nil }
            return (pid, line)
        }
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}
