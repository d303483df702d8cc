internal import CSystem

/// What a process of ours does first, while it has one thread.
package enum ProcessSetup {
    /// Files are for the owner alone unless said otherwise; a closed pipe is an error, not the end; no core
    /// file or debugger of the same user gets at secrets; no variable makes a library write keys, take a password
    /// or load code; a dead name server costs 1 s, not 10; threads share one heap.
    package static func run() throws(SystemError) {
        system_keep_heap_small()
        try SystemError.check(system_set_up_process(), "set up the process")
    }
}
