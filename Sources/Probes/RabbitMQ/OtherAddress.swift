import Documents
import Monitoring
import Text

/// The address that a management API has in place of the one the config gives, as the config takes it.
enum OtherAddress {
    /// The same with https instead of http, or the other way round.
    static func otherScheme(_ address: String) -> String? {
        if address.hasPrefix("https://") { return "http://" + address.dropFirst("https://".utf8.count) }
        return address.hasPrefix("http://") ? "https://" + address.dropFirst("http://".utf8.count) : nil
    }

    static func failure(_ address: String, spoken other: String, isSecure: Bool) -> ReadFailure {
        let (spoken, asked) = isSecure ? ("https", "http") : ("http", "https")
        let advice =
            isSecure
            ? "Write \(key(other)), and where the system does not know who signed its certificate "
                + "`tls: {ca: /path/to/ca.pem}`."
            : "Write \(key(other)) if it is on this machine; elsewhere give the port with TLS, mostly 15671, or say why "
                + "not: `insecure: \"the broker has no TLS before March\"`."
        return ReadFailure(
            isSecure ? .malformed : .insecure,
            Sanitizer.line("\(address): \(spoken) is spoken there, not \(asked)", maxBytes: 512),
            advice: advice)
    }

    /// What an answer that leads elsewhere says of the address; nil when nothing can be made of it.
    static func base(of location: String, asked path: String, at address: String) -> String? {
        var place = location
        if place.hasPrefix("/") {
            let host = address.split(separator: "/", omittingEmptySubsequences: false).prefix(3)
            place = host.joined(separator: "/") + place
        }
        let scheme = ["http://", "https://"].first { place.hasPrefix($0) }
        guard let scheme, place.utf8.count <= 512, place.utf8.allSatisfy({ (0x21..<0x7F).contains($0) })
        else {
            return nil
        }
        let plain = String(place.prefix { $0 != "?" && $0 != "#" })
        let asked = String(path.prefix { $0 != "?" })
        var base = plain.hasSuffix(asked) ? String(plain.dropLast(asked.count)) : plain
        while base.hasSuffix("/") { base.removeLast() }
        return base.utf8.count > scheme.utf8.count && !base.utf8.contains(UInt8(ascii: "@")) ? base : nil
    }

    static func key(_ address: String) -> String { "`url: \(JSONText.whole(address))`" }
}
