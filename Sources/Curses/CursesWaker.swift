import CTerm
import Display

/// An eventfd that ends `CursesTerminal.wait` from any thread; closed with its last holder.
package final class CursesWaker: Waker {
    /// -1 when the system had none to give: then nothing is woken and the loop lives on its timeouts.
    let descriptor: Int32

    init() { descriptor = cterm_waker_open() }

    deinit { if descriptor >= 0 { cterm_waker_close(descriptor) } }

    package func wake() { cterm_waker_wake(descriptor) }

    func clear() { cterm_waker_clear(descriptor) }
}
