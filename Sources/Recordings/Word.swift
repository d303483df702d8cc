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

    var text: String { "\(self)" }
}
