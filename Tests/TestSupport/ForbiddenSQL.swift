/// Marks of statements that must never reach a server: writes, and the dear ones of `magento.md` 10.1.
package enum ForbiddenSQL {
    package static let words = [
        "INSERT", "UPDATE ", "DELETE", "REPLACE INTO", "LOCK TABLES", "FOR UPDATE", "SHARE MODE", "BEGIN",
        "START TRANSACTION", "COUNT(DISTINCT", "SELECT *", "serialized_data", "body",
        "FROM `cron_schedule` GROUP BY status", "FROM `cron_schedule` WHERE status",
        "MAX(executed_at) FROM `cron_schedule`", "FROM `queue_message_status` GROUP BY status",
        "FROM `magento_operation` GROUP BY", "MIN(version_id)", "COUNT(*) FROM `catalog",
    ]
}
