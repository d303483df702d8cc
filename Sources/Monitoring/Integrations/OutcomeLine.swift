/// One record of a source that told how an attempt of an integration ended.
package struct OutcomeLine: Hashable, Sendable, Codable {
    /// The record's own time, by its source's clock; else when it was read.
    package var at: WallTime
    /// The record carries no time, or one that has not come yet.
    package var isTimeRead: Bool
    /// The record's place among those of its source: the same at each read.
    package var number: UInt64
    package var outcome: Outcome
    /// As the log has it: `ERROR`.
    package var level: String?
    /// The line that decided, sanitised; what was left out of it is counted at its end.
    package var text: String
    /// Further lines of the record, such as a trace, which are not kept.
    package var more: Int

    package init(
        at: WallTime, isTimeRead: Bool = false, number: UInt64, _ outcome: Outcome, level: String? = nil,
        text: String, more: Int = 0
    ) {
        self.at = at
        self.isTimeRead = isTimeRead
        self.number = number
        self.outcome = outcome
        self.level = level
        self.text = text
        self.more = more
    }

    func isBefore(_ other: OutcomeLine) -> Bool { (at, number) < (other.at, other.number) }
}
