import Monitoring
import Testing
import Text

@Suite struct ChangesWatchTests {
    private typealias Row = ChangesReading.ConfigRow
    private let now = moment().wall

    private func watch(_ kept: ChangesMemory? = nil, reach: String = "db1") -> ChangesWatch {
        var schedule = ProbeSchedule(
            id: "db/changes", source: "db", kind: "mysql", subject: "changes", interval: .seconds(30),
            deadline: .seconds(4))
        schedule.reach = reach
        return ChangesWatch(schedule, kept: kept)
    }

    private func at(_ seconds: Double, _ fill: (inout ChangesReading) -> Void) -> ChangesReading {
        var reading = ChangesReading(readAt: now.advanced(bySeconds: seconds))
        fill(&reading)
        return reading
    }

    private func settings(_ seconds: Double, count: Int, _ rows: [Row], cut: Bool = false) -> ChangesReading {
        at(seconds) {
            let newest = max(UInt64(count), rows.map(\.id).max() ?? 0)
            $0.config = .init(count: count, newestID: newest, rows: rows, isCut: cut)
        }
    }

    private func row(
        _ id: UInt64, _ path: String, _ seconds: Double, _ scope: String = "default", _ code: String? = ""
    )
        -> Row
    { Row(id, path, scope: scope, code: code, updated: now.advanced(bySeconds: seconds)) }

    @Test func `settings saved in the day before a first look are history with their own time`() {
        var watch = watch()
        let found = watch.observe(
            settings(
                0, count: 900, [row(7, "web/secure/base_url", -3600), row(9, "a/b/c", -7200, "stores", "de")])
        )
        #expect(
            found.map(\.text) == [
                "setting a/b/c is saved (stores/de)", "setting web/secure/base_url is saved",
            ])
        #expect(found.allSatisfy { $0.isPast && $0.after == nil })
        #expect(found.map { now.seconds(since: $0.at) } == [7200, 3600])
    }

    @Test func `one save of forty settings is one change, by its first path`() {
        var watch = watch()
        _ = watch.observe(settings(0, count: 900, []))
        let rows = (0..<40).map { row(UInt64(100 + $0), "catalog/a/\(10 + $0)", 12 + Double($0 % 2)) }
        let found = watch.observe(
            settings(30, count: 900, rows.reversed() + [row(3, "tax/x/y", 25)].reversed()))
        #expect(
            found.map(\.text) == [
                "40 settings are saved: catalog/a/10 and 39 more", "setting tax/x/y is saved",
            ])
        #expect(found.map { $0.at.seconds(since: now) } == [12, 25])
        #expect(watch.observe(settings(60, count: 900, rows + [row(3, "tax/x/y", 25)])).isEmpty)
    }

    @Test func `deleted rows, and rows added, are told apart from saved ones`() {
        var watch = watch()
        _ = watch.observe(settings(0, count: 900, []))
        let gone = watch.observe(settings(30, count: 898, []))
        #expect(gone.map(\.text) == ["2 settings are deleted: their defaults hold"])
        #expect(gone.first?.at == now.advanced(bySeconds: 30) && gone.first?.after == now)
        let both = watch.observe(settings(60, count: 898, [row(901, "x/y/z", 40)]))
        #expect(both.map(\.text) == ["setting x/y/z is saved", "1 setting is deleted: its default holds"])
        let added = watch.observe(settings(90, count: 900, [row(902, "x/y/b", 80), row(901, "x/y/z", 40)]))
        #expect(added.map(\.text) == ["setting x/y/b is saved", "1 setting is added"])
    }

    @Test func `rows that were cut off are no news when newer ones are deleted`() {
        var watch = watch()
        _ = watch.observe(settings(0, count: 900, [row(3, "c", -10), row(2, "b", -20)], cut: true))
        let found = watch.observe(settings(30, count: 899, [row(2, "b", -20), row(1, "a", -30)], cut: true))
        #expect(found.map(\.text) == ["1 setting is deleted: its default holds"])
        let more = watch.observe(
            settings(60, count: 1500, (0..<3).map { row(2000 - UInt64($0), "n/\($0)", 50) }, cut: true))
        #expect(more.map(\.text) == ["3+ settings are saved: n/0 and 2 more"])
    }

    @Test func `a flag's setting concerns the flag`() {
        let flag = EntityID(.flag, "grid.async", in: "settings")
        var watch = ChangesWatch(
            ProbeSchedule(
                id: "db/changes", source: "db", kind: "mysql", subject: "changes", interval: .seconds(30),
                deadline: .seconds(4)), settings: [ExactName("dev/grid/async"): flag])
        _ = watch.observe(settings(0, count: 9, []))
        let found = watch.observe(
            settings(30, count: 9, [row(4, "dev/grid/async", 20), row(5, "dev/Grid/async", 25)]))
        #expect(found.map(\.about) == [[flag], []])
    }

    @Test func `a job's plan concerns the job`() {
        var watch = watch()
        _ = watch.observe(settings(0, count: 9, []))
        let found = watch.observe(
            settings(30, count: 9, [row(4, "crontab/default/jobs/erp_export/schedule/cron_expr", 20)]))
        #expect(found.first?.about == [EntityID(.cron, "erp_export", in: "db")])
    }

    @Test func `versions of modules and patches are told once, with the span in which they changed`() {
        var watch = watch()
        func code(_ seconds: Double, _ modules: [String: String], _ patches: ChangesReading.PatchList)
            -> ChangesReading
        {
            at(seconds) {
                $0.modules = modules
                $0.patches = patches
                $0.poisonPill = .init(mark: UInt64(modules.count))
            }
        }
        let before = ["Magento_Sales": "2.0.1", "Magento_Tax": "2.0.1", "Old_One": "1"]
        #expect(watch.observe(code(0, before, .init(count: 400, newestID: 410))).isEmpty)
        let after = ["Magento_Sales": "2.0.9", "Magento_Tax": "2.0.2", "Vendor_New": "1", "Vendor_Two": "1"]
        let patches = [(413, "C\\D"), (412, "A\\B"), (411, "Z\\Y")].map {
            ChangesReading.Patch(UInt64($0.0), $0.1)
        }
        let found = watch.observe(code(30, after, .init(count: 403, newestID: 413, newest: patches)))
        #expect(
            found.map(\.text).sorted() == [
                "2 modules have other versions: Magento_Sales from 2.0.1 to 2.0.9 and 1 more; "
                    + "2 modules are new: Vendor_New and 1 more; 1 module is gone: Old_One",
                "3 patches are applied: Z\\Y and 2 more; its consumers restart",
            ])
        #expect(found.allSatisfy { $0.after == now && $0.at == now.advanced(bySeconds: 30) })
        #expect(watch.observe(code(60, after, .init(count: 403, newestID: 413, newest: patches))).isEmpty)
        let taken = watch.observe(code(90, after, .init(count: 402, newestID: 413)))
        #expect(taken.map(\.text) == ["1 patch is no longer on the list"])
    }

    @Test func `the poison pill alone says that consumers restart`() {
        var watch = watch()
        #expect(watch.observe(at(0) { $0.poisonPill = .init(mark: nil) }).isEmpty)
        let found = watch.observe(at(30) { $0.poisonPill = .init(mark: 77) })
        #expect(found.map(\.kind) == [.consumersRestarted])
        #expect(found.first?.text.contains("77") == false)
        #expect(watch.observe(at(60) { $0.poisonPill = .init(mark: 77) }).isEmpty)
    }

    @Test func `maintenance mode has its flag's own time, and what was seen otherwise since has a span`() {
        var watch = watch()
        func mode(_ seconds: Double, since: Double?) -> [Change] {
            watch.observe(
                at(seconds) { $0.maintenance = .init(since: since.map { now.advanced(bySeconds: $0) }) })
        }
        #expect(mode(0, since: nil).isEmpty)
        let on = mode(30, since: 12)
        #expect(on.map(\.text) == ["maintenance mode is on"] && on.first?.at == now.advanced(bySeconds: 12))
        #expect(mode(60, since: 12).isEmpty)
        #expect(mode(90, since: 70).map(\.text) == ["maintenance mode is on again, it was off for a moment"])
        let off = mode(120, since: nil)
        #expect(off.map(\.text) == ["maintenance mode is off"])
        #expect(off.first?.after == now.advanced(bySeconds: 90))
        // A flag that was copied with its old time.
        let copied = mode(150, since: -500)
        #expect(copied.first?.after == now.advanced(bySeconds: 120))
    }

    @Test func `a release is told by its name, and one that is linked anew as well`() {
        var watch = watch()
        func link(_ seconds: Double, _ target: String?, made: Double) -> [String] {
            watch.observe(
                at(seconds) { $0.release = .init(target: target, made: now.advanced(bySeconds: made)) }
            )
            .map(\.text)
        }
        #expect(link(0, "/srv/releases/41", made: -600) == ["release is now 41"])
        #expect(link(30, "/srv/releases/42", made: 20) == ["release is now 42, was 41"])
        #expect(link(60, "/srv/releases/42", made: 50) == ["release is linked anew: 42, as before"])
        #expect(
            link(90, "/mnt/releases/42", made: 80) == [
                "release is now /mnt/releases/42, was /srv/releases/42"
            ])
        #expect(link(120, nil, made: 80) == ["release link is gone"])
        #expect(link(150, "/srv/releases/43", made: 140) == ["release is now 43"])
    }

    @Test func `what changed while nobody watched says so, and another store is a first look`() throws {
        var watch = watch()
        _ = watch.observe(at(0) { $0.patches = .init(count: 10, newestID: 10) })
        let kept = watch.memory
        var later = self.watch(kept)
        let found = later.observe(at(7 * 3600) { $0.patches = .init(count: 11, newestID: 11) })
        #expect(
            found.map(\.text) == ["1 patch is applied; when is not known, nobody watched for 7 h 00"])
        #expect(found.first?.after == now)
        var other = self.watch(kept, reach: "db2")
        #expect(other.observe(at(60) { $0.patches = .init(count: 99, newestID: 99) }).isEmpty)
    }

    @Test func `a part that was not read for a while is compared with when it last was`() {
        var watch = watch()
        _ = watch.observe(at(0) { $0.patches = .init(count: 10, newestID: 10) })
        _ = watch.observe(at(30) { _ in })
        let found = watch.observe(at(60) { $0.patches = .init(count: 12, newestID: 12) })
        #expect(found.map(\.text) == ["2 patches are applied"] && found.first?.after == now)
    }

    @Test func `hostile names are harmless and bounded`() {
        var watch = watch()
        _ = watch.observe(settings(0, count: 9, []))
        let long = String(repeating: "x", count: 5000)
        let found = watch.observe(settings(30, count: 9, [row(1, "a\u{1B}]0;b\u{7}\n\u{202E}c\(long)", 20)]))
        let text = found.first?.text ?? ""
        #expect(text.utf8.count <= Change.mostBytes && !text.isEmpty)
        #expect(!text.unicodeScalars.contains { $0.value < 32 || $0.value == 0x202E })
    }
}
