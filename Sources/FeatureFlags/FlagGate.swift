/// Whether a flag may be switched now, and to what. Decided here alone: rows, dialogs, hints and replies quote it.
///
/// A backend looks once more at what it is about to change, as that may have moved since.
package enum FlagGate: Hashable, Sendable {
    case open(to: FlagValue)
    case shut(ChangeRefusal)

    /// What is so around a flag.
    package struct Circumstances: Hashable, Sendable {
        /// Why nothing may be changed from here, as a clause; nil when it may.
        package var readOnly: String?
        /// Why no change could be put on record.
        package var veto: String?
        /// What a change that is under way asks for.
        package var wanted: FlagValue?
        /// And its end was not seen.
        package var isEndUnknown = false
        /// Why what is known of it is too old.
        package var unread: String?

        package init() {}
    }

    /// `flag` as it was last read; nil when no flag of this name was read from `backend`. Words from outside are not
    /// sanitised here.
    package init(_ flag: FlagReading?, of backend: String, in around: Circumstances) {
        if let why = around.readOnly {
            self = .shut(ChangeRefusal(.readOnly, why))
        } else if let why = around.veto {
            self = .shut(ChangeRefusal(.notOnRecord, why))
        } else if let wanted = around.wanted {
            let words =
                around.isEndUnknown
                ? "whether it was turned \(wanted.text) is not known yet"
                : "it is being turned \(wanted.text)"
            self = .shut(ChangeRefusal(.alreadyChanging, words))
        } else if let flag {
            self = Self.gate(flag, around.unread)
        } else {
            self = .shut(ChangeRefusal(.unknownFlag, "no flag of this name has been read from \(backend)"))
        }
    }

    private static func gate(_ flag: FlagReading, _ unread: String?) -> FlagGate {
        if !FlagNames.isActionable(flag.name) {
            return .shut(ChangeRefusal(.notToggleable, "its name holds characters that are not switched by"))
        }
        if case .refused(let why, _) = flag.acceptance { return .shut(ChangeRefusal(.notToggleable, why)) }
        if let unread { return .shut(ChangeRefusal(.stale, unread)) }
        if let reason = flag.fixedReason { return .shut(ChangeRefusal(.notToggleable, reason)) }
        return switch flag.value {
        case .on: .open(to: .off)
        case .off: .open(to: .on)
        case .unknown(let why): .shut(ChangeRefusal(.notToggleable, "what it is now is not known: \(why)"))
        case .variant, .rollout, .codeDefault, .byRule:
            .shut(ChangeRefusal(.notToggleable, "it is \(flag.value.text), not plain ON or OFF"))
        }
    }
}

/// Why a change was not taken; nothing was sent.
package struct ChangeRefusal: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        case readOnly, notOnRecord, unknownFlag, notToggleable, alreadyChanging, stale
    }

    package var code: Code
    /// A clause: `it is being turned OFF`.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
