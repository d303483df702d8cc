/// Words that lead to another machine or container, `ssh app1`, put before a program and its arguments.
package struct CommandPrefix: Hashable, Sendable {
    /// From the config; empty runs the program here.
    package var words: [String]

    package init(_ words: [String]) { self.words = words }

    /// The arguments to start. When the first word is ssh it asks nobody anything, trusts no unknown host,
    /// lends no agent and notices a dead line within 15 s; and since ssh hands its words to a shell over
    /// there, each word of `command` is quoted for it.
    package func arguments(_ command: [String]) -> [String] {
        guard let program = words.first, Self.isSSH(program) else { return words + command }
        return [program] + Self.options + words.dropFirst() + command.map(ShellWord.quoted)
    }

    // What ssh is told first wins over what comes later and over its own files.
    private static let options = [
        "BatchMode=yes", "StrictHostKeyChecking=yes", "ConnectTimeout=5", "ForwardAgent=no",
        "ServerAliveInterval=5", "ServerAliveCountMax=2",
    ].flatMap { ["-o", $0] }

    private static func isSSH(_ program: String) -> Bool { program == "ssh" || program.hasSuffix("/ssh") }
}
