/// A change of one flag, as the operator saw and confirmed it.
package struct FlagChange: Hashable, Sendable, Codable {
    /// Version 4 UUID; the same change is never applied twice.
    package var opID: String
    package var flag: String
    package var backend: String
    package var from: FlagValue
    package var to: FlagValue
    /// The revision on the screen when it was confirmed.
    package var expectedRevision: String
    /// Why, in the operator's words; may be empty.
    package var reason: String

    package init(
        opID: String, flag: String, backend: String, from: FlagValue, to: FlagValue, expectedRevision: String,
        reason: String = ""
    ) {
        self.opID = opID
        self.flag = flag
        self.backend = backend
        self.from = from
        self.to = to
        self.expectedRevision = expectedRevision
        self.reason = reason
    }
}

/// How a change ended. Five words, never blurred.
package enum ChangeOutcome: Hashable, Sendable, Codable {
    /// Sent and read back as asked; the flag as it is now.
    case confirmed(FlagReading)
    /// It reads as asked, and what sent it did not end well: the sentence says what may be half done.
    case saved(FlagReading, String)
    /// The backend or a rule of ours said no; nothing changed.
    case refused(String)
    /// Somebody else changed it since it was shown; nothing was sent. The flag as it is now.
    case conflict(FlagReading)
    /// It was written, and another program wrote the same place meanwhile: told as a conflict. The flag as it is now,
    /// and what became of the other's.
    case crossed(FlagReading, String)
    /// Sent, and whether it took could not be seen.
    case unknown(String)
}
