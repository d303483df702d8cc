import Documents
import Engine
import FeatureFlags
import Monitoring
import Persistence
import Platform
import Testing
import Synchronization
import TestSupport

@Suite struct StateFileTests {
    private func state(_ number: Int64) -> EngineState {
        var state = EngineState()
        state.lastSuccesses["cron:nightly"] = WallTime(seconds: number)
        state.since["queue:erp"] = .init(status: .critical, since: WallTime(seconds: number))
        state.indexerProgress["price"] = .init(version: UInt64(number), movedAt: WallTime(seconds: number))
        state.triggerBaselines["price"] = 9
        state.flagChanges["erp.v2"] = .init(by: "mira", at: WallTime(seconds: number))
        state.flagEnds = ["flag@flagd:erp.v2": "op-1"]
        let change = FlagChange(
            opID: "op-1", flag: "erp.v2", backend: "flagd", from: .on, to: .off, expectedRevision: "r1")
        state.halfDone["flag@flagd:erp.v2"] = .init(
            change: change, why: "the cache is not cleaned", at: WallTime(seconds: number))
        state.crossings["flag@flagd:erp.v2"] = "another program wrote it"
        state.flagValues["flag@flagd:erp.v2"] = .variant("os2")
        state.conditions["queue:erp"] = ["noConsumer": WallTime(seconds: number)]
        state.asides["queue:erp"] = AsideBook.Entry(
            Aside(by: "mira", why: "ERP is closed", at: WallTime(seconds: number), .shift),
            told: Told([.init(.noConsumer, .critical), .init(.notice, .warning, words: "the disk is full")]))
        let success = CronRun(.success, ended: WallTime(seconds: number))
        state.cronJobs = ["cron@db:nightly": CronMemory(success: success)]
        state.queues["queue@db:erp"] = QueueWatch.Memory(usualWait: 30, hadConsumer: true)
        state.listed["queue@db:erp"] = .init(
            reach: "db1", form: "db", waiting: 600, goneSince: WallTime(seconds: number))
        state.fillAlerts(number)
        state.changes = [.sample(number)]
        state.changesSeen = ["db/changes": .sample(number)]
        state.savedAt = WallTime(seconds: number)
        return state
    }

    @Test func `every member that is kept is read again`() throws {
        let kept = state(7)
        let text = try JSONWriter.write(kept)
        #expect(try JSON.decode(EngineState.self, from: text, name: "state.json") == kept)
        // None is left empty in this test, so that one that is not read cannot hide.
        for (name, value) in Mirror(reflecting: kept).children {
            let isEmpty = Mirror(reflecting: value).children.isEmpty
            #expect(!isEmpty, "\(name ?? "") is empty here")
        }
    }

    @Test func `what was set aside by a rule that this program does not know is told again`() throws {
        let aside = #"{"at":1,"by":"mira","why":"closed"}"#
        let entry = #"{"aside":\#(aside),"told":[{"rule":"RULE","status":"critical"}]}"#
        func kept(_ rule: String) throws -> EngineState {
            let text = #"{"asides":{"queue:erp":\#(entry.replacing("RULE", with: rule))},"savedAt":5}"#
            return try JSON.decode(EngineState.self, from: Array(text.utf8), name: "state.json")
        }
        #expect(try kept("depth").asides["queue:erp"]?.told == Told([.init(.depth, .critical)]))
        #expect(try kept("gone").asides.isEmpty)
        #expect(try kept("gone").savedAt == WallTime(milliseconds: 5))
    }

    @Test func `what was saved is loaded, and nothing is there before the first save`() throws {
        let ops = RecordingOps()
        #expect(try StateStorage(in: ops).load() == nil)
        let storage = StateStorage(in: ops)
        try storage.save(state(1))
        try storage.save(state(2))
        let loaded = try #require(try StateStorage(in: ops).load())
        #expect(loaded.state == state(2) && loaded.note == nil)
    }

    /// Every step of a save, every state a power cut may leave.
    @Test func `a power cut at any step leaves the old state or the new one`() throws {
        let first = RecordingOps()
        try StateStorage(in: first).save(state(1))
        let contents = first.contents
        let counting = RecordingOps(contents)
        let probe = StateStorage(in: counting)
        _ = try probe.load()
        try probe.save(state(2))
        let steps = counting.steps.count
        var checked = 0
        for cut in 0...steps {
            let ops = RecordingOps(contents)
            ops.configure { $0.powerCut = cut }
            let storage = StateStorage(in: ops)
            _ = try? storage.load()
            let isSaved = (try? storage.save(state(2))) != nil
            for left in ops.statesAfterPowerCut() {
                let after = RecordingOps(left)
                let loaded = try #require(try StateStorage(in: after).load(), "step \(cut): nothing left")
                #expect(loaded.state == state(2) || (loaded.state == state(1) && !isSaved), "step \(cut)")
                checked += 1
                // And what was recovered can be saved over without a moment of nothing.
                try StateStorage(in: after).save(state(3))
                for again in after.statesAfterPowerCut() {
                    #expect(try StateStorage(in: RecordingOps(again)).load()?.state == state(3))
                }
            }
        }
        #expect(checked > steps)
    }

    @Test(arguments: ["sync", "rename", "syncDirectory"])
    func `the test above notices a step left out`(verb: String) throws {
        let first = RecordingOps()
        try StateStorage(in: first).save(state(1))
        let ops = RecordingOps(first.contents)
        ops.configure { $0.ignored = [verb] }
        let storage = StateStorage(in: ops)
        _ = try storage.load()
        try storage.save(state(2))
        let results = try ops.statesAfterPowerCut().map { left in
            try StateStorage(in: RecordingOps(left)).load()?.state
        }
        #expect(results.contains { $0 != state(2) })
    }

    @Test func `a damaged file is set aside and the copy before it is used`() throws {
        let ops = RecordingOps()
        let storage = StateStorage(in: ops)
        try storage.save(state(1))
        try storage.save(state(2))
        var contents = ops.contents
        var bytes = try #require(contents["state.json"])
        bytes[bytes.count / 2] ^= 1
        contents["state.json"] = bytes
        let after = RecordingOps(contents)
        let next = StateStorage(in: after)
        let loaded = try #require(try next.load())
        #expect(loaded.state == state(1))
        #expect(
            loaded.note
                == "state recovered from the copy before the last save; the damaged file is kept as state.json.bad-1"
        )
        #expect(after.contents["state.json.bad-1"] == bytes)
        try next.save(state(3))
        #expect(try StateStorage(in: after).load()?.state == state(3))
    }

    @Test func `two damaged files start empty and say so`() throws {
        let ops = RecordingOps(["state.json": Array("x".utf8), "state.json.prev": Array("{}\n".utf8)])
        let loaded = try #require(try StateStorage(in: ops).load())
        #expect(loaded.state == EngineState())
        #expect(loaded.note?.contains("damaged") == true)
    }

    @Test func `every single flipped bit is found`() throws {
        let ops = RecordingOps()
        try StateStorage(in: ops).save(state(1))
        let bytes = try #require(ops.contents["state.json"])
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1 << UInt8(place % 8)
            do {
                let read = try StateFormat.current.read(changed)
                // The generation alone is not under the checksum; a wrong one does no harm.
                #expect(read.state == state(1), "byte \(place)")
            } catch is StateFormat.Newer {
                // Refused: nothing is lost.
            } catch {
                // Found.
            }
        }
    }

    @Test func `what a newer program wrote is refused and never overwritten`() throws {
        let newer = try StateFormat(schema: 3, migrations: [:]).write(state(9), generation: 3)
        let ops = RecordingOps(["state.json": newer])
        let storage = StateStorage(in: ops)
        #expect(throws: StorageFailure.self) { try storage.load() }
        #expect(throws: StorageFailure.self) { try storage.save(state(1)) }
        #expect(ops.contents == ["state.json": newer])
    }

    @Test func `an older format is carried over step by step`() throws {
        let old = try StateFormat(schema: 1, migrations: [:]).write(state(9), generation: 3)
        let withoutBaselines: StateFormat.Migration = { node in
            var node = node
            guard case .mapping(var members) = node.content else { return node }
            for place in members.indices where members[place].key == "triggerBaselines" {
                members[place].value = Node(.mapping([]), at: members[place].value.place)
            }
            node.content = .mapping(members)
            return node
        }
        let format = StateFormat(schema: 3, migrations: [1: withoutBaselines, 2: { $0 }])
        let read = try format.read(old)
        #expect(read.state.triggerBaselines.isEmpty && read.state.lastSuccesses == state(9).lastSuccesses)
        #expect(throws: StateFormat.Damaged.self) {
            try StateFormat(schema: 2, migrations: [:]).read(old)
        }
    }

    /// The file as version 1 of the format wrote it, kept for ever.
    @Test func `the fixture of format 1 is read`() throws {
        let read = try StateFormat.current.read(Array(Self.formatOne.utf8))
        var then = state(1_795_834_800)
        then.asides = [:]
        then.cronJobs = nil
        then.queues = [:]
        then.listed = [:]
        then.flagValues = [:]
        then.flagEnds = nil
        then.halfDone = [:]
        then.crossings = [:]
        then.emptyAlerts()
        then.changes = []
        then.changesSeen = [:]
        #expect(read.state == then && read.generation == 7)
    }

    @Test func `the fixture of format 2 is read`() throws {
        let (state, generation) = try StateFormat.current.read(Array(Self.formatTwo.utf8))
        let then = WallTime(seconds: 1_795_834_800)
        let queue = EntityID(.queue, "erp", in: "rabbit", virtualHost: "/").key
        #expect(generation == 12 && state.savedAt == then)
        #expect(state.since[queue] == .init(status: .critical, since: then))
        #expect(state.conditions[queue] == ["stalled": then])
        #expect(state.queues[queue]?.left == 940 && state.queues[queue]?.depth == 60)
        #expect(state.asides[queue]?.aside.why == "ERP is closed" && state.asides[queue]?.told != nil)
        #expect(state.cronJobs?["cron@magento-db:nightly"]?.success?.ended == then)
        #expect(state.flagChanges["flag@flagd:erp.v2"]?.by == "mira")
        #expect(state.indexerProgress["indexer@magento-db:price"]?.version == 41)
        #expect(state.triggerBaselines["indexer@magento-db:price"] == 9)
        #expect(state.lastSuccesses["integration:orders-erp"] == then)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a second console of the same user keeps nothing and says so`() async throws {
        let folder = try TemporaryFolder("state")
        let path = folder.path("eu-shop")
        let first = try StateDirectory.open(path)
        try await first.state.save(state(1))
        let second = try StateDirectory.open(path)
        #expect(first.isOurs && !second.isOurs)
        #expect(try await second.state.load()?.state == state(1))
        await #expect(throws: StorageFailure(StateDirectory.keptByAnother)) {
            try await second.state.save(state(2))
        }
        #expect(try await first.state.load()?.state == state(1))
    }

    /// A child of another test holds a copy of the lock's descriptor between its fork and its exec.
    private func ours(_ path: String) async throws -> StateDirectory {
        let found = Mutex<StateDirectory?>(nil)
        try await eventually("the lock is free") {
            let directory = try StateDirectory.open(path)
            if directory.isOurs { found.withLock { $0 = directory } }
            return directory.isOurs
        }
        return try #require(found.withLock { $0 })
    }

    @Test(.timeLimit(.minutes(1)))
    func `keeps the lock as long as any of its files is held`() async throws {
        let folder = try TemporaryFolder("state")
        let path = folder.path("eu-shop")
        var journal: JournalFile? = try StateDirectory.open(path).journal
        #expect(journal != nil)
        #expect(try !StateDirectory.open(path).isOurs)
        journal = nil
        _ = try await ours(path)
    }

    @Test(.timeLimit(.minutes(1)))
    func `who only looks makes, locks, mends and writes nothing`() async throws {
        let folder = try TemporaryFolder("state")
        let path = folder.path("eu-shop")
        #expect(try StateFile.looking(in: path).map { _ in true } == nil)
        #expect(try Files.facts(path) == nil)
        try await ours(path).state.save(state(1))
        try await ours(path).state.save(state(2))
        let reader = try #require(try StateFile.looking(in: path))
        #expect(try await reader.load()?.state == state(2))
        _ = try await ours(path)
        try folder.write("torn", to: "eu-shop/state.json")
        let loaded = try #require(try await reader.load())
        #expect(loaded.state == state(1) && loaded.note?.contains("copy before") == true)
        #expect(try Files.read(path + "/state.json", limit: 100) == Array("torn".utf8))
        await #expect(throws: StorageFailure.self) { try await reader.save(state(3)) }
    }

    static let formatOne = #"""
        {"crc32c":"f58d7415","generation":7,"length":518,"schema":1}
        {
          "conditions": {
            "queue:erp": {
              "noConsumer": 1795834800000
            }
          },
          "flagChanges": {
            "erp.v2": {
              "at": 1795834800000,
              "by": "mira"
            }
          },
          "indexerProgress": {
            "price": {
              "movedAt": 1795834800000,
              "version": 1795834800
            }
          },
          "lastSuccesses": {
            "cron:nightly": 1795834800000
          },
          "savedAt": 1795834800000,
          "since": {
            "queue:erp": {
              "since": 1795834800000,
              "status": "critical"
            }
          },
          "triggerBaselines": {
            "price": 9
          }
        }

        """#

    static let formatTwo = #"""
        {"crc32c":"64b36f11","generation":12,"length":1334,"schema":2}
        {
          "asides": {
            "queue@rabbit/%2F:erp": {
              "aside": {
                "at": 1795834800000,
                "by": "mira",
                "until": 1795863600000,
                "why": "ERP is closed"
              },
              "told": [
                {
                  "rule": "noConsumer",
                  "status": "critical"
                },
                {
                  "rule": "notice",
                  "status": "warning",
                  "words": "the disk is full"
                }
              ]
            }
          },
          "conditions": {
            "queue@rabbit/%2F:erp": {
              "stalled": 1795834800000
            }
          },
          "cronJobs": {
            "cron@magento-db:nightly": {
              "success": {
                "end": "success",
                "ended": 1795834800000,
                "id": 0
              }
            }
          },
          "flagChanges": {
            "flag@flagd:erp.v2": {
              "at": 1795834800000,
              "by": "mira"
            }
          },
          "indexerProgress": {
            "indexer@magento-db:price": {
              "movedAt": 1795834800000,
              "version": 41
            }
          },
          "lastSuccesses": {
            "integration:orders-erp": 1795834800000
          },
          "queues": {
            "queue@rabbit/%2F:erp": {
              "arrived": 1000,
              "depth": 60,
              "hadConsumer": true,
              "left": 940,
              "usualWait": 30
            }
          },
          "savedAt": 1795834800000,
          "since": {
            "queue@rabbit/%2F:erp": {
              "since": 1795834800000,
              "status": "critical"
            }
          },
          "triggerBaselines": {
            "indexer@magento-db:price": 9
          }
        }

        """#
}
