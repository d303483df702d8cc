package import Monitoring

/// An nginx `log_format`, read from the very text that stands in nginx's configuration.
package struct NginxFormat: Sendable, Hashable {
    /// nginx's own default, which has no request time.
    package static let combinedText =
        #"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#

    /// The variables that are understood; all others are skipped over.
    private enum Variable: String {
        case timeLocal = "time_local"
        case timeISO = "time_iso8601"
        case msec
        case status
        case request
        case requestTime = "request_time"
        case upstreamTime = "upstream_response_time"
    }

    /// A variable (nil when not understood) and the literal text that ends it, empty at the line's end.
    private struct Step: Sendable, Hashable {
        var variable: Variable?
        var end: [UInt8]
    }

    private var prefix: [UInt8]
    private var steps: [Step]
    package var hasRequestTime: Bool { steps.contains { $0.variable == .requestTime } }
    package var hasUpstreamTime: Bool { steps.contains { $0.variable == .upstreamTime } }

    /// Throws `RuleFailure` when two variables stand side by side, or `$status` is missing: such a format
    /// cannot be read back.
    package init(_ format: String = Self.combinedText) throws(RuleFailure) {
        var literal: [UInt8] = []
        var steps: [Step] = []
        var prefix: [UInt8]?
        var rest = ArraySlice(format.utf8)
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "$") else {
                literal.append(byte)
                continue
            }
            let isBraced = rest.first == UInt8(ascii: "{")
            if isBraced { rest.removeFirst() }
            let name = rest.prefix { Self.isNamePart($0) }
            rest.removeFirst(name.count)
            if isBraced, rest.popFirst() != UInt8(ascii: "}") {
                throw RuleFailure("log_format: `${` without `}`")
            }
            if prefix == nil {
                prefix = literal
            } else {
                guard !literal.isEmpty, let last = steps.indices.last else {
                    throw RuleFailure("log_format: two variables side by side cannot be told apart")
                }
                steps[last].end = literal
            }
            literal = []
            steps.append(Step(variable: Variable(rawValue: String(decoding: name, as: UTF8.self)), end: []))
        }
        if let last = steps.indices.last { steps[last].end = literal }
        guard let prefix, steps.contains(where: { $0.variable == .status }) else {
            throw RuleFailure("log_format: `$status` is missing, without it no outcome can be told")
        }
        self.prefix = prefix
        self.steps = steps
    }

    /// Nil for a line that does not have this format.
    package func parse(_ line: ArraySlice<UInt8>) -> NginxLine? {
        guard line.starts(with: prefix) else { return nil }
        var rest = line.dropFirst(prefix.count)
        var parsed = NginxLine(status: 0)
        for step in steps {
            let value: ArraySlice<UInt8>
            if step.end.isEmpty {
                value = rest
                rest = rest[rest.endIndex...]
            } else {
                guard let end = Bytes.find(step.end[...], in: rest) else { return nil }
                value = rest[..<end]
                rest = rest[(end + step.end.count)...]
            }
            guard let variable = step.variable else { continue }
            switch variable {
            case .timeLocal: parsed.time = LogTime.common(value)
            case .timeISO: parsed.time = LogTime.iso(value)
            case .msec: parsed.time = LogTime.epoch(value) ?? parsed.time
            case .status:
                var reader = ByteReader(value)
                guard let status = reader.digits(3), reader.rest.isEmpty else { return nil }
                parsed.status = status
            case .request: parsed.request = value.prefix { $0 != UInt8(ascii: "?") }
            case .requestTime: parsed.requestTime = Self.seconds(value)
            case .upstreamTime: parsed.upstreamTime = Self.seconds(value)
            }
        }
        return parsed
    }

    /// `0.123`, or several tries as nginx lists them, `0.100, 0.200 : 0.050`, summed; `-` is none.
    private static func seconds(_ value: ArraySlice<UInt8>) -> Double? {
        let parts = value.split { [UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: " ")].contains($0) }
        let figures = parts.compactMap { part -> Double? in
            var reader = ByteReader(part)
            guard let figure = reader.decimal(), reader.rest.isEmpty else { return nil }
            return figure
        }
        return figures.isEmpty ? nil : figures.reduce(0, +)
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// What an access line says about one request.
package struct NginxLine: Hashable, Sendable {
    package var time: WallTime?
    package var status: Int
    /// `$request` up to a `?`, since what follows may hold keys: `GET /rest/V1/orders`. Not sanitised.
    package var request: ArraySlice<UInt8>?
    /// `$request_time`, seconds from the first byte read to the last byte sent.
    package var requestTime: Double?
    /// `$upstream_response_time`, seconds, summed over the tries.
    package var upstreamTime: Double?

    package init(status: Int) { self.status = status }
}
