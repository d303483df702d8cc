import Engine
import Monitoring
import Persistence
import Platform
import TestSupport
import Testing

/// `baseline.json`: read as it was written, or said why not.
@Suite struct BaselineFileTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/eu-shop" }
    private let flow = EntityID(.integration, "orders:erp ü")

    init() throws { folder = try TemporaryFolder("baseline") }

    private func baseline(_ by: String = "mira") -> Baseline {
        var baseline = Baseline(
            at: WallTime(seconds: 1_795_000_000), by: by, origin: "history",
            from: WallTime(seconds: 1_794_000_600),
            figures: [
                Baseline.Figure(flow, .success, [12, 0.0333, .nan, 1234567, 0]),
                Baseline.Figure(EntityID(.queue, "erp", in: "db"), .depth, [1, 2, 3, 4, 5]),
            ])
        baseline.leftOut = 3
        return baseline
    }

    @Test func `it is read as it was written, and the one before it is kept`() async throws {
        let file = try BaselineFile(in: path)
        #expect(try await file.load() == nil)
        #expect(await file.mark() == nil)
        try await file.save(baseline("deniz"))
        let mark = await file.mark()
        try await file.save(baseline())
        #expect(await file.mark() != mark)
        let read = try #require(try await file.load())
        #expect(read.by == "mira" && read.leftOut == 3 && read.figures[1] == baseline().figures[1])
        // A gap is no number, and no two of them are equal.
        #expect(read.figures[0].values[2].isNaN)
        #expect(
            read.figures[0].values[..<2] == [12, 0.0333] && read.figures[0].values[3...] == [1_234_567, 0])
        #expect(try Files.facts(path + "/baseline.json.prev") != nil)
        #expect(try Files.facts(path + "/baseline.json")?.mode ?? 0 & 0o777 == 0o600)
    }

    @Test(arguments: [3, 60, 200]) func `a flipped byte is damage, told with what to do`(place: Int)
        async throws
    {
        let file = try BaselineFile(in: path)
        try await file.save(baseline())
        var bytes = try Files.read(path + "/baseline.json", limit: 1 << 20)
        bytes[place] ^= 1
        try folder.write(String(decoding: bytes, as: UTF8.self), to: "eu-shop/baseline.json")
        let failure = await #expect(throws: StorageFailure.self) { try await file.load() }
        #expect(failure?.message.contains("is damaged") == true && failure?.message.contains("Do: ") == true)
    }

    @Test func `one of a newer program is refused`() async throws {
        let file = try BaselineFile(in: path)
        try await file.save(baseline())
        var text = try String(decoding: Files.read(path + "/baseline.json", limit: 1 << 20), as: UTF8.self)
        text.replace(#""schema":1"#, with: #""schema":2"#, maxReplacements: 1)
        try folder.write(text, to: "eu-shop/baseline.json")
        let failure = await #expect(throws: StorageFailure.self) { try await file.load() }
        #expect(failure?.isOfNewer == true)
    }

    @Test func `a capture takes the healthy half hours of what is kept, flows first`() async throws {
        let directory = try PrivateDirectory.open(path)
        let history = HistoryDatabase(in: directory)
        let now = WallTime(seconds: 1_795_000_000 / 1800 * 1800)
        let orders = EntityID(.integration, "orders")
        let series = [
            SeriesID(EntityID(.queue, "erp order", in: "db"), .depth), SeriesID(orders, .success),
            SeriesID(EntityID(.source, "db"), .readTime),
        ]
        let minutes = (1...5 * 48).flatMap { back in
            series.map {
                HistoryMinute(
                    series: $0, minute: now.advanced(bySeconds: -Double(back) * 1800),
                    average: Double(back % 7),
                    maximum: 9)
            }
        }
        _ = try history.append(minutes)
        var state = EngineState()
        state.troubles = [
            Trouble(
                entity: orders, from: now.advanced(bySeconds: -86_400),
                until: now.advanced(bySeconds: -43_200))
        ]
        let queue = series[0].entity
        state.normals[queue.key] = KeptNormal(
            since: now.advanced(bySeconds: -4 * 86_400), by: "mira", at: now.advanced(bySeconds: -3600))
        try StateStorage(in: directory).save(state)
        let baseline = try HistoryCapture(in: path).baseline(at: now.advanced(bySeconds: 60), by: "mira")
        #expect(
            baseline.figures.map(\.measure) == [.success, .depth], "what a source takes is not the store's")
        #expect(baseline.figures[0].entity == orders && baseline.figures[1].entity.name == "erp order")
        #expect(
            baseline.figures[1].values.count(where: \.isFinite) == 4 * 48,
            "what was before it became usual is no more")
        #expect(baseline.figures[0].values.count(where: \.isFinite) == 5 * 48 - 24)
        #expect(baseline.figures.allSatisfy { $0.values.count == 21 * 48 } && baseline.leftOut == 0)
    }
}
