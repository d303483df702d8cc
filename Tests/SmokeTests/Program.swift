import Platform
import TestSupport

/// The built program in a pseudo-terminal, with a home of its own.
struct Program {
    let pty: Pty
    let folder: TemporaryFolder

    /// HYPERCARE_BIN, or the debug product beside the test bundle: one suite for every build.
    static var path: String {
        if let path = Environment.ofProcess["HYPERCARE_BIN"], !path.isEmpty { return path }
        let bundle = CommandLine.arguments.first ?? ""
        return bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/")
            + "/hypercare"
    }

    /// Built as it is installed.
    static var isRelease: Bool { path.contains("/release/") || path.contains("/dist/") }

    /// Signals by their Linux numbers.
    enum Signal {
        static let hangUp: Int32 = 1
        static let illegal: Int32 = 4
        static let kill: Int32 = 9
        static let segmentation: Int32 = 11
        static let terminate: Int32 = 15
        static let goOn: Int32 = 18
        static let stop: Int32 = 19
    }

    init(rows: Int = 40, columns: Int = 120) throws {
        pty = try Pty(rows: rows, columns: columns)
        folder = try TemporaryFolder("smoke")
    }

    /// Starts the demo; variables are added to a plain environment, an empty one is left out.
    func startDemo(_ arguments: [String] = [], _ variables: [String: String] = [:]) throws {
        try start([Self.path, "demo"] + arguments, variables)
    }

    func start(_ arguments: [String], _ variables: [String: String] = [:]) throws {
        var environment = [
            "PATH": "/usr/bin:/bin", "HOME": folder.path, "TMPDIR": folder.path, "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
        ]
        environment.merge(variables) { $1 }
        try pty.start(arguments, environment: environment.filter { !$0.value.isEmpty })
    }

    /// The kernel's count of bytes written by the program, to whatever file.
    var written: Int {
        get throws {
            let io = try Files.read("/proc/\(pty.process)/io", limit: 4_096)
            let lines = String(decoding: io, as: UTF8.self).split(separator: "\n")
            return lines.first { $0.hasPrefix("wchar") }.flatMap { Int($0.dropFirst(7)) } ?? 0
        }
    }

    /// Drawn with data in it: the heads of panes, and no pane that still waits.
    func drawn() async throws {
        try await pty.wait(for: "the demo is drawn", within: .seconds(20)) { screen in
            screen.text.contains("erp.order.export") && screen.text.contains("Flags")
        }
    }

    /// What the person finds: their own screen, their own modes.
    func isGivenBack() async throws {
        try await pty.wait(for: "the screen is given back") { !$0.isAlternate && $0.isCursorVisible }
        try await eventually("the modes are given back") { pty.modes == .cooked }
        try await pty.wait(for: "paste is plain again") { !$0.isPasteBracketed }
    }
}
