/// The words that a recording's members have; their numbers are their places in `NameTable`.
enum Word: Int, CaseIterable {
    case at, source, event, history, recording, queues, outcomes, cron, heartbeat, indexers, checks, flags,
        failed
    case settled_to, name, gone, ready, unacked, consumers, `in`, out, in_progress, retry, error, completed_1m
    case lock, oldest_s, flow, ok, retried, latencies, last_error, job, group, last_success, running_since
    case missed_1h, errors_1h, next_due, overdue_since, mode, status, version, newest, triggers, left, right
    case missing, extra, different, more, value, kind, message, text, entity, measure, from, to, step, values
    case store, zone, sources, integrations, jobs, expected, without_consumer, type, interval, thing, system,
        tier
    case safe_zone, owner, every, why, null, held, free
    // Of version 2.
    case ns, read, began, next, skipped, cost, clock, learned, seconds, change, judged, start, program, boot
    case advice, all, vhost, arrived, left_for_good, taken, max_length, max_bytes, ready_bytes, overflow
    case stream, unattended, oldest_in_progress_s, reckoned, state, topics, measuring
    case success, failure, failing_since, running_id, running_due, successes_1h, hour_bound, errors, planned
    case taken_back, usual_gap, longest_gap, usual_s, newest_run, newest_planned, refusing, read_at, cut
    case end, id, due, started, ended, seen_open, seen_ended
    case view_status, status_at, view_at, no_changelog, auto_increment, view_locked
    case since, until, reads, total, moved_back, last_error_at, newest_bucket, buckets, dropped, lines, whole
    case locks, changes, notices, changed_at, same, stepped

    var text: String { "\(self)" }
}
