import Platform

/// Something that goes wrong in a living store: how it is caused and mended, and what is to be told of it.
package struct StoreTrouble: Sendable {
    package let entity: String
    package let kind: String
    /// What the sentence says, figures aside.
    let words: [String]
    /// What there is no figure of but since when.
    var isPlain = false
    /// Seconds after the cause by which it may be said to have begun, on two busy cores: a broker counts anew each five
    /// seconds, which is read each two. What came before it is no cause.
    let beginsWithin: Double
    let cause: @Sendable (LivingStore) async throws -> Void
    let mend: @Sendable (LivingStore) async throws -> Void

    package var name: String { "\(entity) \(kind)" }

    /// What is wrong with how it was told, which began between two moments of the wall clock, in seconds since 1970.
    func flaws(of line: HeadlessWatch.Line, causedAt cause: Int, by end: Int) -> [String] {
        var flaws: [String] = []
        for word in words where !line.summary.contains(word) { flaws.append("nothing of \"\(word)\"") }
        if !isPlain, !line.summary.contains(where: \.isNumber) { flaws.append("no figure") }
        let since = StoreTime.seconds(of: line.since) ?? 0
        // Servers write whole seconds.
        if since < cause - 3 { flaws.append("begins \(cause - since) s before its cause") }
        if Double(since) > Double(end) + beginsWithin {
            flaws.append("begins \(since - end) s after its cause")
        }
        return flaws.map { "\($0): \(line.line)" }
    }
}

extension StoreTrouble {
    private static func sql(_ text: String) -> @Sendable (LivingStore) async throws -> Void {
        { _ = try await $0.database.query("SET time_zone='+00:00'; \(text)", database: "magento") }
    }

    private static func turn(
        _ queue: String, _ conduct: StoreWorker.Conduct
    ) -> @Sendable (LivingStore) async throws -> Void {
        { store in store.consumers.first { $0.queue == queue }?.worker.turn(conduct) }
    }

    private static func mood(
        _ change: @escaping @Sendable (inout StoreMoods.State) -> Void
    ) -> @Sendable (LivingStore) async throws -> Void {
        { $0.moods.turn(change) }
    }

    /// Evidence: told within seconds, and over as soon as it is over.
    package static let hard: [StoreTrouble] = [
        StoreTrouble(
            entity: "queue:erp.subscribed", kind: "no consumer", words: ["nobody takes", "wait"],
            beginsWithin: 20, cause: turn("erp.subscribed", .killed), mend: turn("erp.subscribed", .working)),
        StoreTrouble(
            entity: "queue:async.operations.all", kind: "stuck", words: ["lock held", "nothing"],
            beginsWithin: 20, cause: turn("async.operations.all", .hung),
            mend: turn("async.operations.all", .working)),
        blind("catalog_product_price"),
        StoreTrouble(
            entity: "indexer:cataloginventory_stock", kind: "invalid", words: ["invalid", "reindex"],
            isPlain: true, beginsWithin: 15,
            cause: { store in
                store.moods.turn { _ = $0.unbuilt.insert("cataloginventory_stock") }
                let text = "UPDATE indexer_state SET status='invalid',updated=UTC_TIMESTAMP() "
                try await sql("\(text)WHERE indexer_id='cataloginventory_stock'")(store)
            }, mend: mood { _ = $0.unbuilt.remove("cataloginventory_stock") }),
        StoreTrouble(
            entity: "cron:bulk_cleanup", kind: "errors", words: ["failed", "no such table"], beginsWithin: 75,
            cause: mood { _ = $0.failingJobs.insert("bulk_cleanup") },
            mend: mood { _ = $0.failingJobs.remove("bulk_cleanup") }),
        dead("expired_tokens_cleanup"),
    ]

    /// Statistics and deadlines of flows, and a level: over only when that is sure.
    package static let soft: [StoreTrouble] = [
        StoreTrouble(
            entity: "integration:orders-erp", kind: "failing",
            words: ["attempts failed in", "HTTP 500"], beginsWithin: 25,
            cause: mood { $0.failsOrders = true }, mend: mood { $0.failsOrders = false }),
        StoreTrouble(
            entity: "integration:payment-psp", kind: "silent", words: ["silent", "limit"], beginsWithin: 25,
            cause: mood { $0.isWithoutPayments = true }, mend: mood { $0.isWithoutPayments = false }),
        StoreTrouble(
            entity: "queue:erp.dead", kind: "growing", words: ["messages came in", " wait"],
            beginsWithin: 25,
            cause: { store in
                for _ in 1...6 {
                    try await store.broker.publish(3, to: "erp.dead")
                    try await Task.sleep(for: .seconds(3))
                }
            }, mend: { try await $0.broker.management("DELETE", "/api/queues/%2F/erp.dead/contents") }),
    ]

    /// What takes minutes to be told with the limits that everybody has.
    package static let slow: [StoreTrouble] = [
        StoreTrouble(
            entity: "cron:heartbeat", kind: "stopped", words: ["cron"], beginsWithin: 130,
            cause: { $0.turnCron(.killed) }, mend: { $0.turnCron(.working) })
    ]

    /// The changes of an indexer that nobody writes down any more.
    private static func blind(_ view: String) -> StoreTrouble {
        let trigger = "trg_inventory_source_item_after_update_\(view)"
        return StoreTrouble(
            entity: "indexer:\(view)", kind: "blind", words: ["1 of 1 trigger", "changes are not seen"],
            beginsWithin: 80, cause: sql("DROP TRIGGER \(trigger)"),
            mend: sql(
                "CREATE TRIGGER \(trigger) AFTER UPDATE ON inventory_source_item FOR EACH ROW "
                    + "INSERT IGNORE INTO `\(view)_cl` (`entity_id`) VALUES (NEW.`source_item_id`)"))
    }

    /// A job that is marked as running, and whose process and lock are gone: a person who sees it starts it again.
    private static func dead(_ job: String) -> StoreTrouble {
        StoreTrouble(
            entity: "cron:\(job)", kind: "running", words: ["running", "lock gone: the process died"],
            beginsWithin: 15,
            cause: sql(
                "INSERT INTO cron_schedule (job_code,status,scheduled_at,executed_at) "
                    + "VALUES ('\(job)','running',UTC_TIMESTAMP(),UTC_TIMESTAMP())"),
            mend: sql(
                "UPDATE cron_schedule SET status='error',finished_at=UTC_TIMESTAMP() "
                    + "WHERE job_code='\(job)' AND status='running'; "
                    + "INSERT INTO cron_schedule (job_code,status,scheduled_at,executed_at,finished_at) VALUES "
                    + "('\(job)','success',UTC_TIMESTAMP(),UTC_TIMESTAMP(),UTC_TIMESTAMP())"))
    }
}
