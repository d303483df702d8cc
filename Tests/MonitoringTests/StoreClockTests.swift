import Monitoring
import Platform
import Testing
import Text

@Suite struct StoreClockTests {
    @Test func `the store's clock is put forward and back`() throws {
        let path = "/usr/share/zoneinfo/Europe/Berlin"
        // Not on every machine is there a zoneinfo; the rules have tests of their own.
        guard let bytes = try? Files.read(path, limit: 1 << 20, links: .followed) else { return }
        let rules = try #require(ZoneRules(bytes, years: 2025...2029))
        let clock = StoreClock(zone: "Europe/Berlin", rules, around: moment().wall)
        #expect(moment().wall.civil.hourMinute == "03:00")
        #expect(clock.civil(moment().wall).hourMinute == "04:00")
        let summer = WallTime(seconds: CivilTime.secondsSinceEpoch(year: 2026, month: 7, day: 1, hour: 3))
        #expect(clock.civil(summer).hourMinute == "05:00")
        #expect(clock.changes.count >= 4 && clock.changes.count < 12, "what travels stays small")
        let night = WallTime(
            seconds: CivilTime.secondsSinceEpoch(year: 2026, month: 11, day: 27, hour: 23, minute: 30))
        #expect(clock.civil(night).short(asOf: clock.civil(moment().wall)) == "00:30")
    }
}
