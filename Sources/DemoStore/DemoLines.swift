import Monitoring

/// What the logs of the simulated store say, and the errors its tables keep.
extension DemoWorld {
    /// A line for an attempt, as the log of such a flow has it; bulk operations tell of failures alone.
    mutating func note(_ outcome: Outcome, _ index: Int) {
        let kind = DemoCatalog.flows[index]
        let thing = kind.integration.thing
        flows[index].attempts &+= 1
        let number = flows[index].attempts
        let isBulk = kind.source == "magento-db"
        if isBulk, outcome == .success { return }
        let id = "\(100_004_000 + number)"
        let text =
            switch outcome {
            case .success: "\(thing) \(id): \(kind.integration.system) answered 200"
            case .failure where isBulk:
                "async.V1.\(thing).POST: The \(thing) service is unavailable, try again later"
            case .failure:
                "POST /api/v2/\(thing) timed out after 5000 ms with 0 bytes received (cURL error 28); "
                    + "\(thing) \(id) was not taken over by \(kind.integration.system)"
            case .retry: "\(thing) \(id): slow answer, sent again"
            }
        let level: String? =
            switch outcome {
            case _ where isBulk: nil
            case .success: "INFO"
            case .failure: "ERROR"
            case .retry: "WARNING"
            }
        flows[index].lines.take(
            OutcomeLine(
                at: now.wall, number: number, outcome, level: level, text: text,
                more: outcome == .failure && !isBulk ? 14 : 0))
    }

    /// A queue of the database holds messages of its own topic.
    func topics(of reading: QueueReading, _ depth: Int) -> QueueTopics? {
        guard reading.transport == .db, let age = reading.oldestSeconds else { return nil }
        let topic = QueueTopics.Topic(
            reading.name, count: depth, oldest: now.wall.advanced(bySeconds: -age))
        return QueueTopics([topic], readAt: now.wall, looked: depth, isPart: false)
    }

    /// Errors of the night before, long made good.
    func note(errorsOf job: DemoCatalog.Job, in reading: inout CronJobReading) {
        guard job.group == "acme" else { return }
        reading.errors = [7200.0, 5400, 3720].enumerated().map { index, age in
            let due = start.wall.advanced(bySeconds: -age)
            var run = CronRun(.error, id: UInt64(index + 1), due: due, started: due.advanced(bySeconds: 1))
            run.message =
                "SQLSTATE[HY000]: General error: 1205 Lock wait timeout exceeded; try restarting transaction"
            return run
        }
        reading.lastError = reading.errors.last?.message
    }
}
