internal import CSystem

/// A program to start: never a shell line, and nothing of our own environment but what is given here.
package struct ChildCommand: Hashable, Sendable {
    /// The program first: a path, or a name that is looked up in the `PATH` of `environment`.
    package var arguments: [String]
    /// All of it.
    package var environment: [String: String]
    /// Where it starts: not where we happen to be, so that a relative name in an argument means nothing else there.
    package var directory: String
    /// What it reads; nothing is `/dev/null`.
    package var input: [UInt8]
    /// Who may have put the program where it is.
    package var trust: FileTrust

    package init(
        _ arguments: [String], environment: [String: String] = ["PATH": Self.standardPath],
        directory: String = "/", input: [UInt8] = [], trust: FileTrust = FileTrust()
    ) {
        self.trust = trust
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.input = input
    }

    package static let standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// The path of the program, or an error that says where it was looked for, or who else decides what it is. To
    /// be asked right before it is started.
    package func program() throws(SystemError) -> String {
        let (path, faults) = try looked()
        for fault in faults { throw fault }
        return path
    }

    /// All that speaks against starting it: who else decides what is run.
    package func faults() throws(SystemError) -> [SystemError] { try looked().faults }

    private func looked() throws(SystemError) -> (path: String, faults: [SystemError]) {
        guard let name = arguments.first, !name.isEmpty else {
            throw SystemError("start", detail: "no program is named")
        }
        // A zero byte would cut the text short behind everybody's back.
        for text in arguments + Array(environment.keys) + Array(environment.values) {
            guard !text.utf8.contains(0) else {
                throw SystemError("start", name, detail: "an argument holds a zero byte")
            }
        }
        let path = try found(name)
        let look = ProgramTrust(trust: trust, directory: directory) { try? found($0) }
        return (path, look.faults(arguments, at: path))
    }

    private func found(_ name: String) throws(SystemError) -> String {
        if name.hasPrefix("/") { return name }
        guard !name.contains("/") else {
            throw SystemError(
                "start", name, detail: "it would be another program in another folder: give its whole path")
        }
        let path = environment["PATH"] ?? Self.standardPath
        for folder in path.split(separator: ":") where folder.hasPrefix("/") {
            let candidate = folder + "/" + name
            if unsafe system_is_executable(candidate) { return candidate }
        }
        throw SystemError(
            "start", name, code: SystemError.notFound, detail: "it is in no folder of PATH=\(path)")
    }
}

/// How a child ended.
package enum ChildEnd: Hashable, Sendable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)

    package var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let number): "signal \(number)"
        }
    }
}
