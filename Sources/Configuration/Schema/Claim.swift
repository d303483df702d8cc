package import Documents

/// What the config says and this machine alone can tell to be so: a check asks it, a read does not.
package struct Claim: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case timeZone(String)
        case group(String)
        /// PCRE2.
        case pattern(String)
        case template(String)
        /// nginx's `log_format`.
        case logFormat(String)
        case passwordFile(String)
        case variable(String)
        /// PEM.
        case certificates(String)
        case log(String)
        /// A folder that is looked at, and a link that is not followed.
        case folder(String)
        case link(String)
        case socket(String)
        /// A file that is written, in a folder that must be there.
        case fileToBe(String)
        case flagFile(String)
        /// A flag that one of these places holds.
        case flag(String, [FlagSettings])
        /// A program that is started here; of one that prints a password no word is told.
        case program([String], isOfSecret: Bool)
    }

    package var kind: Kind
    package var place: Place
}

extension Kind {
    /// The same, whose value is also a claim.
    func claiming(_ claim: @escaping (Value) -> Claim.Kind?) -> Kind {
        var kind = self
        let plain = read
        kind.read = { node, base, reading in
            let value = plain(node, base, &reading)
            if let value, let claimed = claim(value) { reading.claim(claimed, at: node.place) }
            return value
        }
        return kind
    }
}
