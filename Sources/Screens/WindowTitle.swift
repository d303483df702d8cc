import EngineAPI
import Monitoring
import Text

extension Model {
    /// What the terminal's window is called: which store, and how it is. Plain words; a window list cuts at the end.
    package var windowTitle: String {
        guard let snapshot else { return "hypercare" }
        let environment = snapshot.environment
        let name = Sanitizer.line(environment.name, maxBytes: 64)
        let place =
            (snapshot.replay != nil
                ? "REPLAY " : environment.isProduction ? "PROD " : environment.isDemo ? "DEMO " : "") + name
        let counts = StatusCounts(board.verdict)
        var parts: [String] = []
        if snapshot.storage.status == .critical { parts.append("not kept") }
        for status in [Status.critical, .unknown, .warning] where counts[status] > 0 {
            parts.append("\(counts[status]) \(status.rawValue)")
        }
        if parts.isEmpty { parts = [board.verdict.checks > 0 ? "all ok" : "no checks yet"] }
        return place + ": " + parts.joined(separator: ", ")
    }
}
