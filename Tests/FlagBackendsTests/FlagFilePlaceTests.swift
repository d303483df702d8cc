import FeatureFlags
import FlagBackends
import Glibc
import Platform
import TestSupport
import Testing

/// Where a flag file is and whose it is: what is kept of it, and where it is not changed at all.
@Suite struct FlagFilePlaceTests {
    static let isRoot = Identity.effectiveUser == 0

    /// `user::rw-`, `user:12345:r--`, `group::r--`, `mask::r--`, `other::---`, as the kernel writes it.
    private static let acl: [UInt8] = [2, 0, 0, 0].appending([
        (1, 6, UInt32.max), (2, 4, 12_345), (4, 4, UInt32.max), (16, 4, UInt32.max), (32, 0, UInt32.max),
    ])

    private func attributes(_ path: String) throws -> FileAttributes {
        try FileAttributes(of: Files.open(path))
    }

    @Test func `owner, mode, ACL and attributes of the file stay, and none of the folder's comes to it`()
        async throws
    {
        let spot = try FlagFileSpot()
        #expect(
            spot.folder.set("system.posix_acl_access", Self.acl, on: FlagFileSpot.name),
            "no ACLs below TMPDIR")
        #expect(spot.folder.set("user.managed-by", Array("ansible".utf8), on: FlagFileSpot.name))
        if Self.isRoot { #expect(unsafe chown(spot.path, 12_345, 12_346) == 0) }
        let before = try attributes(spot.path)
        #expect(before.extended.keys.contains("system.posix_acl_access") && before.mode == 0o640)
        #expect(spot.folder.set("system.posix_acl_default", Self.acl))
        #expect(try await spot.turn(by: spot.console()).outcome.told == "confirmed OFF")
        #expect(try attributes(spot.path) == before)

        let plain = try FlagFileSpot()
        #expect(plain.folder.set("system.posix_acl_default", Self.acl))
        let none = try attributes(plain.path)
        #expect(none.extended.isEmpty)
        #expect(try await plain.turn(by: plain.console()).outcome.told == "confirmed OFF")
        #expect(try attributes(plain.path) == none)
    }

    @Test func `a link is followed, what it leads to is changed in its own folder, and the link stays`()
        async throws
    {
        let spot = try FlagFileSpot()
        let elsewhere = try TemporaryFolder("link")
        try elsewhere.link(spot.path, as: "flags.json")
        let console = try FlagdFile(name: "features", path: elsewhere.path("flags.json"))
        #expect(try await spot.turn(by: console).outcome.told == "confirmed OFF")
        #expect(try spot.text != FlagFileSpot.first && spot.others.isEmpty)
        #expect(try Files.facts(elsewhere.path("flags.json"))?.kind == .link)
    }

    @Test func `a link that leads elsewhere by the time of the rename is not followed to the old place`()
        async throws
    {
        let (spot, next) = (try FlagFileSpot(), try FlagFileSpot())
        let elsewhere = try TemporaryFolder("link")
        try elsewhere.link(spot.folder.path, as: "current")
        let console = try FlagdFile(
            name: "features", path: elsewhere.path("current/flags.json"),
            ops: { folder in
                SlippingOps(folder) { (at, _) in
                    guard at == .sync else { return }
                    try? elsewhere.link(next.folder.path, as: "next")
                    _ = unsafe rename(elsewhere.path("next"), elsewhere.path("current"))
                }
            })
        guard case .refused = try await spot.turn(by: console).outcome else {
            Issue.record("a file was changed that is no longer the one of the config")
            return
        }
        #expect(try spot.text == FlagFileSpot.first && next.text == FlagFileSpot.first)
        #expect(try spot.others.isEmpty)
    }

    @Test func `what Kubernetes puts there is shown and not changed`() async throws {
        let folder = try TemporaryFolder("k8s")
        #expect(unsafe mkdir(folder.path("..2026_11_29"), 0o755) == 0)
        try folder.write(FlagFileSpot.first, to: "..2026_11_29/flags.json")
        try folder.link("..2026_11_29", as: "..data")
        try folder.link("..data/flags.json", as: "flags.json")
        let console = try FlagdFile(name: "features", path: folder.path("flags.json"))
        let flags = try await console.read().flags
        #expect(flags.map(\.value) == [.on, .on])
        #expect(flags.allSatisfy { $0.fixedReason?.hasPrefix("Kubernetes puts") == true })
        let change = FlagChange(
            opID: "op", flag: "pay", backend: "features", from: .on, to: .off,
            expectedRevision: flags[1].revision)
        #expect(await console.apply(change).told.hasPrefix("refused: Kubernetes puts"))
    }

    enum Open: CaseIterable { case file, folder, folderOfLink }

    @Test(arguments: Open.allCases)
    func `what everybody may write is told, and is not changed in production`(open: Open) async throws {
        let spot = try FlagFileSpot()
        let elsewhere = try TemporaryFolder("link")
        try elsewhere.link(spot.path, as: "flags.json")
        let place =
            switch open {
            case .file: spot.path
            case .folder: spot.folder.path
            case .folderOfLink: elsewhere.path
            }
        #expect(unsafe chmod(place, open == .file ? 0o666 : 0o777) == 0)
        func console(isProduction: Bool) throws -> FlagdFile {
            try FlagdFile(
                name: "features", path: elsewhere.path("flags.json"), isProduction: isProduction)
        }
        let production = try console(isProduction: true)
        let sample = try await production.read()
        let told = "everybody on this machine may write \(place)"
        #expect(sample.cautions == [FlagCaution(text: told, advice: "Do: chmod o-w \(place)")])
        #expect(sample.flags.allSatisfy { $0.fixedReason == "\(told), and this is production" })
        #expect(
            try await spot.turn(by: production).outcome.told == "refused: \(told), and this is production")
        let staging = try console(isProduction: false)
        #expect(try await staging.read().cautions.count == 1)
        #expect(try await spot.turn(by: staging).outcome.told == "confirmed OFF")
        // Whose file it is nobody else moves it there.
        if open != .file {
            #expect(unsafe chmod(place, 0o1777) == 0)
            #expect(try await production.read().cautions.isEmpty)
        }
    }
}

extension [UInt8] {
    /// Entries of an ACL: tag, rights, who.
    fileprivate func appending(_ entries: [(UInt16, UInt16, UInt32)]) -> [UInt8] {
        func bytes(_ number: some FixedWidthInteger & UnsignedInteger, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        }
        return self + entries.flatMap { bytes($0.0, 2) + bytes($0.1, 2) + bytes($0.2, 4) }
    }
}
