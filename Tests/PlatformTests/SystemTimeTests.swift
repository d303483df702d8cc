import Monitoring
import Platform
import Testing

@Suite struct SystemTimeTests {
    @Test func `boot time is the kernel's, and has a boot id`() throws {
        let uptime = String(decoding: try Files.read("/proc/uptime", limit: 100), as: UTF8.self)
        let seconds = try #require(Double(uptime.split(separator: " ").first ?? ""))
        let now = try SystemTime().now
        #expect(abs(Double(now.boot.components.seconds) - seconds) < 5)
        #expect(now.bootID.utf8.count == 36)
    }

    @Test func `long sleeps end together, never early, and short ones when they say`() {
        let now: Duration = .milliseconds(5_310)
        #expect(SystemTime.wake(.milliseconds(5_700), at: now) == .milliseconds(5_700))
        #expect(SystemTime.wake(.milliseconds(5_721), at: now) == .milliseconds(5_721))
        #expect(SystemTime.wake(.milliseconds(5_811), at: now) == .seconds(6))
        #expect(SystemTime.wake(.milliseconds(6_311), at: now) == .milliseconds(6_500))
        #expect(SystemTime.wake(.nanoseconds(6_250_000_001), at: now) == .milliseconds(6_500))
        #expect(SystemTime.wake(.milliseconds(6_500), at: now) == .milliseconds(6_500))
        #expect(SystemTime.wake(.milliseconds(6_760), at: now) == .seconds(7))
        #expect(SystemTime.wake(.milliseconds(10_250), at: now) == .seconds(11))
        #expect(SystemTime.wake(.seconds(11), at: now) == .seconds(11))
    }

    @Test func `sleeps until the deadline and ends at once when cancelled`() async throws {
        let time = try SystemTime()
        let start = time.now.boot
        try await time.sleep(until: start + .milliseconds(30))
        #expect(time.now.boot - start >= .milliseconds(30))
        try await time.sleep(until: start)

        let long = Task { try await time.sleep(until: start + .seconds(600)) }
        long.cancel()
        await #expect(throws: CancellationError.self) { try await long.value }
    }
}
