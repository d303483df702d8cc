internal import CSystem

/// Starts threads that may block: the concurrency pool has two, and they must not.
package enum SystemThread {
    /// Runs `body` on a new thread, which ends with it. All signals are blocked there. The system shows the
    /// first 15 bytes of the name.
    package static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
        let box = unsafe Unmanaged.passRetained(Body(body))
        let answer = unsafe system_thread_start(
            name,
            { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
            }, box.toOpaque())
        if answer < 0 { unsafe box.release() }
        try SystemError.check(answer, "start the thread", name)
    }

    /// The number of the calling thread, as `top -H` shows it.
    package static var current: Int32 { system_thread_id() }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
