extension Finding {
    /// What is wrong, in one word of the trade; the same entity may have several.
    package enum Kind: Sendable, Hashable {
        /// A source does not answer, or says the same for too long.
        case unreachable, frozen
        /// Cron as a whole or a group of it does not run.
        case stopped
        /// A queue has nobody who takes from it.
        case noConsumer
        /// Something is taken and never done.
        case stuck
        /// A job whose process is gone; that is late; that does not end; that ends with errors.
        case died, overdue, running, errors
        /// Less came than is usual, down to nothing; more than is usual.
        case silent, burst
        case failing, retries, slow
        /// A level that grows and should not.
        case growing
        /// An index that sees no changes; that does not come after them; that is invalid.
        case blind, behind, invalid
        /// Records that one side lacks, that it has in excess, that differ; a set that drifts apart.
        case missing, extra, different, drift
        /// A flag whose state is not certain; what a server itself says is wrong, in its word.
        case unsettled, word
        /// What a rule of a person's own says, by its name.
        case custom(String)
    }
}

extension Finding.Kind: RawRepresentable, Codable {
    private static let own = "custom:"

    /// All but those that people name.
    package static let known: [Self] = [
        .unreachable, .frozen, .stopped, .noConsumer, .stuck, .died, .overdue, .running, .errors, .silent,
        .burst, .failing, .retries, .slow, .growing, .blind, .behind, .invalid, .missing, .extra,
        .different, .drift, .unsettled, .word,
    ]

    package init?(rawValue: String) {
        if let known = Self.known.first(where: { $0.rawValue == rawValue }) {
            self = known
        } else if rawValue.utf8.starts(with: Self.own.utf8) {
            self = .custom(String(rawValue.dropFirst(Self.own.count)))
        } else {
            return nil
        }
    }

    /// As alerts are written: `no consumer`, `custom:erp-depth`.
    package var rawValue: String {
        switch self {
        case .unreachable: "unreachable"
        case .frozen: "frozen"
        case .stopped: "stopped"
        case .noConsumer: "no consumer"
        case .stuck: "stuck"
        case .died: "died"
        case .overdue: "overdue"
        case .running: "running"
        case .errors: "errors"
        case .silent: "silent"
        case .burst: "burst"
        case .failing: "failing"
        case .retries: "retries"
        case .slow: "slow"
        case .growing: "growing"
        case .blind: "blind"
        case .behind: "behind"
        case .invalid: "invalid"
        case .missing: "missing"
        case .extra: "extra"
        case .different: "different"
        case .drift: "drift"
        case .unsettled: "unsettled"
        case .word: "word"
        case .custom(let name): Self.own + name
        }
    }
}
