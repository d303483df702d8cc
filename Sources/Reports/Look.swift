/// How a store was looked at: what one look could know beyond what it read.
package struct Look: Hashable, Sendable {
    /// Where holds go on between two looks.
    package enum Memory: String, Sendable, CaseIterable {
        /// A console watches, and keeps what it knows.
        case console
        /// That of `status` itself.
        case own
        case none
    }

    package var memory: Memory
    /// A rule asked for a second read.
    package var hasReadAgain: Bool
    /// Why no flag can be switched from here, whatever it says; nil where one can, and where none may.
    package var obstacle: String?

    package init(memory: Memory, hasReadAgain: Bool = false, obstacle: String? = nil) {
        self.memory = memory
        self.hasReadAgain = hasReadAgain
        self.obstacle = obstacle
    }
}
