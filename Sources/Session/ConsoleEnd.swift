/// Why a console ended.
package enum ConsoleEnd: Hashable, Sendable {
    /// The operator left.
    case quit
    /// The other end of the terminal is gone.
    case hungUp
    case terminated(signal: Int32)

    /// As shells count: 0, or 128 and the signal; a hang-up is SIGHUP, 129.
    package var exitCode: Int32 {
        switch self {
        case .quit: 0
        case .hungUp: 129
        case .terminated(let signal): 128 + min(max(signal, 0), 127)
        }
    }
}
