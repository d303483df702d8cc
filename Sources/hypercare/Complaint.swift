/// What went wrong, for the person at the keyboard: one clear sentence and an exit code.
struct Complaint: Error {
    var message: String
    var exitCode: Int32

    init(_ message: String, exitCode: Int32 = ExitCode.failure) {
        self.message = message
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
