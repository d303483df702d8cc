internal import Monitoring
internal import Platform
import Text

extension MySQLStore {
    /// Tests the source step by step: name, connect, TLS, login, privileges, guards, one probe. Uses
    /// connections of its own, so that a running console is not disturbed. Returns within `limit` and a
    /// probe's deadline.
    package nonisolated func diagnose(within limit: Duration = .seconds(10)) async -> [DoctorStep] {
        let source = source
        if let objection = source.objection {
            return [DoctorStep("config", .failed, objection.message, advice: objection.advice)]
        }
        // Said first, whether or not it comes so far.
        let warning: [DoctorStep] = source.insecure.map { [.withoutTLS($0)] } ?? []
        let password: String?
        do {
            password = try await source.password()
        } catch {
            let saw = (error as? ReadFailure)?.message ?? "\(error)"
            return [DoctorStep("password", .failed, saw, advice: "Check where `password` says it is kept.")]
        }
        let promise = Promise<[DoctorStep]>()
        let end = ContinuousClock.now + limit
        do throws(SystemError) {
            try SystemThread.start("doctor") {
                promise.keep(Self.examine(source, password, patience: limit))
            }
        } catch {
            return [DoctorStep("connect", .failed, "\(error)")]
        }
        guard var steps = await promise.value(until: end) else {
            return warning + [
                DoctorStep(
                    "connect", .failed, "no answer from \(source.place) within \(limit)",
                    advice: "Is the server frozen, or the name server?")
            ]
        }
        if let index = steps.firstIndex(where: { $0.name == "connect" && $0.outcome == .failed }),
            let refusal = await MySQLCause.refusal(source)
        {
            (steps[index].text, steps[index].advice) = (refusal.message, refusal.advice)
        }
        if source.insecure != nil { steps = warning + steps.filter { $0.name != "TLS" } }
        if steps.contains(where: { $0.outcome == .failed }) {
            return steps + [DoctorStep("probe", .skipped, "")]
        }
        let probe = MySQLProbe(CronReader(source), of: MySQLStore(source))
        do throws(ReadFailure) {
            let sample = try await probe.read()
            let cost = sample.cost
            steps.append(
                DoctorStep(
                    "probe", .ok,
                    "cron in \(Figures.counted(cost.queries, "query", "queries")), \(ByteSize.text(cost.bytes)), "
                        + Figures.fixed(cost.milliseconds, decimals: 0) + " ms"))
        } catch {
            steps.append(DoctorStep("probe", .failed, error.message, advice: error.advice))
        }
        await probe.close()
        return steps
    }

    private static func examine(
        _ source: MySQLSource, _ password: String?, patience: Duration
    ) -> [DoctorStep] {
        let session: MySQLSession
        do throws(ConnectFailure) {
            session = try MySQLSession(source, password: password, patience: patience)
        } catch {
            return stepsUntil(
                MySQLCause.explained(error, source, password, patience: patience), source)
        }
        var steps = ["name", "connect"].map { DoctorStep($0, .ok, source.place) }
        steps.append(
            session.cipher.map { DoctorStep("TLS", .ok, $0) } ?? .withoutTLS(source.insecure))
        steps.append(DoctorStep("login", .ok, source.user))
        let guards = step("guards") { () throws(ReadFailure) in
            try session.guardItself()
            return "read only, statements at most \(source.statementLimit), locks at most 1 s"
        }
        steps.append(
            step("server") { () throws(ReadFailure) in
                let facts = try ServerFacts(session, greeting: session.greeting)
                if facts.galera?.isReady == false {
                    throw ReadFailure(
                        .unreachable, facts.text, advice: "Ask a node that is part of the cluster.")
                }
                return facts.text + (facts.lockNotice.map { "; \($0)" } ?? "")
            })
        steps.append(
            step("privileges") { () throws(ReadFailure) in
                let catalog = try session.catalog()
                if !catalog.has(FoundStore.table) {
                    throw ReadFailure(
                        .unusable,
                        "there is no table \(source.tablePrefix)\(FoundStore.table) in \(source.database) "
                            + "the account may read",
                        advice: FoundStore.advice(try FoundStore.all(session), of: source))
                }
                for table in ["cron_schedule", "indexer_state", "mview_state"] {
                    _ = try session.rows("SELECT 1 FROM \(try catalog.table(table)) LIMIT 1")
                }
                if !source.topics.isEmpty { _ = try BulkReader.queries(catalog) }
                let missing = catalog.missing
                return Figures.counted(catalog.tables.count, "table") + " of the store"
                    + (missing.isEmpty ? "" : ", without \(missing.joined(separator: ", "))")
                    + (catalog.canSeeTriggers ? "" : "; triggers not visible (GRANT TRIGGER shows them)")
            })
        steps.append(changes(session))
        return steps + [guards]
    }

    /// Without them the store is watched all the same.
    private static func changes(_ session: MySQLSession) -> DoctorStep {
        do throws(ReadFailure) {
            let (text, advice) = try ChangesReader.examine(session)
            return DoctorStep("changes", advice.isEmpty ? .ok : .skipped, text, advice: advice)
        } catch {
            return DoctorStep("changes", .skipped, error.message, advice: error.advice)
        }
    }

    private static func step(_ name: String, _ body: () throws(ReadFailure) -> String) -> DoctorStep {
        do throws(ReadFailure) {
            return DoctorStep(name, .ok, try body())
        } catch {
            return DoctorStep(name, .failed, error.message, advice: error.advice)
        }
    }

    /// How far a connection came, by the number of its error.
    private static func stepsUntil(_ error: ConnectFailure, _ source: MySQLSource) -> [DoctorStep] {
        let names = ["name", "connect", "TLS", "login", "server", "privileges", "changes", "guards"]
        let failed =
            switch error.code {
            case 0: "connect"
            case 2005: "name"
            case 2026 where error.failure.kind == .unreachable: "connect"
            case 2026: "TLS"
            case 2001..<3000 where error.code != 2049 && error.code != 2059 && error.code != 2061: "connect"
            case 1040, 1129, 1130: "connect"
            default: "login"
            }
        let place = names.firstIndex(of: failed) ?? 0
        return names.enumerated().map { index, name in
            index < place
                ? name == "TLS" && source.tls == .off
                    ? .withoutTLS(source.insecure) : DoctorStep(name, .ok, "")
                : index == place
                    ? DoctorStep(name, .failed, error.failure.message, advice: error.failure.advice)
                    : DoctorStep(name, .skipped, "")
        }
    }
}
