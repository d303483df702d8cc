internal import CSystem

/// A bell between threads: rung from anywhere, waited for by one thread, and pollable as a descriptor.
package struct Event: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    package init() throws(SystemError) {
        descriptor = FileDescriptor(taking: try SystemError.check(system_event_open(), "open an event"))
    }

    /// Readable while the bell has been rung and not heard.
    package var number: Int32 { descriptor.number }

    package func ring() { _ = system_event_signal(descriptor.number) }

    /// Blocks the thread until the bell is rung; many rings are one.
    package func wait() { _ = system_event_wait(descriptor.number) }

    /// Forgets earlier rings without waiting.
    package func clear() { _ = system_event_clear(descriptor.number) }
}
