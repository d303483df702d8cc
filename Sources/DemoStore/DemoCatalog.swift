import Monitoring
import Text

/// Who lives in the demo store. The names are those of a Magento store with an ERP, a CRM and a warehouse.
enum DemoCatalog {
    struct Queue {
        var name: String
        var transport: QueueReading.Transport
        /// Per second on a normal morning.
        var rate: Double
        var consumers: QueueReading.Consumers
        /// The config says that nobody is to take from it.
        var isWithoutConsumer = false
        var source: String { transport == .db ? "magento-db" : "rabbitmq" }
    }

    struct Flow {
        var integration: Integration
        /// Attempts a minute, the share that fails, seconds an attempt takes.
        var perMinute: Double
        var failing: Double
        var latency: Double
        var source: String
    }

    struct Job {
        var code: String
        var group: String
        /// Minutes between runs; 1 is every minute.
        var every: Int
        var seconds: Double
    }

    static let erpQueue = "erp.order.export"
    static let retryQueue = "erp.order.export.retry"
    static let shipmentsQueue = "wms.shipments"
    static let shipmentsFlow = "shipments-wms"
    static let erpFlow = "orders-erp"
    static let stockFlow = "stock-erp"
    static let hangingJob = "acme_erp_reconcile"
    static let stickingIndexer = "catalog_product_price"
    static let blindIndexer = "cataloginventory_stock"
    /// Of each indexer, on the tables that it follows.
    static let triggers = 9
    static let erpFlag = "erp.v2"

    static let queues: [Queue] = [
        Queue(name: "async.operations.all", transport: .amqp, rate: 5.2, consumers: .lockHeld),
        Queue(name: "crm.customer.sync", transport: .amqp, rate: 0.21, consumers: .subscribed(1)),
        Queue(name: erpQueue, transport: .amqp, rate: 1.84, consumers: .subscribed(2)),
        Queue(
            name: "erp.order.export.failed", transport: .amqp, rate: 0, consumers: .subscribed(0),
            isWithoutConsumer: true),
        Queue(
            name: retryQueue, transport: .amqp, rate: 0.01, consumers: .subscribed(0),
            isWithoutConsumer: true),
        Queue(name: "inventory.indexer.stock", transport: .amqp, rate: 0.41, consumers: .lockHeld),
        Queue(name: "inventory.mass.update", transport: .amqp, rate: 0, consumers: .lockHeld),
        Queue(
            name: "inventory.reservations.updateSalabilityStatus", transport: .amqp, rate: 0.15,
            consumers: .lockHeld),
        Queue(name: "marketing.events", transport: .amqp, rate: 0.86, consumers: .subscribed(1)),
        Queue(name: "product_action_attribute.update", transport: .amqp, rate: 0.02, consumers: .lockHeld),
        Queue(name: "shipping.labels", transport: .amqp, rate: 0.24, consumers: .subscribed(1)),
        Queue(name: shipmentsQueue, transport: .amqp, rate: 0.25, consumers: .subscribed(1)),
        Queue(name: "pim.catalog.import", transport: .amqp, rate: 0.9, consumers: .subscribed(2)),
        Queue(name: "psp.capture", transport: .amqp, rate: 0.6, consumers: .subscribed(1)),
        Queue(name: "codegenerator", transport: .db, rate: 0, consumers: .lockHeld),
        Queue(name: "export", transport: .db, rate: 0, consumers: .lockHeld),
        Queue(name: "media.storage.catalog.image.resize", transport: .db, rate: 0.31, consumers: .lockHeld),
        Queue(name: "media.gallery.synchronization", transport: .db, rate: 0, consumers: .lockHeld),
        Queue(name: "product_alert.queue", transport: .db, rate: 0.01, consumers: .lockHeld),
        Queue(name: "sales.rule.quote.trigger.recollect", transport: .db, rate: 0, consumers: .lockHeld),
        Queue(name: "sales.rule.update.coupon.usage", transport: .db, rate: 0.05, consumers: .lockHeld),
    ]

    static let flows: [Flow] = [
        flow(erpFlow, "orders", .out, "ERP", 1, true, "mira", 110, 0.001, 0.5, "app1-log"),
        flow(stockFlow, "stock", .in, "ERP", 1, true, "mira", 52, 0.002, 0.8, "app1-log"),
        flow("payments-psp", "payments", .both, "PSP", 1, true, "jonas", 36, 0.003, 0.6, "app2-log"),
        flow("catalog-pim", "catalog", .in, "PIM", 3, false, "deniz", 52, 0.002, 0.4, "magento-db"),
        flow("customers-crm", "customers", .out, "CRM", 2, true, "mira", 12.6, 0.001, 0.3, "app2-log"),
        flow("events-mail", "events", .out, "mail", 3, false, "lea", 51, 0, 0.2, "app2-log"),
        flow("inventory-wms", "inventory", .in, "WMS", 2, false, "deniz", 96, 0.002, 0.6, "magento-db"),
        flow("labels-parcel", "labels", .both, "parcel", 2, false, "deniz", 14.8, 0, 0.9, "app1-log"),
        flow("orders-bi", "orders", .out, "BI", 3, false, "lea", 37, 0, 0.2, "app2-log"),
        flow(shipmentsFlow, "shipments", .in, "WMS", 2, false, "deniz", 15.2, 0, 0.4, "app1-log"),
        flow("tax-vendor", "tax", .both, "vendor", 2, false, "jonas", 44, 0, 0.3, "app2-log"),
    ]

    static let jobs: [Job] = [
        Job(code: hangingJob, group: "acme", every: 2, seconds: 6),
        Job(code: "acme_marketing_feed", group: "acme", every: 15, seconds: 20),
        Job(code: "backend_clean_cache", group: "default", every: 1440, seconds: 2),
        Job(code: "bulk_cleanup", group: "default", every: 1, seconds: 1),
        Job(code: "captcha_delete_expired_images", group: "default", every: 10, seconds: 1),
        Job(code: "catalog_index_refresh_price", group: "default", every: 60, seconds: 9),
        Job(
            code: "catalog_product_attribute_value_synchronize", group: "default", every: 5, seconds: 1),
        Job(code: "catalogrule_apply_all", group: "default", every: 1440, seconds: 95),
        Job(code: "consumers_runner", group: "consumers", every: 1, seconds: 1),
        Job(code: "indexer_clean_all_changelogs", group: "index", every: 60, seconds: 3),
        Job(code: "indexer_reindex_all_invalid", group: "index", every: 1, seconds: 1),
        Job(code: "indexer_update_all_views", group: "index", every: 1, seconds: 4),
        Job(code: "messagequeue_clean_outdated_locks", group: "default", every: 60, seconds: 1),
        Job(code: "mysqlmq_clean_messages", group: "default", every: 720, seconds: 4),
        Job(code: "newsletter_send_all", group: "default", every: 5, seconds: 2),
        Job(code: "outdated_authentication_failures_cleanup", group: "default", every: 1, seconds: 1),
        Job(code: "sales_clean_orders", group: "default", every: 60, seconds: 2),
        Job(code: "sales_clean_quotes", group: "default", every: 1440, seconds: 30),
        Job(code: "sales_grid_order_async_insert", group: "default", every: 1, seconds: 1),
        Job(code: "sales_grid_order_invoice_async_insert", group: "default", every: 1, seconds: 1),
        Job(code: "sales_send_order_emails", group: "default", every: 1, seconds: 1),
        Job(code: "sales_send_order_invoice_emails", group: "default", every: 1, seconds: 1),
        Job(code: "sales_send_order_shipment_emails", group: "default", every: 1, seconds: 1),
    ]

    /// Name, mode, change events a second.
    static let indexers: [(name: String, mode: IndexerReading.Mode, rate: Double)] = [
        ("catalog_category_product", .schedule, 0.05), ("catalog_product_attribute", .schedule, 0.6),
        ("catalog_product_category", .schedule, 0.05), (stickingIndexer, .schedule, 3.2),
        ("cataloginventory_stock", .schedule, 1.6), ("catalogrule_product", .schedule, 0),
        ("catalogrule_rule", .schedule, 0), ("catalogsearch_fulltext", .schedule, 2.4),
        ("customer_grid", .save, 0), ("design_config_grid", .save, 0), ("inventory", .schedule, 1.1),
    ]

    private static func flow(
        _ name: String, _ thing: String, _ direction: Integration.Direction, _ system: String, _ tier: Int,
        _ isSafeZone: Bool, _ owner: String, _ perMinute: Double, _ failing: Double, _ latency: Double,
        _ source: String
    ) -> Flow {
        var integration = Integration(
            name: name, thing: thing, direction: direction, system: system, tier: tier,
            isSafeZone: isSafeZone, owner: owner, runbook: tier == 1 ? "RB-1\(perMinute > 100 ? 2 : 3)" : nil)
        if name == erpFlow || name == stockFlow { integration.flags = [erpFlag] }
        integration.ties = ties(of: name)
        return Flow(
            integration: integration, perMinute: perMinute, failing: failing, latency: latency,
            source: source)
    }

    private static func ties(of flow: String) -> Ties {
        var ties = Ties()
        switch flow {
        case erpFlow: (ties.queues, ties.jobs) = ([NamePattern("erp.*")], [NamePattern("acme_erp_*")])
        case stockFlow:
            (ties.queues, ties.indexers) = ([NamePattern("inventory.*")], [NamePattern("cataloginventory_*")])
        case "payments-psp": ties.queues = [NamePattern("psp.*")]
        case "catalog-pim":
            (ties.queues, ties.indexers) = ([NamePattern("pim.*")], [NamePattern("catalog_*")])
        case "customers-crm": ties.queues = [NamePattern("crm.*")]
        case "events-mail":
            (ties.queues, ties.jobs) = ([NamePattern("marketing.*")], [NamePattern("newsletter_*")])
        case "labels-parcel": ties.queues = [NamePattern("shipping.*")]
        case "shipments-wms": ties.queues = [NamePattern("wms.*")]
        default: break
        }
        return ties
    }
}
