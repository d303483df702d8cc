import Documents

/// A password that leaves this machine unencrypted: whoever is on the way reads it.
enum OpenWay {
    /// The key by which a person says that it may, and why.
    static let text =
        "Why the password may be sent unencrypted, where TLS cannot be had: doctor and the screen go on saying so. Without it such a source is refused."
    static let example = "the server has no TLS before March"

    /// Notes what is missing, or is said without need.
    static func check(
        _ isOpen: Bool, _ node: Node, at place: Place, host: String, instead: String,
        _ reading: inout Reading
    ) {
        let isMeantHere = seemsHere(host)
        let reason = node["insecure"].flatMap { $0.isNull ? nil : $0 }
        if isOpen, reason == nil {
            let name = isMeantHere ? "write this machine as 127.0.0.1, ::1 or localhost, or " : ""
            reading.note(
                "the password could be read on the way: \(name)\(instead), or say in this source why it may be: "
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

    /// A spelling of this machine that is not taken for it.
    private static func seemsHere(_ host: String) -> Bool {
        let name = host.lowercased()
        if ["localhost.", "localhost.localdomain", "ip6-localhost", "ip6-loopback"].contains(name) {
            return true
        }
        let letters = name.utf8.filter { $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") }
        if letters.contains(UInt8(ascii: ":")) {
            return letters.last == UInt8(ascii: "1")
                && letters.dropLast().allSatisfy { "0:".utf8.contains($0) }
        }
        return name.hasPrefix("127.") && letters.allSatisfy { "0123456789.".utf8.contains($0) }
    }

    /// Of `http://host:15672/prefix`; empty where anything but a port follows the host.
    static func host(ofAddress url: String) -> String {
        guard url.hasPrefix("http://") else { return "" }
        let authority = url.dropFirst(7).prefix { $0 != "/" }
        let end =
            authority.first == "["
            ? authority.firstIndex(of: "]").map { authority.index(after: $0) } ?? authority.endIndex
            : authority.firstIndex(of: ":") ?? authority.endIndex
        let port = authority[end...]
        let isPort = port.first == ":" && port.utf8.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
        return port.isEmpty || isPort ? String(authority[..<end]) : ""
    }
}

extension Kind<String> {
    /// Words for people: no `true`, no blank, nothing that only makes the refusal go away.
    static var reason: Kind {
        var kind = text("a reason")
        let plain = kind.read
        kind.read = { node, base, reading in
            if let text = node.text, isReason(text) { return plain(node, base, &reading) }
            reading.note(
                "write here in words why the password may be sent unencrypted, such as \"\(OpenWay.example)\"",
                at: node.place)
            return nil
        }
        return kind
    }

    private static func isReason(_ text: String) -> Bool {
        let words = text.split { !$0.isLetter }.map { $0.lowercased() }
        let saysNothing = ["true", "false", "yes", "no", "on", "off", "null", "none", "nil"]
        return words.contains { $0.count >= 3 && !saysNothing.contains($0) }
    }

    /// A name or address of a machine; a user or a port in it is refused, it would be taken for a part of the name.
    static var host: Kind {
        text(
            "a host name or address, without a blank and without its port", pattern: "^[A-Za-z0-9._:%-]+$"
        ) { name in
            // One colon is a port's, two or more are an address'.
            name.utf8.count { $0 == UInt8(ascii: ":") } != 1
                && name.utf8.allSatisfy { byte in
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
