import Monitoring
import Text

/// A Nagios plugin's answer, taken for outcomes and a word.
struct PluginAnswer {
    /// Why a figure cannot be used.
    struct Unreadable: Error { var message: String }

    private static let mostLatencies = 256

    private let output: NagiosOutput
    /// The plugin's line; where it has none, the last it complained in. Sanitised.
    let text: String
    private let counts: CommandSource.Counts

    init(_ output: NagiosOutput, complaint: String?, counts: CommandSource.Counts) {
        self.output = output
        self.counts = counts
        text = output.text.isEmpty ? complaint ?? "" : Sanitizer.line(output.text, maxBytes: 512)
    }

    private var hasFailed: Bool { output.state == .warning || output.state == .critical }

    /// What it says is wrong; nil when it is well.
    var notice: Fact? {
        let said = text.isEmpty ? "the plugin says nothing" : text
        let status: Status? =
            switch output.state {
            case .ok: nil
            case .warning: .warning
            case .critical: .critical
            case .unknown: .unknown
            }
        return status.map { .notice(SourceNotice($0, said)) }
    }

    /// Where it has figures of attempts these count, else it is one attempt itself.
    var outcomes: CommandOutcomes {
        get throws(Unreadable) {
            var outcomes = CommandOutcomes()
            for kind in Outcome.allCases {
                let named = output.figures.filter { $0.label == kind.rawValue }
                guard let figure = named.first else { continue }
                guard named.count == 1 else {
                    throw Unreadable(message: "the figure \(kind.rawValue) stands there twice")
                }
                outcomes.figures.append(
                    CommandOutcomes.Figure(
                        kind: kind, value: try count(figure),
                        isTotal: figure.unit == .counter || counts == .totals))
            }
            if outcomes.figures.isEmpty {
                outcomes.attempt = output.state == .ok ? .success : hasFailed ? .failure : nil
            }
            outcomes.latencies = output.figures.filter(Self.isLatency).compactMap { figure in
                figure.unit == .seconds ? figure.value.flatMap { $0 >= 0 ? $0 : nil } : nil
            }.suffix(Self.mostLatencies)
            if hasFailed { outcomes.lastError = text.isEmpty ? "the plugin says nothing" : text }
            return outcomes
        }
    }

    /// Latencies that are not numbers of seconds.
    var latencyNotices: [Fact] {
        output.figures.filter(Self.isLatency).compactMap { figure in
            guard figure.text != "U", figure.unit == .seconds || figure.value == nil else { return nil }
            if let value = figure.value, value >= 0 { return nil }
            let text = "the latency is not known: \(Sanitizer.line(Self.words(figure), maxBytes: 128))"
            return .notice(SourceNotice(.unknown, text))
        }
    }

    private static func isLatency(_ figure: NagiosFigure) -> Bool {
        ["latency", "time"].contains(figure.label)
    }

    private static func words(_ figure: NagiosFigure) -> String { "\(figure.label)=\(figure.text)" }

    private func count(_ figure: NagiosFigure) throws(Unreadable) -> Int {
        if figure.text == "U" {
            throw Unreadable(message: "\(Self.words(figure)): the plugin could not tell")
        }
        guard let value = figure.value, let count = Int(exactly: value) else {
            throw Unreadable(message: "\(Self.words(figure)) is no whole number that can be counted")
        }
        guard count >= 0 else { throw Unreadable(message: "\(Self.words(figure)) is negative") }
        guard figure.unit == .none || figure.unit == .counter else {
            throw Unreadable(message: "\(Self.words(figure)) has a unit, a count has none or c")
        }
        return count
    }
}
