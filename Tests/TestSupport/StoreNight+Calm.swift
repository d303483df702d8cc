import EngineAPI
import FeatureFlags
import Monitoring

extension StoreNight {
    /// 07:42:10 on the next morning, and what can happen to it.
    enum Calm {
        static let now = moment(clock(7, 42, 10, day: 23))
        private static let read = ago(2, now)

        static var snapshot: Snapshot {
            var snapshot = Snapshot(
                at: now,
                environment: EnvironmentFacts(name: "eu-shop", isProduction: true, access: .readOnly))
            snapshot.generation = 9000
            snapshot.window = WindowClock(start: clock(13, 10, day: 19), days: 14, title: "2.4.6 to 2.4.8")
            snapshot.queues = queues
            snapshot.integrations = flows
            snapshot.cron = cron
            snapshot.indexers = indexers
            snapshot.flags = flags
            snapshot.sources = sources
            snapshot.events = [
                Event(
                    at: clock(2, 31, day: 23), status: .ok, entity: EntityID(.queue, "erp.order.export"),
                    subject: "queue", text: "erp.order.export is ok again after 44 min"),
                Event(
                    at: clock(6, 0, day: 23), status: nil, entity: EntityID(.flag, "stock.delta"),
                    subject: "flag", text: "mira turned stock.delta ON, seen 3 s later"),
            ]
            return snapshot
        }

        static var queues: [QueueRow] {
            let flat: [Double?] = [0, 0, 0, 0, 0, 0, 0, 0]
            func q(
                _ name: String, _ transport: QueueReading.Transport, _ depth: Int, _ inRate: Double,
                _ outRate: Double, _ oldest: Double?, _ consumers: QueueReading.Consumers,
                _ trend: [Double?] = [0, 0, 0, 0, 0, 0, 0, 0]
            ) -> QueueRow {
                queue(
                    name, transport, depth, in: inRate, out: outRate, oldest: oldest, consumers, trend,
                    read: read)
            }
            let idle = [
                "product_alert.queue", "sales.rule.quote.trigger.recollect", "sales.rule.update.coupon.usage",
                "async.dead", "negotiable.quote.update", "quote.cleanup", "shared.catalog.permissions",
                "staging.synchronize", "saas.export.products",
            ]
            return [
                q("async.operations.all", .amqp, 3, 0.9, 0.9, 1, .lockHeld, [2, 1, 2, 1, 1, 1, 1, 2]),
                q("codegenerator", .db, 0, 0, 0, nil, .lockHeld),
                q("crm.customer.sync", .amqp, 1, 0.21, 0.21, 1, .subscribed(1), [0, 0, 1, 0, 0, 0, 0, 0]),
                q("erp.order.export", .amqp, 2, 1.84, 1.84, 1, .subscribed(2), [0, 0, 1, 0, 0, 1, 0, 0]),
                q(
                    "erp.order.export.failed", .amqp, 6, 0, 0, 259_300, .subscribed(0),
                    [6, 6, 6, 6, 6, 6, 6, 6]),
                q(
                    "erp.order.export.retry", .amqp, 1, 0.01, 0.01, 40, .subscribed(0),
                    [0, 0, 0, 1, 0, 0, 0, 0]),
                q("export", .db, 0, 0, 0, nil, .lockHeld),
                q("inventory.indexer.stock", .amqp, 3, 0.4, 0.41, 4, .lockHeld, [2, 1, 2, 2, 1, 2, 2, 1]),
                q("inventory.mass.update", .amqp, 0, 0, 0, nil, .lockHeld),
                q(
                    "inventory.reservations.updateSalabilityStatus", .amqp, 2, 0.15, 0.15, 1, .lockHeld,
                    [0, 1, 0, 0, 1, 0, 0, 0]),
                q("marketing.events", .amqp, 1, 0.86, 0.87, 1, .subscribed(1), [0, 0, 1, 0, 0, 0, 1, 0]),
                q(
                    "media.storage.catalog.image.resize", .db, 9, 0.31, 0.3, 8, .lockHeld,
                    [1, 1, 2, 3, 3, 2, 3, 3]),
                q("product_action_attribute.update", .amqp, 0, 0.02, 0.02, nil, .lockHeld),
                q("shipping.labels", .amqp, 0, 0, 0, nil, .subscribed(1)),
            ] + idle.map { q($0, .db, 0, 0, 0, nil, .lockHeld, flat) }
        }

        static var flows: [IntegrationRow] {
            func f(
                _ thing: String, _ direction: Integration.Direction, _ system: String, _ ok: Double,
                fail: Double = 0, retry: Double = 0, _ share: (Int, Int), _ hour: (Int, Int), _ p95: Double,
                last: Double, _ owner: String, _ source: String = "app1 log"
            ) -> IntegrationRow {
                flow(
                    thing, direction, system, ok: ok, fail: fail, retry: retry, share: share, hour: hour,
                    p95: p95, last: now.wall.advanced(bySeconds: -last), owner: owner, source: source,
                    read: read)
            }
            var returns = f("returns", .in, "WMS", 0, (0, 0), (0, 0), 0, last: 0, "deniz")
            returns.judgement = Judgement(.off, ["off since 21 Nov 13:40, by mira"])
            var labels = f("labels", .both, "parcel", 14.8, (1, 9), (3, 800), 0.9, last: 3, "deniz")
            labels.isFewFiveMinutes = true
            return [
                f("catalog", .in, "PIM", 52, (1, 500), (1, 600), 0.4, last: 1, "deniz", "magento-db"),
                f("customers", .out, "CRM", 12.6, (0, 63), (1, 750), 0.3, last: 4, "mira", "magento-db"),
                f("events", .out, "mail", 51.6, retry: 0.1, (0, 258), (0, 3000), 0.2, last: 1, "lea"),
                f("inventory", .in, "WMS", 96, (1, 480), (9, 5760), 0.6, last: 1, "deniz", "magento-db"),
                labels,
                f("orders", .out, "BI", 36.8, (0, 184), (0, 2200), 0.2, last: 2, "lea"),
                f(
                    "orders", .out, "ERP", 110.4, retry: 0.4, (1, 550), (9, 6600), 0.5, last: 1, "mira",
                    "magento-db"),
                f("payments", .both, "PSP", 36.2, (1, 181), (6, 2170), 0.6, last: 2, "jonas", "app2 log"),
                f("shipments", .in, "WMS", 15.2, (0, 76), (0, 910), 0.4, last: 3, "deniz"),
                f("stock", .in, "ERP", 52, (0, 260), (0, 3120), 0.8, last: 1, "mira"),
                f("tax", .both, "vendor", 44.1, (0, 220), (0, 2646), 0.3, last: 1, "jonas"),
                returns,
            ]
        }

        static var cron: CronRows {
            var cron = CronRows()
            cron.judgement = .ok
            cron.readAt = read
            cron.sources = ["magento-db"]
            cron.lastBeat = now.wall.advanced(bySeconds: -5)
            cron.missedLastHour = 0
            cron.errorsLastHour = 0
            cron.aliveGroups = ["default", "index", "consumers", "acme"]
            let named: [(String, Double, Double, String)] = [
                ("acme_erp_reconcile", 115, 420, "acme"), ("acme_marketing_feed", 660, 150, "acme"),
                ("bulk_cleanup", 8, 50, "default"), ("catalogrule_apply_all", 27_600, 57_600, "default"),
                ("consumers_runner", 7, 50, "consumers"), ("indexer_reindex_all_invalid", 7, 50, "index"),
                ("indexer_update_all_views", 5, 50, "index"), ("newsletter_send_all", 150, 150, "default"),
                ("sales_clean_quotes", 31_260, 54_000, "default"),
                ("sales_grid_order_async_insert", 8, 50, "default"),
                ("sales_send_order_emails", 6, 50, "default"),
            ]
            let others = [
                "analytics_collect_data", "analytics_subscribe", "analytics_update",
                "aggregate_sales_report_bestsellers",
                "aggregate_sales_report_coupons", "aggregate_sales_report_invoiced", "backend_clean_cache",
                "captcha_delete_expired_images", "captcha_delete_old_attempts", "catalog_index_refresh_price",
                "catalog_product_alert", "catalog_product_frontend_actions_flush", "currency_rates_update",
                "expired_tokens_cleanup", "magento_newrelicreporting_cron",
                "messagequeue_clean_outdated_locks",
                "outdated_authentication_failures_cleanup", "persistent_clear_expired",
                "security_clean_admin_expired_sessions",
                "sitemap_generate",
            ]
            cron.jobs =
                named.map { job($0.0, ago: $0.1, next: $0.2, group: $0.3, read: now) }
                + others.map { job($0, ago: 1800, next: 1800, group: nil, read: now) }
            for index in cron.jobs.indices { cron.jobs[index].readAt = read }
            return cron
        }

        static var indexers: [IndexerRow] {
            let rows: [(String, Int, Double?, Double)] = [
                ("catalog_category_product", 0, nil, 36), ("catalog_product_attribute", 4, 8, 36),
                ("catalog_product_category", 0, nil, 36), ("catalog_product_price", 12, 8, 35),
                ("cataloginventory_stock", 31, 8, 35), ("catalogrule_product", 0, nil, 7920),
                ("catalogrule_rule", 0, nil, 7920), ("catalogsearch_fulltext", 28, 8, 34),
            ]
            return rows.map { indexer($0.0, events: $0.1, lag: $0.2, moved: $0.3, read: read) } + [
                indexer("customer_grid", events: nil, lag: nil, moved: 6, isSave: true, read: read),
                indexer(
                    "design_config_grid", events: nil, lag: nil, moved: 190_000, isSave: true, read: read),
                indexer("inventory", events: 17, lag: 8, moved: 35, read: read),
            ]
        }

        static var flags: [FlagRow] {
            let day = 86_400.0
            return [
                flag("cart.new", .rollout(25), "flagd file", by: "jonas", ago: 2 * day, read: read),
                flag("crm.live", .on, "flagd file", by: "mira", ago: 3 * day, read: read),
                flag("erp.v2", .off, "flagd file", by: "mira", ago: 1.1 * day, read: read),
                flag("grid.async", .on, "magento config", by: "deploy", ago: 3 * day, read: read),
                flag("mail.async", .on, "magento config", by: "deploy", ago: 3 * day, read: read),
                flag("psp.capture", .on, "flagd file", by: "jonas", ago: 10 * day, read: read),
                flag("search", .variant("os2"), "flagd file", by: "jonas", ago: 3 * day, read: read),
                flag("stock.delta", .on, "flagd file", by: "mira", ago: 1.1 * day, read: read),
                flag("wms.returns", .off, "flagd file", by: "mira", ago: 3 * day, read: read),
            ]
        }

        static var sources: [SourceRow] {
            [
                source("magento-db", "mysql", ["queues", "cron", "indexers"], read: read, milliseconds: 3),
                source("rabbitmq", "rabbitmq", ["queues"], read: read, every: 10, milliseconds: 38),
                source("app1 log", "log", ["outcomes"], read: ago(1, now), milliseconds: 1),
                source("app2 log", "log", ["outcomes"], read: ago(1, now), milliseconds: 1),
                source("flagd", "flags", ["flags"], read: ago(4, now), milliseconds: 0.4),
                source("magento", "flags", ["flags"], read: ago(9, now), every: 30, milliseconds: 410),
            ]
        }
    }
}
