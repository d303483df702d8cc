/// What a change that was saved may have left undone: done by itself, and any number of times without harm.
package struct FinishingStep: Hashable, Sendable, Codable {
    /// As a person would type it: `bin/magento cache:clean config`.
    package var command: String
    /// What it does: `Clean the config cache`.
    package var title: String
    /// What the shop feels of it, a sentence.
    package var effect: String

    package init(command: String, title: String, effect: String) {
        self.command = command
        self.title = title
        self.effect = effect
    }
}
