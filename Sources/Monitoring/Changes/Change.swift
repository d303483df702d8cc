import Text

/// Something that was changed on the store, by whomever: it judges nothing, and may be why something else went wrong.
package struct Change: Hashable, Sendable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// Rows of `core_config_data`, by their paths.
        case config
        /// Versions in `setup_module`.
        case module
        /// Names in `patch_list`.
        case patch
        /// `queue_poison_pill` has another version: each consumer ends after its next message.
        case consumersRestarted
        case maintenance
        /// The link to the code that runs leads elsewhere.
        case release
        /// What a deploy script told.
        case deploy
        /// What a person told.
        case note
        case flag
    }

    /// The same from whoever saw it, so that it is told once.
    package var id: String
    package var kind: Kind
    /// What it is, as a sentence without a clock time; sanitised.
    package var text: String
    /// When it happened; where only a span is known, its end.
    package var at: WallTime
    /// It happened after this; nil where `at` is the moment.
    package var after: WallTime?
    /// Who did it, where that is known; sanitised.
    package var by: String?
    /// Where it was read, as the config names it; empty for what people and flags say.
    package var source: String
    /// What it is known to concern.
    package var about: [EntityID]
    /// It was so before this console looked for the first time: history, no news.
    package var isPast: Bool

    package init(
        id: String, _ kind: Kind, _ text: String, at: WallTime, after: WallTime? = nil, by: String? = nil,
        source: String = "", about: [EntityID] = [], isPast: Bool = false
    ) {
        self.id = Sanitizer.line(id, maxBytes: 300)
        self.kind = kind
        self.text = Sanitizer.line(text, maxBytes: Self.mostBytes)
        self.at = at
        self.after = after
        self.by = by.map { Sanitizer.line($0, maxBytes: 64) }
        self.source = source
        self.about = about
        self.isPast = isPast
    }

    package static let mostBytes = 300
}

extension Change {
    /// Its times as the clock of `moment` shows them beside ours.
    package func shown(by moment: Moment) -> Change {
        var change = self
        change.at = moment.shown(at)
        change.after = after.map(moment.shown)
        return change
    }

    /// FNV-1a: what two consoles saw alike has one id.
    static func digest(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
