import CTerm

/// Why the screen cannot be drawn here, as a sentence with what to do.
package struct TerminalFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(code: Int32, type: String) {
        let name = String(type.unicodeScalars.filter { $0.value > 0x20 && $0.value < 0x7f }.prefix(40))
        description =
            switch Int(code) {
            case CTERM_UNKNOWN_TYPE where name.isEmpty:
                "TERM is not set. Say what your terminal is, for example `TERM=xterm-256color hypercare`."
            case CTERM_UNKNOWN_TYPE:
                "the terminal type `\(name)` (TERM) is not known on this machine."
                    + " Try `TERM=xterm-256color hypercare`, or install the package ncurses-term."
            case CTERM_POOR_TYPE:
                "the terminal type `\(name)` (TERM) cannot place the cursor."
                    + " Try `TERM=xterm-256color hypercare`, or `hypercare status` for one report."
            case CTERM_BUSY: "a terminal is open already."
            case CTERM_NO_TERMINAL:
                "the console needs a terminal on its input and output."
                    + " Over ssh, ask for one with `ssh -t`; `hypercare status` works without."
            default: "the terminal could not be opened: the system refused a file or the C.UTF-8 locale."
            }
    }
}
