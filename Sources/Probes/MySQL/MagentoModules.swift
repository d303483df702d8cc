/// What Magento keeps in its modules' XML and not in the database, for its own modules (2.4.6, Open Source).
enum MagentoModules {
    /// The group of a job code; nil for a job of another module.
    static func cronGroup(of code: String) -> String? { groupOfJob[code] }

    static let cronGroups = ["default", "index", "consumers"]

    /// The consumers of a queue: most are named like it.
    static func consumers(of queue: String) -> [String]? {
        if let consumer = consumerOfQueue[queue] { return [consumer] }
        return queuesNamedLikeTheirConsumer.contains(queue) ? [queue] : nil
    }

    /// The queues whose consumers are known.
    static var queues: [String] { Array(consumerOfQueue.keys) + Array(queuesNamedLikeTheirConsumer) }

    /// Views whose indexer has another name.
    static let indexerOfView = [
        "customer_dummy": "customer_grid", "design_config_dummy": "design_config_grid",
    ]

    private static let groupOfJob: [String: String] = {
        var groups = ["consumers_runner": "consumers"]
        for code in [
            "indexer_reindex_all_invalid", "indexer_update_all_views", "indexer_clean_all_changelogs",
        ] { groups[code] = "index" }
        for code in defaultJobs { groups[code] = "default" }
        return groups
    }()

    private static let defaultJobs = [
        "aggregate_sales_report_bestsellers_data", "aggregate_sales_report_coupons_data",
        "aggregate_sales_report_invoiced_data", "aggregate_sales_report_order_data",
        "aggregate_sales_report_refunded_data", "aggregate_sales_report_shipment_report_data",
        "aggregate_sales_report_shipment_data", "aggregate_sales_report_tax_data", "backend_clean_cache",
        "bulk_cleanup", "bulk_mark_incomplete_operations_as_failed", "captcha_delete_expired_images",
        "captcha_delete_old_attempts", "catalog_index_refresh_price", "catalog_product_alert",
        "catalog_product_attribute_value_synchronize", "catalog_product_flat_indexer_store_cleanup",
        "catalog_product_frontend_actions_flush", "catalog_product_outdated_price_values_cleanup",
        "catalogrule_apply_all", "clean_cron_schedule", "clean_event_data", "currency_rates_update",
        "event_data_batch_send", "expired_tokens_cleanup", "import_data_cleanup",
        "inventory_cleanup_reservations", "inventory_in_store_pickup_sales_send_order_notified_emails",
        "magento_newrelicreporting_cron", "messagequeue_clean_outdated_locks", "mysqlmq_clean_messages",
        "newsletter_send_all", "outdated_authentication_failures_cleanup", "paypal_fetch_settlement_reports",
        "persistent_clear_expired", "product_alert", "sales_clean_orders", "sales_clean_quotes",
        "sales_grid_order_async_insert", "sales_grid_order_creditmemo_async_insert",
        "sales_grid_order_invoice_async_insert", "sales_grid_order_shipment_async_insert",
        "sales_send_order_creditmemo_emails", "sales_send_order_emails", "sales_send_order_invoice_emails",
        "sales_send_order_shipment_emails", "security_deactivate_expired_users", "sitemap_generate",
        "visitor_clean",
    ]

    private static let consumerOfQueue = [
        "export": "exportProcessor", "codegenerator": "codegeneratorProcessor",
        "product_alert.queue": "product_alert",
    ]

    private static let queuesNamedLikeTheirConsumer: Set = [
        "async.operations.all", "commerce.eventing.event.publish", "inventory.indexer.sourceItem",
        "inventory.indexer.stock", "inventory.mass.update", "inventory.reservations.cleanup",
        "inventory.reservations.update", "inventory.reservations.updateSalabilityStatus",
        "inventory.source.items.cleanup", "media.content.synchronization",
        "media.gallery.renditions.update", "media.gallery.synchronization",
        "media.storage.catalog.image.resize", "product_action_attribute.update",
        "product_action_attribute.website.update", "sales.rule.quote.trigger.recollect",
        "sales.rule.update.coupon.usage",
    ]
}
