/// A program that runs on, such as `tail -F`; its process group is ended when this is let go.
package final class FollowedChild: Sendable {
    private let stop: Stop

    /// Starts it. `receive` is called on the child's own thread, in order, with all output as it comes and
    /// last with the end; nothing is dropped, a slow closure holds the child up. It is not called with
    /// `.skipped`, nor with an end that was asked for.
    package init(
        _ command: ChildCommand, _ receive: @escaping @Sendable (ChildOutput) -> Void
    ) throws(SystemError) {
        let stop = try Stop()
        self.stop = stop
        try SystemThread.start("child") {
            do throws(SystemError) {
                let child = try Child(command)
                let outcome = child.serve(until: nil, stop: stop.bell) { stream, bytes in
                    receive(stream == .output ? .output(Array(bytes)) : .error(Array(bytes)))
                }
                if case .ended(let how) = outcome { receive(.ended(how)) }
            } catch {
                receive(.failed(error))
            }
        }
    }

    deinit { stop.bell.ring() }

    // Apart, because the thread keeps it and must not keep the child.
    private final class Stop: Sendable {
        let bell: Event
        init() throws(SystemError) { bell = try Event() }
    }
}
