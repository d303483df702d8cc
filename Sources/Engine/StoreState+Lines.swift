import EngineAPI
import Monitoring
import Text

/// What the logs said last, moved into our clock to be shown.
extension StoreState {
    func lines(ofFlow id: EntityID, at now: Timestamp) -> Detail.Lines {
        var all = Detail.Lines()
        for (probe, told) in flows.watches[id]?.lines ?? [] {
            let source = probes[probe]?.schedule.source ?? probe
            guard let told else {
                all.without.append(source)
                continue
            }
            let moment = moment(of: source, at: now)
            for outcome in Outcome.allCases {
                if told.isCut(outcome) { all.isCut.insert(outcome) }
                all.lines += told.lines(of: outcome).map { line in
                    var shown = line
                    shown.at = moment.shown(line.at)
                    return Detail.Lines.Line(shown, from: source)
                }
            }
        }
        all.lines.sort()
        return all
    }

    /// The newest errors of a job, as its rows tell them.
    func errors(ofJob id: EntityID, at now: Timestamp) -> Detail.Lines? {
        guard let source = cron.sources[id.source],
            let watch = source.jobs.first(where: { CronRow.id($0.key.text, in: id.source) == id })?.value
        else { return nil }
        let moment = moment(of: id.source, at: now)
        let lines = (watch.last?.errors ?? []).compactMap { run in
            run.happened.map { time in
                OutcomeLine(
                    at: moment.shown(time), number: run.id, .failure,
                    text: run.message.flatMap { $0.isEmpty ? nil : $0 } ?? "none written: the process died")
            }
        }
        return Detail.Lines(lines.map { Detail.Lines.Line($0, from: id.source) })
    }
}

extension StoreState {
    /// Whose messages wait longest in a queue, where its server tells.
    func topics(of id: EntityID, at now: Timestamp) -> QueueTopics? {
        for (probe, readings) in queues.databaseReadings {
            guard let schedule = probes[probe]?.schedule, schedule.source == id.source else { continue }
            let reading = readings.first { identity(of: $0, from: schedule) == id }
            guard var topics = reading?.topics else { continue }
            let moment = moment(of: id.source, at: now)
            topics.readAt = moment.shown(topics.readAt)
            for index in topics.topics.indices {
                topics.topics[index].oldest = moment.shown(topics.topics[index].oldest)
            }
            return topics
        }
        return nil
    }
}
