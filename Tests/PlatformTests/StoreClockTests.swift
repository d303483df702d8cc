import Monitoring
import Platform
import Testing
import Text

/// What the C library says of a zone is checked by what `date` says of moments.
@Suite(.serialized) struct StoreClockTests {
    /// 2026-11-28 03:00 UTC.
    private let now = WallTime(seconds: 1_795_834_800)

    private func utc(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int = 0) -> WallTime {
        WallTime(
            seconds: CivilTime.secondsSinceEpoch(
                year: year, month: month, day: day, hour: hour, minute: minute))
    }

    @Test func `the store's clock is put forward and back, to the second`() throws {
        let clock = try StoreClock.ofSystem("Europe/Berlin", around: now)
        #expect(clock.civil(now).hourMinute == "04:00")
        #expect(clock.civil(utc(2026, 7, 1, 3)).hourMinute == "05:00")
        let change = try #require(clock.changes.first { $0.at > utc(2026, 9, 1, 0) })
        #expect(change.at == utc(2026, 10, 25, 1) && change.offsetSeconds == 3600)
        #expect(clock.changes.count >= 4 && clock.changes.count < 12, "what travels stays small")
        #expect(clock.civil(utc(2026, 11, 27, 23, 30)).short(asOf: clock.civil(now)) == "00:30")
    }

    @Test(arguments: [
        "America/New_York", "America/St_Johns", "Asia/Kolkata", "Australia/Lord_Howe", "America/Nuuk", "UTC",
    ])
    func `agrees with date`(zone: String) async throws {
        let clock = try StoreClock.ofSystem(zone, around: now)
        for month in [1, 4, 7, 11] {
            let moment = utc(2027, month, 15, 12)
            let command = ChildCommand(
                ["env", "TZ=\(zone)", "date", "-d", "@\(moment.milliseconds / 1000)", "+%H:%M"])
            let said = try await ChildProcess.run(command, deadline: .seconds(20)).output
            #expect(String(decoding: said, as: UTF8.self) == clock.civil(moment).hourMinute + "\n")
        }
    }

    @Test func `leaves the time zone of the process as it was`() throws {
        let before = Environment.ofProcess["TZ"]
        _ = try StoreClock.ofSystem("Asia/Tokyo", around: now)
        #expect(Environment.ofProcess["TZ"] == before)
    }

    @Test(arguments: ["Europe/Nowhere", "zone.tab"]) func `what is no zone is said to be none`(name: String) {
        #expect(throws: SystemError.self) { try StoreClock.ofSystem(name, around: now) }
    }
}
