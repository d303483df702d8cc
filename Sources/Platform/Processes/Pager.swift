internal import CSystem

/// Shows a long text a page at a time, as other programs at the terminal do.
package enum Pager {
    /// Shows `text` and does not return where standard output is a terminal that is too low for it, and there is a
    /// pager; otherwise returns, and nothing was shown.
    package static func become(_ text: String, environment: Environment) {
        let rows = Int(system_terminal_rows(1))
        let lines = text.utf8.count { $0 == UInt8(ascii: "\n") }
        guard rows > 0, StandardStreams.isTerminal(0), lines >= rows, environment["TERM"] != "dumb",
            let words = words(environment.variables["PAGER"])
        else { return }
        var variables = environment.variables
        // Plain letters without a question at the end where it fits, and the text stays, as git asks of less.
        if variables["LESS"] == nil { variables["LESS"] = "FRX" }
        let command = ChildCommand(words, environment: environment.forChildren())
        guard let path = try? command.program() else { return }
        let bytes = Array(text.utf8)
        _ = unsafe CStrings.with(words) { arguments in
            unsafe CStrings.with(CStrings.environment(variables)) { environment in
                unsafe system_become(path, arguments, environment, bytes, bytes.count)
            }
        }
    }

    /// What PAGER says, which POSIX makes a command line for `sh -c`: plain words need no shell, anything else gets
    /// the one that its owner wrote it for. Nil where it says that there is none.
    static func words(_ pager: String?) -> [String]? {
        guard let pager else { return ["less"] }
        let isPlain = pager.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: " /._-+,:=@%".utf8.contains(byte)
            }
        }
        let words = pager.split(separator: " ").map(String.init)
        guard let first = words.first, first != "cat" else { return nil }
        return isPlain && !first.utf8.contains(UInt8(ascii: "=")) ? words : ["/bin/sh", "-c", pager]
    }
}
