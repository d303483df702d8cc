package import Documents
package import Monitoring
import Text

/// One change of an alert as a line of JSON, for whoever reads them by program.
package enum AlertLine {
    /// `recording` names where it is from, when there are several.
    package static func document(_ change: AlertChange, recording: String? = nil) -> JSONValue {
        let alert = change.alert
        var members: [JSONValue.Member] = [
            .init("time", .string(Self.time(change.at))),
            .init("entity", .string(alert.key.entity.description)),
            .init("kind", .string(alert.key.kind.rawValue)),
            .init("severity", .string(alert.severity.rawValue)),
            .init("state", .string(change.what == .resolved ? "resolved" : "open")),
            .init("since", .string(Self.time(alert.since))),
            .init("summary", .string(Sanitizer.line(alert.sentence))),
            .init("items", .array(alert.records.map { .string($0) })),
        ]
        if !alert.changes.isEmpty {
            members.append(
                .init(
                    "changed",
                    .array(
                        alert.changes.map { event in
                            [
                                "time": .string(Self.time(event.at)), "kind": .string(event.kind.rawValue),
                                "text": .string(Sanitizer.line(event.text)),
                            ]
                        })))
        }
        if !alert.folded.isEmpty {
            let folded = alert.folded.map { JSONValue.string("\($0.entity): \($0.kind.rawValue)") }
            members.append(.init("follows", .array(folded)))
        }
        if alert.isFlapping { members.append(.init("flapping", true)) }
        if let recording { members.append(.init("recording", .string(recording))) }
        return .object(members)
    }

    /// `2026-11-18T10:00:10Z`; whole seconds.
    static func time(_ seconds: Double) -> String {
        CivilTime(secondsSinceEpoch: Int64(exactly: seconds.rounded(.down)) ?? 0).rfc3339
    }
}
