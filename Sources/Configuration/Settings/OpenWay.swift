import Documents

/// A password that leaves this machine unencrypted: whoever is on the way reads it.
enum OpenWay {
    /// The key by which a person says that it may, and why.
    static let text =
        "Why the password may be sent unencrypted, where TLS cannot be had: doctor and the screen go on saying so. Without it such a source is refused."
    static let example = "the server has no TLS before March"

    /// Notes what is missing, or is said without need.
    static func check(
        _ isOpen: Bool, _ node: Node, at place: Place, instead: String, _ reading: inout Reading
    ) {
        let reason = node["insecure"].flatMap { $0.isNull ? nil : $0 }
        if isOpen, reason == nil {
            reading.note(
                "the password could be read on the way: \(instead), or say in this source why it may be: "
                    + "insecure: \"REASON\"", at: place)
        } else if !isOpen, let reason {
            reading.warn("\"insecure\" is not needed, no password can be read on the way", at: reason.place)
        }
    }

    /// Whether a host is this machine whatever a name server says; any other spelling is not.
    static func isHere(_ host: String) -> Bool {
        if host.lowercased() == "localhost" || host == "::1" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && (part == "0" || part.first != "0")
                    && part.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8(part) != nil
            }
    }

    /// Of `http://host:15672/prefix`.
    static func host(ofAddress url: String) -> String {
        guard url.hasPrefix("http://") else { return "" }
        let authority = url.dropFirst(7).prefix { $0 != "/" }
        if authority.first == "[" { return String(authority.prefix { $0 != "]" }) + "]" }
        return String(authority.prefix { $0 != ":" })
    }
}

extension Kind<String> {
    /// A name or address of a machine; a user or a port in it is refused, it would be taken for a part of the name.
    static var host: Kind {
        text("a host name or address", pattern: "^[A-Za-z0-9._:%-]+$") { name in
            name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "._:%-".utf8.contains(byte)
                }
            }
        }
    }
}
