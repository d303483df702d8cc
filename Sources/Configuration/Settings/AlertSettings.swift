import Documents
import Monitoring

/// Who is told what opens, worsens and ends, and that somebody watches at all.
package struct AlertSettings: Sendable, Hashable {
    /// Each change of an alert as one line, appended; the file may be renamed away at any time.
    package var file: String?
    /// Gets each change as JSON on its standard input; empty: nobody is told.
    package var notify: [String] = []
    /// Run so often while somebody watches; empty: never.
    package var heartbeat: [String] = []
    package var heartbeatInterval: Duration = .seconds(300)

    package init() {}

    static var section: Section<AlertSettings> {
        Section(
            "alerts", "Who is told what opens, worsens and ends, and that somebody watches at all.",
            AlertSettings(),
            [
                Field(
                    "file", \.file, optional: Kind.path.claiming { .fileToBe($0) },
                    "Each change as one JSON line, appended; begun anew when logrotate has moved it away.",
                    example: "/var/log/hypercare/alerts.jsonl"),
                Field(
                    "notify", \.notify, .program,
                    "A program and its arguments, never a shell: it gets each change as JSON on its standard input, one after the other, again until it ends with 0.",
                    example: "[/usr/local/bin/page]"),
                Field(
                    "heartbeat", \.heartbeat, .program,
                    "A program that is run so often while somebody watches: its silence tells that nobody does.",
                    example: "[curl, -fsS, -m, \"10\", \"https://hc.example.org/ping/shop\"]"),
                Field(
                    "heartbeat_interval", \.heartbeatInterval,
                    .duration(.seconds(30)...(.seconds(86_400)), suchAs: "5m or 1h"),
                    "How often that is."),
            ])
    }
}

extension Kind<[StoreShape.Expected]> {
    /// What people know beforehand, by its time of day.
    static var expected: Kind { list(Kind<StoreShape.Expected>.window, isEmptyAllowed: true) }
}

extension Kind<StoreShape.Expected> {
    fileprivate static var window: Kind {
        let midnight = StoreShape.Expected(entity: EntityID(.integration, ""), from: 0, until: 0, why: "")
        return Section<StoreShape.Expected>(
            "expected", "What is no news at its time of day.", midnight,
            [
                Field(
                    "entity", \.entity, .entity, "What it is about.", required: true,
                    example: "integration:stock-erp"),
                Field(
                    "from", \.from, .timeOfDay, "When it begins, by the store's clock.", required: true,
                    example: "\"02:00\""),
                Field(
                    "to", \.until, .timeOfDay, "When it ends; earlier than from: on the next day.",
                    required: true,
                    example: "\"02:30\""),
                Field(
                    "why", \.why, .text("a text"), "Why, told with it.", required: true,
                    example: "the ERP is closed"),
            ]
        ).kind
    }
}

extension Kind<EntityID> {
    /// `integration:stock-erp`
    fileprivate static var entity: Kind {
        scalar(
            .text(hint: "a kind and a name such as integration:stock-erp", pattern: "^[a-z]+:."),
            written: { $0.description }, parse: { text, _ in EntityID(text) })
    }
}

extension Kind<Double> {
    /// Seconds since midnight, from `HH:MM`.
    fileprivate static var timeOfDay: Kind {
        scalar(
            .text(hint: "a time of day such as \"02:30\"", pattern: "^[0-2][0-9]:[0-5][0-9]$"),
            written: { seconds in
                let minutes = Int(seconds / 60)
                let (hour, minute) = (minutes / 60, minutes % 60)
                return "\"\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)\""
            },
            parse: { text, _ in
                let parts = text.split(separator: ":", omittingEmptySubsequences: false)
                guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = UInt8(parts[0]),
                    let minute = UInt8(parts[1]), hour < 24, minute < 60
                else { return nil }
                return Double(Int(hour) * 3600 + Int(minute) * 60)
            })
    }
}
