import FeatureFlags
import FlagBackends
import Monitoring
import Platform
import Synchronization
import TestSupport
import Testing

/// The disk fails at any step of a change, or the console is killed there: the file is the old one or the new one,
/// whole, and nothing of ours is left beside it for longer than to the next run.
@Suite struct FlagFileFaultTests {
    private static let new = FlagFileSpot.first.replacing(
        "\"defaultVariant\": \"on\"", with: "\"defaultVariant\": \"off\"", maxReplacements: 1)

    /// ENOSPC, EIO, EROFS, EDQUOT.
    static let codes: [Int32] = [28, 5, 30, 122]
    static let steps: [SlippingOps.Step] = [.create, .write, .sync, .close, .link, .rename]

    @Test(arguments: steps, codes)
    func
        `a step that fails before the file is replaced leaves it as it was, says why once, and leaves nothing`(
            step: SlippingOps.Step, code: Int32
        ) async throws
    {
        let spot = try FlagFileSpot()
        let console = try spot.console { (at, name) throws(SystemError) in
            if at == step { throw SystemError("do it to", name, code: code) }
        }
        let outcome = try await spot.turn(by: console).outcome
        guard case .refused(let why) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(why.contains(SystemError("", code: code).description.dropFirst("cannot : ".count)), "\(why)")
        #expect(why.split(separator: "cannot").count == 1, "one reason: \(why)")
        #expect(try spot.text == FlagFileSpot.first && spot.others.isEmpty)
        #expect(try await spot.turn(by: spot.console(), "again").outcome.told == "confirmed OFF")
    }

    @Test(arguments: codes)
    func `a rename that is not durable for sure is unknown, and a name that cannot be removed is said`(
        code: Int32
    ) async throws {
        let spot = try FlagFileSpot()
        let unsure = try spot.console { (at, _) throws(SystemError) in
            if at == .syncDirectory { throw SystemError("sync", "it", code: code) }
        }
        let told = try await spot.turn(by: unsure).outcome.told
        #expect(told.hasPrefix("unknown: the file says OFF, but the disk did not confirm it: "), "\(told)")
        #expect(try spot.text == Self.new && spot.others.isEmpty)

        let other = try FlagFileSpot()
        let stuck = try other.console { (at, name) throws(SystemError) in
            if at == .remove { throw SystemError("remove", name, code: code) }
        }
        let said = try await other.turn(by: stuck).outcome.told
        #expect(
            said.hasPrefix("saved OFF: a second name of the file as it was is left beside it: "), "\(said)")
        #expect(try other.text == Self.new && other.others.count == 1)
        #expect(try await other.turn(by: other.console(), "again").outcome.told == "confirmed ON")
        #expect(try other.text == FlagFileSpot.first && other.others.isEmpty)
    }

    @Test func `every error at once, from any step on, is one sentence and the file is whole`() async throws {
        for place in 0..<8 {
            let spot = try FlagFileSpot()
            let count = Atomic(0)
            let console = try spot.console { (at, name) throws(SystemError) in
                if count.wrappingAdd(1, ordering: .relaxed).oldValue >= place {
                    throw SystemError(at.rawValue, name, code: 5)
                }
            }
            let told = try await spot.turn(by: console).outcome.told
            let text = try spot.text
            let isNew = text == Self.new
            #expect(isNew || text == FlagFileSpot.first)
            #expect(
                told.hasPrefix(isNew ? "unknown" : "refused") || told.hasPrefix("saved OFF") && isNew,
                "\(told)")
            #expect(try await spot.turn(by: spot.console(), "again").outcome.told.hasPrefix("confirmed"))
            #expect(try spot.others.isEmpty, "after step \(place)")
        }
    }

    // MARK: what a killed run leaves

    /// The names that a change gives, as it gives them.
    private func names(_ spot: FlagFileSpot) async throws -> (new: String, old: String) {
        let seen = Mutex<[String]>([])
        let console = try spot.console { (at, name) throws(SystemError) in
            if at == .create { seen.withLock { $0.append(name) } }
            if at == .link {
                seen.withLock { list in
                    list += ((try? spot.others) ?? []).filter { !list.contains($0) }
                }
            }
            if at == .rename {
                seen.withLock { list in
                    list += ((try? spot.others) ?? []).filter { !list.contains($0) }
                }
                throw SystemError("rename", name, code: 5)
            }
        }
        _ = try await spot.turn(by: console, "names")
        let list = seen.withLock { $0 }
        return (try #require(list.first), try #require(list.last))
    }

    @Test func `what a killed change left is swept by the next console, and by the next change`() async throws
    {
        for isAtReading in [true, false] {
            let spot = try FlagFileSpot()
            let (new, old) = try await names(spot)
            #expect(new.hasSuffix(".new") && old.hasSuffix(".old"))
            let console = try spot.console()
            if !isAtReading { _ = try await console.read() }
            try spot.folder.write("half", to: new)
            try spot.folder.write(FlagFileSpot.first, to: old)
            let stranger = ".hypercare-notes"
            try spot.folder.write("mine", to: stranger)
            if isAtReading {
                #expect(try await console.read().notices.isEmpty)
            } else {
                #expect(try await spot.turn(by: console).outcome.told == "confirmed OFF")
            }
            #expect(try spot.others == [stranger])
        }
    }

    @Test func `what another wrote to a file whose change was killed is kept and told`() async throws {
        let spot = try FlagFileSpot()
        let (_, old) = try await names(spot)
        let theirs = FlagFileSpot.text(by: "editor")
        try spot.folder.write(theirs, to: old)
        let notices = try await spot.console().read().notices
        #expect(notices.map(\.status) == [.warning])
        #expect(try spot.kept == [theirs] && spot.others.count == 1)
        #expect(try await spot.console().read().notices == notices, "until somebody removes it")
    }

    @Test func `nothing is swept while a change is under way`() async throws {
        let spot = try FlagFileSpot()
        let (new, _) = try await names(spot)
        try spot.folder.write("under way", to: new)
        let folder = try Directory(spot.folder.path)
        #expect(try folder.hold())
        _ = try await spot.console().read()
        #expect(try spot.others == [new])
        folder.letGo()
    }
}
