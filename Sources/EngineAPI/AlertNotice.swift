package import Monitoring

/// One change of an alert, as others are told it. The same notice may come twice, never another of the same number.
package struct AlertNotice: Hashable, Sendable, Codable {
    package enum What: String, Sendable, Codable, CaseIterable {
        case opened
        /// More records, or a higher severity.
        case worsened
        case resolved
        /// It was silenced and is not any more, and still open.
        case unsilenced
    }

    /// Counts the notices of an environment.
    package var number: UInt64
    package var at: WallTime
    package var what: What
    package var alert: AlertRow

    package init(number: UInt64, at: WallTime, what: What, alert: AlertRow) {
        self.number = number
        self.at = at
        self.what = what
        self.alert = alert
    }
}
