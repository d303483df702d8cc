/// What went wrong, for the person at the keyboard: one clear sentence and an exit code.
struct Complaint: Error {
    /// Each is shown as one line, whatever names and paths are in it.
    var lines: [String]
    var exitCode: Int32

    init(_ message: String, exitCode: Int32 = ExitCode.failure) {
        lines = ["hypercare: \(message)"]
        self.exitCode = exitCode
    }

    /// Several at once: whoever mends one and is told of the next mends all day.
    init(_ messages: [String], exitCode: Int32) {
        lines = messages.map { "hypercare: \($0)" }
        self.exitCode = exitCode
    }

    /// A list of mistakes, as it stands.
    init(lines: [String], exitCode: Int32) {
        self.lines = lines
        self.exitCode = exitCode
    }
}

/// How a command ends; `help exit-codes` explains them.
enum ExitCode {
    static let ok: Int32 = 0
    /// Something could not be done.
    static let failure: Int32 = 1
    /// The command line or the config is wrong.
    static let usage: Int32 = 2
    /// `status`: as a Nagios plugin, unknown.
    static let unknown: Int32 = 3
}
