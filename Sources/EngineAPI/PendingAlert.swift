package import Monitoring

/// Something that is wrong and not told yet: it is once it has lasted for as long as its rule asks.
package struct PendingAlert: Hashable, Sendable, Codable {
    package var entity: EntityID
    /// What that is called, harmless.
    package var label: String
    package var kind: Finding.Kind
    /// What it will be told as: critical or warning.
    package var severity: Status
    /// When it is told, if it lasts.
    package var at: WallTime
    /// One sentence with figures.
    package var sentence: String
    /// It will be told to nobody.
    package var silence: Silence?

    package init(
        _ key: AlertKey, label: String, _ severity: Status, at: WallTime, sentence: String,
        silence: Silence? = nil
    ) {
        (entity, kind) = (key.entity, key.kind)
        self.label = label
        self.severity = severity
        self.at = at
        self.sentence = sentence
        self.silence = silence
    }
}
