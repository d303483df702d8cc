import Text

/// Alerts of a kind are told to nobody for a while. What they are about is as bad as before: a silence changes no row.
package struct Silence: Hashable, Sendable, Codable {
    /// No two of an environment share it.
    package var id: String
    package var matcher: SilenceMatcher
    package var by: String
    /// One line, sanitised, never empty.
    package var why: String
    package var at: WallTime
    package var until: WallTime

    package init(
        id: String, _ matcher: SilenceMatcher, by: String, why: String, at: WallTime, until: WallTime
    ) {
        self.id = id
        self.matcher = matcher
        self.by = by
        self.why = why
        self.at = at
        self.until = until
    }

    /// `silenced by mira until 10:14: ERP is closed`
    package func sentence(at now: WallTime) -> String {
        "silenced by \(by) until \(until.civil.short(asOf: now.civil)): \(why)"
    }
}
