import Documents
import Glibc
import Platform
import Synchronization
import TestSupport

/// Others at work on a flagd file: an editor that renames, one that writes in place, a script with `sed -i`. They
/// wait for one another, so that what is lost of theirs was lost to a console; each counts its saves in the file.
final class FlagFileStorm: Sendable {
    enum Saver: String, CaseIterable, Sendable { case editor, inplace, script }

    struct Save: Hashable, Sendable {
        var saver: Saver
        var number: Int
    }

    private struct State: Sendable {
        var last: [Saver: Int] = [:]
        var lost: Set<Save> = []
        var failures: [String] = []
    }

    static let name = "flags.json"
    /// Texts of one length, so that one write in place is whole at any moment.
    static let first = """
        {"flags": {
           "erp.v2": {"variants": {"yes": true, "not": false}, "defaultVariant": "yes"},
           "pay": {"variants": {"yes": true, "not": false}, "defaultVariant": "yes"}
        }, "metadata": {"editor": "e000000", "inplace": "i000000", "script": "s000000"}}

        """

    let folder: TemporaryFolder
    var path: String { folder.path(Self.name) }
    private let turns: TemporaryFolder
    private let state = Mutex(State())

    init() throws {
        folder = try TemporaryFolder("storm")
        turns = try TemporaryFolder("turns")
        try folder.write(Self.first, to: Self.name, mode: 0o640)
        try turns.write("", to: "turn")
        try turns.write("0", to: "script.last")
    }

    var lost: Set<Save> { state.withLock { $0.lost } }
    var failures: [String] { state.withLock { $0.failures } }
    var saves: Int { state.withLock { $0.last.values.reduce(0, +) } }

    /// What the file, or a text that was kept of it, says of their saves.
    static func counted(_ text: [UInt8]) throws -> [Saver: Int] {
        let document = try JSON.read(text, name: "flags")
        var counted: [Saver: Int] = [:]
        for saver in Saver.allCases {
            counted[saver] = document["metadata"]?[saver.rawValue]?.string.flatMap { Int($0.dropFirst()) }
        }
        return counted
    }

    /// On a thread of its own; the script is a process.
    func run(_ saver: Saver, until end: ContinuousClock.Instant, seed: UInt64) async throws {
        guard saver == .script else {
            return try await onThread { [self] in
                var random = SeededGenerator(seed: seed)
                while ContinuousClock.now < end {
                    try inTurn { try save(saver, &random) }
                    usleep(UInt32.random(in: 1_000...8_000, using: &random))
                }
            }
        }
        let script = """
            i=0
            while [ ! -e stop ]; do
                i=$((i + 1))
                n=$(printf 's%06d' $i)
                flock turn sh -c "sed -i 's/\\"s[0-9][0-9]*\\"/\\"$n\\"/' '\(path)' && echo $i > script.last"
                sleep 0.01
            done
            """
        async let ended = ChildProcess.run(
            ChildCommand(["/bin/sh", "-c", script], directory: turns.path), deadline: .seconds(600))
        try await Task.sleep(until: end)
        try turns.write("", to: "stop")
        let result = try await ended
        if result.end != .exited(0) {
            state.withLock { $0.failures.append(String(decoding: result.error, as: UTF8.self)) }
        }
    }

    /// Looks whether all that was saved is in the file; to be called in turn.
    private func look() throws -> [UInt8] {
        let text = try Files.read(path, limit: 1 << 20)
        let counted = try Self.counted(text)
        let script = try Files.read(turns.path("script.last"), limit: 100).prefix { $0 != UInt8(ascii: "\n") }
        state.withLock { state in
            state.last[.script] = Int(String(decoding: script, as: UTF8.self)) ?? 0
            for (saver, last) in state.last where counted[saver, default: 0] < last {
                state.lost.insert(Save(saver: saver, number: last))
            }
        }
        return text
    }

    func lookInTurn() throws { try inTurn { _ = try look() } }

    private func inTurn(_ body: () throws -> Void) throws {
        let turn = try turn()
        try body()
        _ = consume turn
    }

    private func turn() throws -> FileDescriptor {
        let folder = try Directory(turns.path)
        while true {
            if let turn = try folder.lock("turn") { return turn }
            usleep(300)
        }
    }

    private func save(_ saver: Saver, _ random: inout SeededGenerator) throws {
        let before = try look()
        let number = state.withLock { $0.last[saver, default: 0] } + 1
        let digits = String(1_000_000 + number).dropFirst()
        let mark = saver.rawValue.prefix(1)
        let counted = try Self.counted(before)[saver] ?? 0
        let text = String(decoding: before, as: UTF8.self).replacing(
            "\"\(mark)\(String(1_000_000 + counted).dropFirst())\"", with: "\"\(mark)\(digits)\"")
        usleep(UInt32.random(in: 0...2_000, using: &random))
        if saver == .editor {
            try folder.write(text, to: "editor~", mode: 0o640)
            guard unsafe rename(folder.path("editor~"), path) == 0 else { return }
        } else {
            let file = unsafe open(path, O_WRONLY)
            usleep(UInt32.random(in: 0...3_000, using: &random))
            _ = unsafe Array(text.utf8).withUnsafeBytes { unsafe pwrite(file, $0.baseAddress, $0.count, 0) }
            close(file)
        }
        state.withLock { $0.last[saver] = number }
    }
}
