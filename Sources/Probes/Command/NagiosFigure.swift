/// One figure of a plugin: `'label'=value[unit];[warning];[critical];[min];[max]`.
package struct NagiosFigure: Sendable, Hashable {
    package enum Unit: Sendable, Hashable {
        /// A number of things.
        case none
        /// Seconds; `ms`, `us` and `ns` are brought to them.
        case seconds
        case percent
        /// Bytes; `KB`, `MB`, `GB` and `TB` are brought to them, 1024 each.
        case bytes
        /// A counter that only grows, and may start again.
        case counter
        /// Something else, kept as it is written.
        case other(String)
    }

    package var label: String
    /// Nil for `U`, when the plugin could not tell, and for what is no number: `1,234` is one or a thousand.
    package var value: Double?
    /// The value and its unit as they stand there. Not sanitised.
    package var text: String
    package var unit: Unit
    package var warning: NagiosRange?
    package var critical: NagiosRange?

    /// All figures in their order, also those whose value cannot be read.
    static func list(_ text: String) -> [NagiosFigure] {
        var rest = text[...]
        var figures: [NagiosFigure] = []
        while true {
            rest = rest.drop { $0.isWhitespace }
            guard !rest.isEmpty else { return figures }
            let label = takeLabel(&rest)
            guard rest.first == "=" else {
                rest = rest.drop { !$0.isWhitespace }
                continue
            }
            let end = rest.firstIndex { $0.isWhitespace } ?? rest.endIndex
            if let figure = NagiosFigure(label: label, rest[..<end].dropFirst()) { figures.append(figure) }
            rest = rest[end...]
        }
    }

    private init?(label: String, _ text: Substring) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        guard !label.isEmpty, let head = parts.first else { return nil }
        let number = head.prefix { "0123456789+-.eE,".contains($0) }
        self.label = label
        self.text = String(head)
        (value, unit) = (nil, .none)
        if let figure = Double(String(number)), figure.isFinite {
            (value, unit) = Self.scaled(figure, String(head[number.endIndex...]))
        }
        warning = parts.count > 1 ? NagiosRange(parts[1]) : nil
        critical = parts.count > 2 ? NagiosRange(parts[2]) : nil
    }

    private static func scaled(_ value: Double, _ unit: String) -> (Double, Unit) {
        switch unit {
        case "": (value, .none)
        case "s": (value, .seconds)
        case "ms": (value / 1e3, .seconds)
        case "us", "µs": (value / 1e6, .seconds)
        case "ns": (value / 1e9, .seconds)
        case "%": (value, .percent)
        case "c": (value, .counter)
        case "B": (value, .bytes)
        case "KB": (value * 1024, .bytes)
        case "MB": (value * 1_048_576, .bytes)
        case "GB": (value * 1_073_741_824, .bytes)
        case "TB": (value * 1_099_511_627_776, .bytes)
        default: (value, .other(unit))
        }
    }

    /// Takes the label: in single quotes, where two stand for one, or up to the `=`.
    private static func takeLabel(_ rest: inout Substring) -> String {
        guard rest.first == "'" else {
            let end = rest.firstIndex { $0 == "=" || $0.isWhitespace } ?? rest.endIndex
            defer { rest = rest[end...] }
            return String(rest[..<end])
        }
        rest.removeFirst()
        var label = ""
        while let character = rest.popFirst() {
            if character != "'" {
                label.append(character)
            } else if rest.first == "'" {
                label.append("'")
                rest.removeFirst()
            } else {
                break
            }
        }
        return label
    }
}

/// A range that alerts: `10` outside 0 to 10, `10:` below 10, `~:10` above 10, `@10:20` inside 10 to 20.
package struct NagiosRange: Sendable, Hashable {
    package var low: Double
    package var high: Double
    package var alertsInside: Bool

    /// Nil for an empty range or one that cannot be read.
    package init?(_ text: Substring) {
        var rest = text
        alertsInside = rest.first == "@"
        if alertsInside { rest.removeFirst() }
        let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, !rest.isEmpty else { return nil }
        guard parts.count == 2 else {
            guard let high = Double(first), high.isFinite else { return nil }
            (low, self.high) = (0, high)
            return
        }
        guard let low = first == "~" ? -.infinity : first.isEmpty ? 0 : Double(first),
            let high = parts[1].isEmpty ? .infinity : Double(parts[1]), low <= high
        else { return nil }
        (self.low, self.high) = (low, high)
    }

    package func alerts(_ value: Double) -> Bool { (low...high).contains(value) == alertsInside }
}
