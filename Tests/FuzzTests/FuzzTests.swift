import FuzzTargets
import Platform
import TestSupport
import Testing

/// The short form of `make fuzz`: each reader takes its seeds and what a few thousand accidents make of them.
@Suite struct FuzzTests {
    @Test(.timeLimit(.minutes(2)), arguments: Fuzzed.all.map(\.name))
    func `reads what comes without a trap, and keeps its promises`(name: String) throws {
        let target = try #require(Fuzzed.all.first { $0.name == name })
        var generator = SeededGenerator(seed: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }))
        for seed in target.seeds + Self.found(name) {
            target.read(seed)
            var bytes = seed
            for round in 0..<400 {
                bytes = Mutation.mutate(round % 8 == 0 ? seed : bytes, &generator)
                if bytes.count > 20_000 { bytes = seed }
                target.read(bytes)
            }
        }
    }

    /// What once ended a run, `NAME-…` in `Tests/Fuzz/found`.
    private static func found(_ name: String) -> [[UInt8]] {
        let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let folder = "/\(tests)/Fuzz/found"
        let names = (try? Files.names(in: folder, startingWith: "\(name)-")) ?? []
        return names.sorted().compactMap {
            try? Files.read("\(folder)/\($0)", limit: 1 << 20)
        }
    }

    @Test func `each reader has a name of its own and something to begin with`() {
        #expect(Set(Fuzzed.all.map(\.name)).count == Fuzzed.all.count)
        #expect(Fuzzed.all.allSatisfy { !$0.seeds.isEmpty })
    }
}
