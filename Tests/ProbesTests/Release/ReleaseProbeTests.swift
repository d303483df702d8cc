import Glibc
import Monitoring
import Platform
import TestSupport
import Testing

@testable import Probes

/// A store's folder and the link of its deploys, here and behind a prefix.
@Suite(.timeLimit(.minutes(1))) struct ReleaseProbeTests {
    private let folder: TemporaryFolder
    private let time: SystemTime

    init() throws {
        folder = try TemporaryFolder("release")
        time = try SystemTime()
        for name in ["41", "42"] { _ = unsafe mkdir(folder.path(name), 0o755) }
        _ = unsafe mkdir(folder.path("41/var"), 0o755)
        link("41")
    }

    private func link(_ target: String) {
        _ = unsafe symlink(target, folder.path("new"))
        _ = unsafe rename(folder.path("new"), folder.path("current"))
    }

    private func source(_ via: [String], root: String = "41", link: String? = "current") -> ReleaseSource {
        ReleaseSource(
            "release", root: folder.path(root), link: link.map { folder.path($0) }, via: via,
            interval: .seconds(10), deadline: .seconds(5))
    }

    private func reading(_ source: ReleaseSource) async throws -> ChangesReading {
        let probe = try ReleaseProbe(source, clock: time)
        let sample = try await probe.read()
        await probe.close()
        guard case .changes(let reading) = sample.facts.first else { throw OtherFacts() }
        return reading
    }

    @Test(arguments: [[], ["nice"]])
    func `tells maintenance by its flag and a deploy by its link, with their own times`(via: [String])
        async throws
    {
        let before = time.now.wall.advanced(bySeconds: -2)
        let first = try await reading(source(via))
        #expect(first.maintenance == .init(since: nil) && first.release?.target == "41")
        let made = try #require(first.release?.made)
        #expect(made >= before && made <= time.now.wall && first.config == nil)
        try folder.write("", to: "41/var/.maintenance.flag")
        link("42")
        let second = try await reading(source(via))
        #expect(second.release?.target == "42")
        #expect(second.maintenance?.since.map { $0 >= before } == true)
        #expect(second.readAt >= before)
    }

    @Test(arguments: [[], ["nice"]])
    func `a name with all that can be in one is told whole, and one that is no link is said`(via: [String])
        async throws
    {
        let hostile = "x\n\u{1B}]0;y\u{7} hypercare- end\n$(touch \(folder.path("ran")))"
        _ = unsafe unlink(folder.path("current"))
        link(hostile)
        let told = try await reading(source(via))
        #expect(told.release?.target == hostile)
        let none = try await reading(source(via, link: "42"))
        #expect(none.release == .init(target: nil))
        let absent = try await reading(source(via, link: "nothing"))
        #expect(absent.release == .init(target: nil))
        #expect(try Files.facts(folder.path("ran")) == nil)
        var watch = ChangesWatch(source(via).schedule)
        _ = watch.observe(none)
        var later = told
        later.readAt = told.readAt.advanced(bySeconds: 30)
        let text = watch.observe(later).first?.text ?? ""
        #expect(text.hasPrefix("release is now") && !text.unicodeScalars.contains { $0.value < 32 })
    }

    @Test(arguments: [[], ["nice"]])
    func `a folder that is not there is a failure that says so, and doctor as well`(via: [String])
        async throws
    {
        let failure = await failure { _ = try await reading(source(via, root: "nowhere")) }
        #expect(failure?.kind == .unreachable && failure?.message.contains("nowhere") == true)
        let steps = try await ReleaseProbe(source(via, root: "nowhere"), clock: time).examine()
        #expect(steps.map(\.outcome) == [.failed])
        let good = try await ReleaseProbe(source(via), clock: time).examine()
        #expect(good.map(\.outcome) == [.ok, .ok] && good.last?.text.hasSuffix("leads to 41") == true)
        let wrong = try await ReleaseProbe(source(via, link: "42"), clock: time).examine()
        #expect(wrong.map(\.outcome) == [.ok, .failed])
    }

    @Test func `a far machine that does not answer, or answers nonsense, is a failure`() async throws {
        var slow = source([try folder.write("#!/bin/sh\nsleep 30\n", to: "slow", mode: 0o700)])
        slow.deadline = .milliseconds(300)
        #expect(await failure { _ = try await reading(slow) }?.kind == .timedOut)
        let odd = source([try folder.write("#!/bin/sh\necho hello\n", to: "odd", mode: 0o700)])
        #expect(await failure { _ = try await reading(odd) }?.kind == .malformed)
        let long = source([try folder.write("#!/bin/sh\nyes\n", to: "long", mode: 0o700)])
        let flood = await failure { _ = try await reading(long) }
        #expect(flood?.kind == .malformed || flood?.kind == .timedOut)
    }

    @Test(arguments: [
        "", "m time 5\n", "m time 5\nm flag x\n", "m time -1\nm noflag\n", "n time 5\nm noflag\n",
    ])
    func `half an answer makes no sense`(text: String) {
        #expect(ReleaseScript.reading(Array(text.utf8), mark: "m", hasLink: true) == nil)
    }
}
