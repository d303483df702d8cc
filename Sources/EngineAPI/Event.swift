package import Monitoring

/// One line of the journal, as a sentence.
package struct Event: Hashable, Sendable, Codable {
    package var at: WallTime
    package var status: Status?
    package var entity: EntityID?
    /// `flag`, `queue`, `source`, `cron`, …: one word for the column.
    package var subject: String
    /// Present tense, no clock time in it, sanitised.
    package var text: String

    package init(at: WallTime, status: Status?, entity: EntityID?, subject: String, text: String) {
        self.at = at
        self.status = status
        self.entity = entity
        self.subject = subject
        self.text = text
    }

    /// The subject of what was changed on the store.
    package static let changeSubject = "change"
}
