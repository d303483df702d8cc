internal import CSystem

/// The variables a process was started with, and the folders that follow from them.
package struct Environment: Hashable, Sendable {
    package var variables: [String: String]

    package init(_ variables: [String: String]) { self.variables = variables }

    /// This process's, as they are now.
    package static var ofProcess: Environment {
        var variables: [String: String] = [:]
        var index = 0
        while let entry = unsafe system_environment(index) {
            let text = unsafe String(cString: entry)
            if let sign = text.firstIndex(of: "=") {
                variables[String(text[..<sign])] = String(text[text.index(after: sign)...])
            }
            index += 1
        }
        return Environment(variables)
    }

    /// The variable, or nil when it is not set or empty.
    package subscript(_ name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// `HOME`, else what the system's list of users says, else nil.
    package var home: String? { absolute("HOME") ?? Identity.home(ofUser: system_user()) }

    /// Where a person's settings are: `$XDG_CONFIG_HOME`, else `~/.config`.
    package var configHome: String? { absolute("XDG_CONFIG_HOME") ?? home.map { $0 + "/.config" } }

    /// Where what must survive is kept: `$XDG_STATE_HOME`, else `~/.local/state`.
    package var stateHome: String? { absolute("XDG_STATE_HOME") ?? home.map { $0 + "/.local/state" } }

    /// For children: what they need to find programs, keys and the agent of ssh, and nothing that may be
    /// secret. `C.UTF-8`, so that what they print can be read.
    package func forChildren(keeping names: [String] = []) -> [String: String] {
        // Nothing is found relative to where somebody happens to be.
        let folders = (self["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix("/") }
        let path = folders.isEmpty ? ChildCommand.standardPath : folders.joined(separator: ":")
        var kept = ["PATH": path, "LC_ALL": "C.UTF-8"]
        for name in ["HOME", "USER", "LOGNAME", "TZ", "SSH_AUTH_SOCK"] + names {
            if let value = self[name] { kept[name] = value }
        }
        return kept
    }

    // The XDG specification: a relative path there is to be ignored.
    private func absolute(_ name: String) -> String? { self[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
}
