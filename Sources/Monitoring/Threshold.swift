/// Two limits of one figure: at or above `warning` it is a warning, at or above `critical` critical; nil
/// switches that limit off.
package struct Threshold<Value: Comparable & Hashable & Sendable & Codable>: Hashable, Sendable, Codable {
    package var warning: Value?
    package var critical: Value?

    package init(warning: Value? = nil, critical: Value? = nil) {
        self.warning = warning
        self.critical = critical
    }

    package func status(of value: Value) -> Status {
        if let critical, value >= critical { return .critical }
        if let warning, value >= warning { return .warning }
        return .ok
    }
}

extension Threshold<Duration> {
    /// As `status(of:)`, for a figure in seconds.
    package func status(ofSeconds value: Double) -> Status {
        if let critical, value >= critical.inSeconds { return .critical }
        if let warning, value >= warning.inSeconds { return .warning }
        return .ok
    }
}

extension Duration {
    package var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
