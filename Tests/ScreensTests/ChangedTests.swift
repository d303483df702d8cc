import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// What was changed, on the pages of what went wrong; and what a person notes.
@Suite struct ChangedTests {
    private func page(_ size: Size, _ fill: (inout Detail) -> Void) throws -> String {
        var model = ConsoleStore.model(size: size)
        let row = try #require(model.queues.first)
        model.focus = .queues
        model.press(.enter)
        var detail = Detail(entity: row.id)
        fill(&detail)
        _ = update(&model, .detail(row.id, detail))
        return view(model, Canvas(size: size, glyphs: .blocks)).glyphText
    }

    @Test func `a page tells what changed before, how long before, and by whom`() throws {
        let text = try page(Size(rows: 50, columns: 140)) { detail in
            let one = Change(
                id: "1", .config, "setting a/b/c is saved", at: ConsoleStore.at(-180).wall)
            let two = Change(
                id: "2", .deploy, "2.4.8-p1\u{1B}[2J", at: ConsoleStore.at(-660).wall, by: "ci")
            detail.changedBefore = [ChangeBook.Near(one, seconds: 180), ChangeBook.Near(two, seconds: 660)]
            let own = Change(id: "3", .flag, "mira turned x ON", at: ConsoleStore.at(-9000).wall)
            detail.changesOfIt = [own, one]
        }
        let lines = text.split(separator: "\n").map(String.init)
        let place = try #require(lines.firstIndex { $0.contains("What changed") })
        #expect(
            lines[place + 1].contains("3 min before") && lines[place + 1].contains("setting a/b/c is saved"))
        #expect(lines[place + 2].contains("11 min before") && lines[place + 2].contains("ci: 2.4.8-p1"))
        #expect(lines[place + 3].contains("mira turned x ON") && !lines[place + 3].contains("before"))
        #expect(!text.unicodeScalars.contains { $0.value == 0x1B })
    }

    @Test func `a page without any says nothing of it, and many are counted`() throws {
        #expect(try !page(Size(rows: 50, columns: 140)) { _ in }.contains("What changed"))
        let text = try page(Size(rows: 60, columns: 80)) { detail in
            detail.changedBefore = (0..<20).map { number in
                let at = ConsoleStore.at(-Double(number)).wall
                return ChangeBook.Near(Change(id: "\(number)", .note, "n", at: at), seconds: Double(number))
            }
        }
        #expect(text.contains("just before") && text.contains("and 12 more changes"))
    }

    @Test func `a note is sent, told as noted, and an empty one is not sent`() {
        var model = ConsoleStore.model()
        model.press(.character(":"))
        model.type("note carrier API is down")
        #expect(model.press(.enter) == [.submit(.note("carrier API is down"), 1)])
        _ = update(&model, .reply(1, .done))
        #expect(model.notice?.text == "noted: it stands among the changes")
        model.press(.character(":"))
        model.type("note ")
        #expect(model.press(.enter) == [])
        #expect(model.notice?.text.contains("note TEXT") == true)
    }

    @Test func `a change stands in the events without a mark of good or bad`() {
        var snapshot = ConsoleStore.snapshot()
        snapshot.events = [
            Event(
                at: ConsoleStore.at(-30).wall, status: nil, entity: nil, subject: "change",
                text: "ci: deploy 7")
        ]
        var model = ConsoleStore.model(snapshot)
        model.type("6")
        let text = view(model, Canvas(size: model.size, glyphs: .blocks)).glyphText
        #expect(text.contains("change  ci: deploy 7"))
    }
}
