/// What each figure of `status --json` is called as a metric: with its unit at the end, as Prometheus wants it
/// (prometheus.io/docs/practices/naming). A figure that is not here is in `leftOut`, with the reason.
enum MetricNames {
    static let queue = [
        "depth": "depth_messages", "depthIsBound": "depth_is_bound", "ready": "ready_messages",
        "inProgress": "in_progress_messages", "retry": "retry_messages", "error": "failed_messages",
        "inPerSecond": "arriving_messages_per_second", "outPerSecond": "leaving_messages_per_second",
        "oldestSeconds": "oldest_message_seconds", "subscriptions": "consumers",
    ]

    static let flow = [
        "tier": "tier", "safeZone": "is_safe_zone", "okPerMinute": "successes_rate_per_minute",
        "failedPerMinute": "failures_rate_per_minute", "retriesPerMinute": "retries_rate_per_minute",
        "failed5Min": "failed_attempts_5m", "finished5Min": "finished_attempts_5m",
        "share5Min": "failed_ratio_5m",
        "failedHour": "failed_attempts_1h", "finishedHour": "finished_attempts_1h",
        "shareHour": "failed_ratio_1h", "p50Seconds": "latency_p50_seconds",
        "p95Seconds": "latency_p95_seconds",
        "lastSuccess": "last_success_timestamp_seconds", "lastErrorAt": "last_error_timestamp_seconds",
    ]

    static let heartbeat = [
        "lastBeat": "last_beat_timestamp_seconds", "missedLastHour": "missed_runs_1h",
        "errorsLastHour": "failed_runs_1h",
    ]

    static let job = [
        "lastSuccess": "last_success_timestamp_seconds", "runningSince": "running_since_timestamp_seconds",
        "missedLastHour": "missed_runs_1h", "errorsLastHour": "failed_runs_1h",
        "nextDue": "next_due_timestamp_seconds", "overdueSince": "overdue_since_timestamp_seconds",
        "usualSeconds": "usual_run_seconds",
    ]

    static let indexer = [
        "backlog": "waiting_changes", "lagSeconds": "lag_seconds", "movedAt": "moved_timestamp_seconds",
    ]

    static let flag = ["changedAt": "changed_timestamp_seconds", "accepted": "is_accepted"]

    static let probe = [
        "intervalSeconds": "interval_seconds", "readAt": "read_timestamp_seconds",
        "latencySeconds": "read_duration_seconds", "reads": "reads_total", "failures": "read_failures_total",
        "skippedTicks": "skipped_reads_total",
    ]

    /// Figures that are no metric, and why.
    static let leftOut: [String: String] = [
        "goneSince": "the row is gone, and so are its figures",
        "readAt": "each probe has its own",
        "readyIsBound": "the depth says so", "inProgressIsBound": "the depth says so",
        "retryIsBound": "the depth says so", "errorIsBound": "the depth says so",
        "oldestIsReckoned": "how a figure came to be is in status --json",
        "isBound5Min": "the same", "isBoundHour": "the same", "covered5MinSeconds": "the same",
        "coveredHourSeconds": "the same", "few5Min": "the same", "fewHour": "the same",
        "deadlineSeconds": "the config has it",
        "queriesPerMinute": "what reading costs is in the Sources pane", "bytesPerMinute": "the same",
        "millisecondsPerMinute": "the same",
    ]
}
