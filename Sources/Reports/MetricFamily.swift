import Text

/// One metric of Prometheus's text form, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats): what it
/// means, and its samples.
struct MetricFamily {
    enum Kind: String { case gauge, counter }

    struct Label {
        var name: String
        var value: String
    }

    let name: String
    let help: String
    let kind: Kind
    private(set) var samples: [UInt8] = []

    init(_ name: String, _ help: String, _ kind: Kind = .gauge) {
        self.name = name
        self.help = help
        self.kind = kind
    }

    mutating func add(_ value: Double, _ labels: [Label]) {
        samples += Array(name.utf8)
        for (place, label) in labels.enumerated() {
            samples += Array("\(place == 0 ? "{" : ",")\(label.name)=\"".utf8)
            samples += Self.escaped(label.value)
            samples.append(UInt8(ascii: "\""))
        }
        samples += Array("\(labels.isEmpty ? "" : "}") \(Self.shown(value))\n".utf8)
    }

    /// Nothing where there is no sample.
    var lines: [UInt8] {
        guard !samples.isEmpty else { return [] }
        return Array("# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n".utf8) + samples
    }

    /// Three bytes are escaped in a label; control characters have been made harmless before.
    private static func escaped(_ text: String) -> [UInt8] {
        Sanitizer.line(text, maxBytes: 256).utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""): [UInt8(ascii: "\\"), byte]
            default: [byte]
            }
        }
    }

    /// Whole numbers without a point: `12`, `0.25`.
    private static func shown(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return "\(value)"
    }
}
