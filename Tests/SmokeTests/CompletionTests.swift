import Glibc
import Platform
import TestSupport
import Testing

/// The completions in the shells they are for, where these are installed.
@Suite struct CompletionTests {
    private static let fish = "/usr/bin/fish"
    private static let zsh = "/usr/bin/zsh"

    private static func isThere(_ path: String) -> Bool { unsafe access(path, X_OK) == 0 }

    private func script(_ shell: String) async throws -> String {
        let result = try await ChildProcess.run(
            ChildCommand([Program.path, "completion", shell]), deadline: .seconds(10))
        return String(decoding: result.output, as: UTF8.self)
    }

    @Test(
        .enabled(if: isThere(fish), "fish is not installed"),
        arguments: [
            ("hypercare sta", ["status"]), ("hypercare config ", ["check", "schema"]),
            ("hypercare --env help config ", ["check", "schema"]), ("hypercare config check ", []),
            ("hypercare --config x.yaml au", ["audit"]), ("hypercare status --j", ["--json"]),
            ("hypercare doctor db --e", ["--env"]), ("hypercare demo --theme hi", ["high-contrast"]),
            ("hypercare --theme=hi", ["--theme=high-contrast"]), ("hypercare help ex", ["exit-codes"]),
            ("hypercare demo --seed ", []), ("hypercare --config /etc/passw", ["/etc/passwd"]),
            ("hypercare --v", ["--version"]),
        ])
    func `fish completes`(line: String, expected: [String]) async throws {
        let folder = try TemporaryFolder("fish")
        let path = try folder.write(try await script("fish"), to: "hypercare.fish")
        let result = try await ChildProcess.run(
            ChildCommand(
                [Self.fish, "--no-config", "-c", "source \(path); complete -C '\(line)'"],
                environment: ["HOME": folder.path, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"],
                directory: folder.path),
            deadline: .seconds(20))
        let lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n")
        // The description follows a tab; /etc/passwd- is there on many machines too.
        let found = lines.compactMap { $0.split(separator: "\t").first.map(String.init) }
        #expect(found.filter { !$0.hasSuffix("-") } == expected, "\(line)")
        #expect(result.error.isEmpty, "\(String(decoding: result.error, as: UTF8.self))")
    }

    @Test(.enabled(if: isThere(zsh), "zsh is not installed"))
    func `zsh completes`() async throws {
        let folder = try TemporaryFolder("zsh")
        try folder.write(try await script("zsh"), to: "_hypercare")
        try folder.write(
            "PROMPT='> '\nfpath=(\(folder.path) $fpath)\nautoload -Uz compinit\ncompinit -u -D\n",
            to: ".zshrc")
        let pty = try Pty(rows: 20, columns: 80)
        defer { pty.close() }
        try pty.start(
            [Self.zsh, "-i"],
            environment: [
                "HOME": folder.path, "ZDOTDIR": folder.path, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8",
                "TERM": "xterm-256color",
            ])
        try await pty.wait(for: "its prompt", within: .seconds(20)) { $0.row(0).hasPrefix(">") }
        let lines = [
            ("sta\t", "status"), ("config sch\t", "config schema"), ("--env help au\t", "--env help audit"),
            ("status --j\t", "status --json"), ("--theme=hi\t", "--theme=high-contrast"),
            ("doctor db --e\t", "doctor db --env"), ("--config /etc/hostn\t", "--config /etc/hostname"),
            ("demo --th\thi\t", "demo --theme high-contrast"),
        ]
        for (typed, line) in lines {
            pty.send("\u{15}\u{c}hypercare \(typed)")
            try await pty.wait(for: line) { $0.row(0).hasPrefix("> hypercare \(line)") }
        }
    }
}
