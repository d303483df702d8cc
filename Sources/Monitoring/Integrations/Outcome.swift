/// How one attempt of an integration ended, or that it is put off.
package enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
    case success, failure, retry
}
