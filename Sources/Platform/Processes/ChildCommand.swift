internal import CSystem

/// A program to start: never a shell line, and nothing of our own environment but what is given here.
package struct ChildCommand: Hashable, Sendable {
    /// The program first: a path, or a name that is looked up in the `PATH` of `environment`.
    package var arguments: [String]
    /// All of it.
    package var environment: [String: String]
    /// Where it starts; nil is where we are.
    package var directory: String?
    /// What it reads; nothing is `/dev/null`.
    package var input: [UInt8]

    package init(
        _ arguments: [String], environment: [String: String] = ["PATH": Self.standardPath],
        directory: String? = nil, input: [UInt8] = []
    ) {
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.input = input
    }

    package static let standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// The path of the program, or an error that says where it was looked for.
    package func program() throws(SystemError) -> String {
        guard let name = arguments.first, !name.isEmpty else {
            throw SystemError("start", detail: "no program is named")
        }
        // A zero byte would cut the text short behind everybody's back.
        for text in arguments + Array(environment.keys) + Array(environment.values) {
            guard !text.utf8.contains(0) else {
                throw SystemError("start", name, detail: "an argument holds a zero byte")
            }
        }
        if name.contains("/") { return name }
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
