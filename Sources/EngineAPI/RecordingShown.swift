/// A recording under way, or one that has ended by itself and nobody has ended yet.
package struct RecordingShown: Hashable, Sendable, Codable {
    package var path: String
    package var bytes: Int
    /// Why it has ended, as a clause; nil while it goes on.
    package var ended: String?

    package init(path: String, bytes: Int, ended: String? = nil) {
        self.path = path
        self.bytes = bytes
        self.ended = ended
    }
}
