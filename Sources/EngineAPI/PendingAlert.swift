package import Monitoring

/// Something that is wrong and not told yet: it is once it has lasted for as long as its rule asks, or once its detector
/// is sure.
package struct PendingAlert: Hashable, Sendable, Codable {
    package var entity: EntityID
    /// What that is called, harmless.
    package var label: String
    package var kind: Finding.Kind
    /// What it will be told as: critical or warning.
    package var severity: Status
    /// When it is told, if it lasts; nil where that goes by evidence.
    package var at: WallTime?
    /// Of the evidence that its detector needs, 0.5 to 1; nil where it goes by time.
    package var evidence: Double?
    /// One sentence with figures.
    package var sentence: String
    /// It will be told to nobody.
    package var silence: Silence?

    package init(
        _ key: AlertKey, label: String, _ severity: Status, at: WallTime?, evidence: Double? = nil,
        sentence: String,
        silence: Silence? = nil
    ) {
        (entity, kind) = (key.entity, key.kind)
        self.label = label
        self.severity = severity
        self.at = at
        self.evidence = evidence
        self.sentence = sentence
        self.silence = silence
    }
}
