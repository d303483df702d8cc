import Glibc

/// The signals that end a program without a terminal: waited for instead of dying by them, so that what has to be kept is.
package enum EndSignals {
    private static let numbers = [SIGTERM, SIGINT, SIGHUP, SIGQUIT]

    /// Holds them back in this thread and those it starts from now on: to be called before there is another one.
    /// Programs that are started get them again.
    package static func holdBack() {
        var set = sigset_t()
        unsafe fill(&set)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for one of them; its number.
    package static func wait() -> Int32 {
        var set = sigset_t()
        unsafe fill(&set)
        var number: Int32 = 0
        while unsafe sigwait(&set, &number) != 0 {}
        return number
    }

    /// Ends the waiting from within, as SIGTERM does.
    package static func end() { kill(getpid(), SIGTERM) }

    private static func fill(_ set: UnsafeMutablePointer<sigset_t>) {
        unsafe sigemptyset(set)
        for number in numbers { unsafe sigaddset(set, number) }
    }
}
