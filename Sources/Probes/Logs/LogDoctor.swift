import Monitoring
import Text

extension DoctorStep {
    /// What a first read of a log shows: that it can be read, and what its history told each integration.
    static func steps(ofLog sample: Sample, _ source: LogSource, at now: WallTime) -> [DoctorStep] {
        let place = Sanitizer.line((source.via + [source.path]).joined(separator: " "), maxBytes: 512)
        var steps = [DoctorStep("file", .ok, "\(place) can be read")]
        for case .notice(let notice) in sample.facts {
            let isSound = notice.status == .ok
            steps.append(
                DoctorStep(
                    "lines", isSound ? .ok : .failed, notice.text,
                    advice: isSound ? "" : "Do `format` and `log_format` fit this file?"))
        }
        for case .outcomes(let readings) in sample.facts {
            for reading in readings {
                let success = reading.ledger.lastSuccess.map {
                    "last success \(Age.text(seconds: now.seconds(since: $0))) ago in the newest lines"
                }
                // Lines without a time say that there was a success, and not when.
                let none =
                    source.format == .plain
                    ? "plain lines carry no time, so a success is known from now on"
                    : "no success in the newest lines"
                let text = "\(reading.integration): \(success ?? none)"
                steps.append(DoctorStep("rules", .ok, text))
            }
        }
        return steps
    }
}
