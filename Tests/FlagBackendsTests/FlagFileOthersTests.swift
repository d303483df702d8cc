import FeatureFlags
import FlagBackends
import Glibc
import Monitoring
import Platform
import TestSupport
import Testing

/// A flag file is changed by several at a time: nothing of theirs is replaced untold, and no change of ours is called
/// confirmed that was not left alone.
@Suite struct FlagFileOthersTests {
    /// The text with `erp.v2` OFF.
    private func off(_ text: String) -> String {
        text.replacing("\"defaultVariant\": \"on\"", with: "\"defaultVariant\": \"off\"", maxReplacements: 1)
    }

    @Test(arguments: [SlippingOps.Step.create, .write, .sync, .link])
    func `what an editor puts there before the rename stays, and the change is made in it`(
        step: SlippingOps.Step
    ) async throws {
        for isRenamed in [true, false] {
            let spot = try FlagFileSpot()
            let once = Once()
            let theirs = FlagFileSpot.text(by: "editor")
            let console = try spot.console { (at, _) in
                guard at == step else { return }
                once.run { isRenamed ? spot.rename(theirs) : spot.writeInPlace(theirs) }
            }
            #expect(try await spot.turn(by: console).outcome.told == "confirmed OFF")
            #expect(try spot.text == off(theirs))
            #expect(try spot.others.isEmpty)
        }
    }

    @Test func `what an editor renames there right at the rename is told as lost, and nothing is confirmed`()
        async throws
    {
        let spot = try FlagFileSpot()
        let console = try spot.console { (at, _) in
            if at == .rename { spot.rename(FlagFileSpot.text(by: "editor")) }
        }
        let told = try await spot.turn(by: console).outcome.told
        #expect(told.hasPrefix("crossed OFF: ") && told.contains("has to be saved again"), "\(told)")
        #expect(try spot.text == off(FlagFileSpot.first))
        #expect(try spot.others.isEmpty)
    }

    @Test func `what is written in place right at the rename is kept beside, and nothing is confirmed`()
        async throws
    {
        let spot = try FlagFileSpot()
        let theirs = FlagFileSpot.text(by: "script")
        let console = try spot.console { (at, _) in
            if at == .rename { spot.writeInPlace(theirs) }
        }
        let told = try await spot.turn(by: console).outcome.told
        #expect(told.hasPrefix("crossed OFF: ") && told.contains("kept in \(spot.path).kept-"), "\(told)")
        #expect(!told.contains("saved again"))
        #expect(try spot.text == off(FlagFileSpot.first))
        #expect(try spot.kept == [theirs] && spot.others.count == 1)
        let notice = try #require(try await console.read().notices.first)
        #expect(notice.status == .warning && notice.text.contains("flags.json.kept-"))
    }

    @Test func `who opened the file before and writes after it was replaced is waited for, and kept`()
        async throws
    {
        let spot = try FlagFileSpot()
        let theirs = FlagFileSpot.text(by: "slow")
        let slow = try spot.console(watchedFor: .seconds(5)) { (at, _) in
            // Opened as late as can be: earlier it is waited for.
            if at == .rename { Self.write(theirs, to: spot.path, after: .milliseconds(300)) }
        }
        let told = try await spot.turn(by: slow).outcome.told
        #expect(told.hasPrefix("crossed OFF: ") && told.contains(".kept-"), "\(told)")
        #expect(try spot.text == off(FlagFileSpot.first) && spot.kept == [theirs])
    }

    @Test
    func `who has the file open for writing before is let finish, and the change is made in what it wrote`()
        async throws
    {
        let spot = try FlagFileSpot()
        let console = try spot.console()
        let change = try await spot.change(by: console)
        let theirs = FlagFileSpot.text(by: "slow")
        Self.write(theirs, to: spot.path, after: .milliseconds(200))
        #expect(await console.apply(change).told == "confirmed OFF")
        #expect(try spot.text == off(theirs) && spot.others.isEmpty)
    }

    @Test func `who keeps the replaced file open and writes nothing makes it saved, with the reason`()
        async throws
    {
        let spot = try FlagFileSpot()
        let console = try spot.console { (at, _) in
            if at == .rename { Self.write("", to: spot.path, after: .seconds(2)) }
        }
        let told = try await spot.turn(by: console).outcome.told
        #expect(told.hasPrefix("saved OFF: ") && told.contains("open still"), "\(told)")
    }

    @Test(arguments: [true, false])
    func `what is written right after ours stands, and is told`(isRenamed: Bool) async throws {
        let spot = try FlagFileSpot()
        let theirs = FlagFileSpot.text(by: "editor")
        let console = try spot.console { (at, _) in
            if at == .syncDirectory { isRenamed ? spot.rename(theirs) : spot.writeInPlace(theirs) }
        }
        let told = try await spot.turn(by: console).outcome.told
        #expect(told == "crossed ON: another program wrote flags.json right after")
        #expect(try spot.text == theirs && spot.others.isEmpty)
    }

    @Test(arguments: [true, false])
    func `what is written seconds after is told of a change that was confirmed`(isRenamed: Bool) async throws
    {
        let spot = try FlagFileSpot()
        let console = try spot.console(watchedFor: .seconds(5))
        let (change, outcome) = try await spot.turn(by: console)
        #expect(outcome.told == "confirmed OFF")
        async let later = console.aftermath(of: change)
        try await Task.sleep(for: .milliseconds(150))
        let theirs = FlagFileSpot.text(by: "editor")
        if isRenamed { spot.rename(theirs) } else { spot.writeInPlace(theirs) }
        let told = try #require(await later).told
        #expect(told == "crossed ON: another program wrote flags.json soon after")
        #expect(await console.aftermath(of: change) == nil, "told once")
    }

    @Test func `another console's change is no conflict, and neither is lost`() async throws {
        let spot = try FlagFileSpot()
        let (one, other) = (try spot.console(), try spot.console())
        let first = try await spot.turn("erp.v2", by: one)
        #expect(first.outcome.told == "confirmed OFF")
        async let later = one.aftermath(of: first.change)
        #expect(try await spot.turn("pay", by: other).outcome.told == "confirmed OFF")
        #expect(await later == nil)
        #expect(try await one.read().flags.map(\.value) == [.off, .off])
    }

    @Test func `a console waits while another one holds the folder, and says so when that takes too long`()
        async throws
    {
        let spot = try FlagFileSpot()
        let console = try spot.console()
        let change = try await spot.change(by: console)
        let folder = try Directory(spot.folder.path)
        #expect(try folder.hold())
        async let first = console.apply(change)
        try await Task.sleep(for: .milliseconds(200))
        #expect(try spot.text == FlagFileSpot.first)
        folder.letGo()
        #expect(await first.told == "confirmed OFF")
        #expect(try folder.hold())
        let told = try await spot.turn(by: console, "op2").outcome.told
        #expect(
            told
                == "refused: another console has held \(spot.folder.path) for 5 s; nothing was written, try again"
        )
        #expect(try spot.text == off(FlagFileSpot.first) && spot.others.isEmpty)
    }

    /// Opens the file for writing now, and writes and closes it later; an empty text is not written.
    private static func write(_ text: String, to path: String, after delay: Duration) {
        let file = unsafe open(path, O_WRONLY)
        let microseconds = UInt32(delay / .microseconds(1))
        try? SystemThread.start("slow writer") {
            usleep(microseconds)
            if !text.isEmpty {
                ftruncate(file, 0)
                _ = unsafe Array(text.utf8).withUnsafeBytes {
                    unsafe pwrite(file, $0.baseAddress, $0.count, 0)
                }
            }
            close(file)
        }
    }
}
