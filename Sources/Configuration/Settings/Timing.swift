import Documents

/// How often something is read and how long that may take.
enum Timing {
    /// A deadline that was not set follows a short interval; one that was set must fit.
    static func check(_ node: Node, interval: Duration, deadline: inout Duration, _ reading: inout Reading) {
        guard deadline > interval else { return }
        if let set = node["deadline"] {
            reading.note(
                "the deadline must not be longer than the interval, \(Literals.text(interval))", at: set.place
            )
        }
        deadline = interval
    }
}

extension Kind<Duration> {
    static var interval: Kind { duration(.seconds(1)...(.seconds(3600))) }
    static var deadline: Kind {
        duration(.milliseconds(100)...(.seconds(600)), suchAs: "500ms or 2s")
    }
    /// How long a state may stand.
    static var hold: Kind { duration(.zero...(.seconds(30 * 86_400))) }
}
