import Monitoring
import Testing

@Suite struct IndexerWatchTests {
    private func price(
        version: UInt64, newest: UInt64?, view: String = "idle",
        _ set: (inout IndexerReading) -> Void = { _ in }
    ) -> IndexerReading {
        var reading = IndexerReading(name: "catalog_product_price", mode: .schedule)
        reading.status = "valid"
        reading.viewStatus = view
        reading.version = version
        reading.newestVersion = newest
        set(&reading)
        return reading
    }

    /// Reads what `reading` gives for each minute from 0 to `minutes`; the last judgement.
    private func judged(
        minutes: Int, watch: inout IndexerWatch, _ reading: (Int) -> IndexerReading
    ) -> String {
        for minute in 0...minutes { watch.observe(reading(minute), at: moment(Double(minute) * 60)) }
        let end = Double(minutes) * 60
        return sentence(watch.assess(IndexerLimits(), at: Moment(moment(end))), at: end)
    }

    private func judged(minutes: Int, _ reading: (Int) -> IndexerReading) -> String {
        var watch = IndexerWatch()
        return judged(minutes: minutes, watch: &watch, reading)
    }

    @Test func `an emptied backlog has no lag`() {
        var watch = IndexerWatch()
        #expect(judged(minutes: 60, watch: &watch) { _ in price(version: 5, newest: 5) } == "ok")
        #expect(watch.lagSeconds(at: Moment(moment(3600))) == nil)
    }

    @Test func `lag is the time since the version moved while events waited`() {
        var watch = IndexerWatch()
        // Nothing waits for an hour, then events come and stay.
        let text = judged(minutes: 72, watch: &watch) { price(version: 5, newest: $0 < 60 ? 5 : 9) }
        #expect(watch.lagSeconds(at: Moment(moment(4320))) == 720)
        #expect(text == "warning · has not moved since 04:00 · 4 events wait, 12 min behind (limit 10 min)")
        #expect(
            judged(minutes: 90) { price(version: 5, newest: $0 < 60 ? 5 : 9) }
                == "critical · has not moved since 04:00 · 4 events wait, 30 min behind (limit 30 min)")
    }

    @Test func `what waited already at the first look may have waited longer`() {
        var watch = IndexerWatch()
        #expect(
            judged(minutes: 12, watch: &watch) { _ in price(version: 5, newest: 9) }
                == "warning · has not moved since 03:00 or earlier · 4 events wait, 12 min behind (limit 10 min)"
        )
        // What an earlier run saw begin is known.
        let began = moment(-240).wall
        var kept = IndexerWatch(
            version: 5, movedAt: began, conditions: Conditions(kept: ["waiting": began]))
        #expect(
            judged(minutes: 12, watch: &kept) { _ in price(version: 5, newest: 9) }
                == "warning · has not moved since 02:56 · 4 events wait, 16 min behind (limit 10 min)")
    }

    @Test func `movement of the version is progress, so lag begins again`() {
        var watch = IndexerWatch()
        _ = judged(minutes: 20, watch: &watch) { price(version: UInt64($0), newest: 1000) }
        #expect(watch.lagSeconds(at: Moment(moment(1200))) == 0)
    }

    @Test func `a backlog that grows five minutes in a row falls behind`() {
        func growing(_ minute: Int) -> IndexerReading {
            price(version: UInt64(minute), newest: UInt64(100 + minute * 91))
        }
        #expect(judged(minutes: 5, growing) == "ok")
        #expect(
            judged(minutes: 9, growing)
                == "warning · falls behind since 03:02 · 910 events wait, 90 more each minute")
    }

    @Test func `a backlog that is emptied each minute does not fall behind`() {
        var watch = IndexerWatch()
        for step in 0..<120 {
            let second = step * 5
            let version = UInt64(second / 60 * 600)
            watch.observe(price(version: version, newest: UInt64(second * 10)), at: moment(Double(second)))
        }
        #expect(sentence(watch.assess(IndexerLimits(), at: Moment(moment(595))), at: 595) == "ok")
    }

    @Test func `working without progress or lock is stuck, with its lock held it is work`() {
        func working(_ lock: Bool?) -> (Int) -> IndexerReading {
            { _ in
                price(version: 5, newest: 5, view: "working") {
                    $0.isViewLocked = lock
                    $0.viewUpdated = moment().wall
                }
            }
        }
        #expect(judged(minutes: 29, working(false)) == "ok · working, no lock, critical in 60 s")
        #expect(
            judged(minutes: 48, working(false))
                == "critical · working 48 min, no progress, no lock · next run is skipped")
        #expect(judged(minutes: 48, working(true)) == "ok · working 48 min · lock held")
        #expect(
            judged(minutes: 48, working(nil)) == "warning · working 48 min, no progress · lock not known")
    }

    @Test func `runs that leave the version where it was fail`() {
        let failing = { (minute: Int) in
            price(version: 5, newest: 311) { $0.viewUpdated = moment(Double(minute) * 60).wall }
        }
        #expect(judged(minutes: 3, failing) == "ok · runs and fails, critical in 60 s")
        #expect(judged(minutes: 5, failing) == "critical · runs and fails since 03:01 · 306 events wait")
        #expect(judged(minutes: 5) { _ in price(version: 5, newest: 311) } == "ok")
    }

    @Test func `a version counts as moved when it was seen to move`() {
        var watch = IndexerWatch()
        watch.observe(price(version: 5, newest: 9), at: moment(0))
        #expect(watch.movedAt == nil && watch.version == 5)
        watch.observe(price(version: 9, newest: 9), at: moment(5))
        #expect(watch.movedAt == moment(5).wall)
    }

    @Test func `missing triggers make it blind`() {
        let blind = { (minute: Int) in price(version: 5, newest: 5) { $0.triggers = minute == 0 ? 9 : 6 } }
        #expect(
            judged(minutes: 1, blind)
                == "critical · idle, but 3 of 9 triggers are gone · changes are not seen")
        var kept = IndexerWatch(version: 5, movedAt: moment(-600).wall, triggerBaseline: 9)
        #expect(
            judged(minutes: 0, watch: &kept) { _ in price(version: 5, newest: 5) { $0.triggers = 8 } }
                == "critical · idle, but 1 of 9 triggers is gone · changes are not seen")
        #expect(kept.movedAt == moment(-600).wall)
        #expect(
            judged(minutes: 0) { _ in price(version: 5, newest: 5) { $0.triggers = 0 } }
                == "critical · idle, but it has no triggers: sees no change")
    }

    @Test func `a version ahead of its changelog indexes nothing, when seen twice`() {
        let ahead = { (_: Int) in price(version: 900, newest: 10) }
        var watch = IndexerWatch()
        watch.observe(ahead(0), at: moment())
        let first = watch.assess(IndexerLimits(), at: Moment(moment()))[.ahead]
        #expect(first?.isNotJudged == true, "one look cannot tell, and does not say that it is well")
        #expect(judged(minutes: 1, ahead) == "critical · version ahead of changelog: indexes nothing")
        let emptied = { (_: Int) in price(version: 900, newest: nil) { $0.autoIncrement = 901 } }
        #expect(judged(minutes: 1, emptied) == "ok")
        let recreated = { (_: Int) in price(version: 900, newest: nil) { $0.autoIncrement = 1 } }
        #expect(judged(minutes: 1, recreated) == "critical · version ahead of changelog: indexes nothing")
    }

    @Test func `suspended by nobody and invalid for long are warnings`() {
        #expect(
            judged(minutes: 10) { _ in price(version: 5, newest: 5, view: "suspended") }
                == "warning · suspended since 03:00 · no reindex runs")
        #expect(
            judged(minutes: 10) { _ in
                price(version: 5, newest: 5, view: "suspended") { $0.status = "working" }
            }
                == "ok")
        #expect(
            judged(minutes: 10) { _ in price(version: 5, newest: 5) { $0.status = "invalid" } }
                == "warning · invalid since 03:00 · waits for a full reindex")
    }

    @Test func `an indexer on save has no backlog`() {
        var reading = IndexerReading(name: "customer_grid", mode: .save)
        reading.status = "valid"
        let onSave = reading
        #expect(judged(minutes: 60) { _ in onSave } == "ok")
    }
}
