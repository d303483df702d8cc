package import Monitoring

/// Where a backend puts on record which program is about to carry out a change.
package struct ChangeRecorder: Sendable {
    /// Returns once it is durable; why it cannot be, then the program must not begin.
    package let begins: @Sendable (ProcessMark) async -> String?

    package init(_ begins: @escaping @Sendable (ProcessMark) async -> String?) { self.begins = begins }
}
