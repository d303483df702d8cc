import Monitoring
import TestSupport
import Testing

@testable import Probes

/// What a table of settings owes those who read flags from it, on the fake of their tests and on a store's own.
@Suite(.timeLimit(.minutes(3))) struct SettingsContractTests {
    enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case fake, store
        var testDescription: String { rawValue }
    }

    /// A table in which `a/b/c` is 1 and `a/b/d` is 2, and what others do to it.
    private struct Subject {
        let table: any SettingsTable
        let turn: (_ value: String) async throws -> Void
        let cut: (_ isCut: Bool) async throws -> Void

        init(_ kind: Kind) async throws {
            switch kind {
            case .fake:
                func row(_ path: String, _ value: String) -> StoredSettings.Row {
                    StoredSettings.Row(
                        scope: "default", code: "", path: path, value: value, updated: WallTime(seconds: 1))
                }
                let fake = FakeSettingsTable([row("a/b/c", "1"), row("a/b/d", "2"), row("a/b/E", "3")])
                table = fake
                turn = { value in
                    fake.edit {
                        $0.rows[0].value = value
                        $0.rows[0].updated = WallTime(seconds: 2)
                    }
                }
                cut = { fake.fail($0 ? ReadFailure(.unreachable, "magento-db is gone") : nil) }
            case .store:
                let store = try await StoreServer()
                try await store.run(
                    """
                    INSERT INTO core_config_data (scope,scope_id,path,value,updated_at) VALUES
                      ('default',0,'a/b/c','1',NOW()-INTERVAL 1 HOUR),('default',0,'a/b/d','2',NOW()),
                      ('default',0,'a/b/E','3',NOW())
                    """)
                table = MySQLStore(store.source()).settingsTable()
                turn = {
                    try await store.run(
                        "UPDATE core_config_data SET value='\($0)',updated_at=NOW() WHERE path='a/b/c'")
                }
                cut = { isCut in
                    if isCut { try await store.server.stop(9) } else { try await store.server.start() }
                }
            }
        }

        func row() async throws -> StoredSettings.Row? {
            let rows = try await table.settings(["a/b/c"]).rows
            #expect(rows.count == 1)
            return rows.first
        }
    }

    @Test(arguments: Kind.allCases)
    func `tells the rows of the paths that are asked for, byte for byte, and no others`(kind: Kind)
        async throws
    {
        let subject = try await Subject(kind)
        #expect(try await subject.row()?.value == "1")
        let both = try await subject.table.settings(["a/b/c", "a/b/d"]).rows
        #expect(Set(both.map(\.path)) == ["a/b/c", "a/b/d"] && both.allSatisfy { $0.code == "" })
        #expect(try await subject.table.settings(["a/b"]).rows.isEmpty)
        // The server holds these for one, the shop does not.
        #expect(try await subject.table.settings(["a/b/e"]).rows.isEmpty)
    }

    @Test(arguments: Kind.allCases)
    func `tells a change with its time, and the same again while nothing changes`(kind: Kind) async throws {
        let subject = try await Subject(kind)
        let first = try await subject.row()
        #expect(try await subject.row() == first)
        try await subject.turn("0")
        let changed = try #require(try await subject.row())
        let before = try #require(first?.updated)
        #expect(changed.value == "0")
        #expect(changed.updated.map { $0 > before } == true)
    }

    @Test(arguments: Kind.allCases)
    func `who is gone fails in words, and tells all when it is back`(kind: Kind) async throws {
        let subject = try await Subject(kind)
        _ = try await subject.row()
        try await subject.cut(true)
        let gone = await failure { _ = try await subject.table.settings(["a/b/c"]) }
        #expect(gone?.kind == .unreachable && gone?.message.isEmpty == false)
        try await subject.cut(false)
        #expect(try await subject.row()?.value == "1")
    }
}
