package import Documents
package import EngineAPI
import Monitoring
import Text

/// A change of an alert as others are told it: a line of JSON, in the members of `backtest` and some more.
package enum NoticeLine {
    /// With its line end.
    package static func bytes(_ notice: AlertNotice, of environment: EnvironmentFacts) -> [UInt8] {
        let written = try? JSONWriter.write(document(notice, of: environment), sortedKeys: false)
        return (written ?? []) + [UInt8(ascii: "\n")]
    }

    /// `recording` names where it is from, when there are several.
    package static func document(
        _ notice: AlertNotice, of environment: EnvironmentFacts, recording: String? = nil
    ) -> JSONValue {
        let alert = notice.alert
        var members: [JSONValue.Member] = [
            .init("time", .string(notice.at.civil.rfc3339)),
            .init("id", .int(Int(clamping: notice.number))),
            .init("environment", .string(Sanitizer.line(environment.name))),
            .init("production", .bool(environment.isProduction)),
            .init("what", .string(notice.what.rawValue)),
            .init("state", .string(notice.what == .resolved ? "resolved" : "open")),
            .init("severity", .string(alert.severity.rawValue)),
            .init("entity", .string(Sanitizer.line(alert.entity.description))),
            .init("key", .string(alert.entity.key)), .init("kind", .string(alert.kind.rawValue)),
            .init("since", .string(alert.since.civil.rfc3339)),
            .init("opened", .string(alert.openedAt.civil.rfc3339)),
            .init("summary", .string(Sanitizer.line("\(alert.label): \(alert.sentence)"))),
            .init("items", .array(alert.records.map { .string(Sanitizer.line($0)) })),
        ]
        if alert.foldedCount > 0 {
            members.append(.init("followCount", .int(alert.foldedCount)))
            let named = alert.folded.map { "\($0.entity): \($0.kind.rawValue)" }
            members.append(.init("follows", .array(named.map { .string(Sanitizer.line($0)) })))
        }
        if !alert.changes.isEmpty {
            members.append(.init("changed", .array(alert.changes.map { .string($0) })))
        }
        if let weight = alert.weight { members.append(.init("weight", .string(Sanitizer.line(weight)))) }
        if let owner = alert.owner { members.append(.init("owner", .string(Sanitizer.line(owner)))) }
        if let runbook = alert.runbook { members.append(.init("runbook", .string(Sanitizer.line(runbook)))) }
        if let silence = alert.silence {
            members.append(.init("silenced", true))
            members.append(.init("silence", StatusRows.silence.object(silence)))
        }
        if alert.isFlapping { members.append(.init("flapping", true)) }
        if let recording { members.append(.init("recording", .string(recording))) }
        return .object(members)
    }
}
