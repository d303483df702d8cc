import Documents

/// A port that only this machine reaches: `127.0.0.1:9464`, `[::1]:9464`.
package struct LoopbackPort: Sendable, Hashable {
    package var isIPv6: Bool
    package var port: UInt16

    package init(isIPv6: Bool = false, port: UInt16) {
        self.isIPv6 = isIPv6
        self.port = port
    }

    /// Nil where another machine could reach it, or it is no port.
    init?(_ text: String) {
        for (host, isIPv6) in [("127.0.0.1:", false), ("localhost:", false), ("[::1]:", true)]
        where text.hasPrefix(host) {
            let digits = text.dropFirst(host.utf8.count)
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits),
                port >= 1024
            else { return nil }
            self.init(isIPv6: isIPv6, port: port)
            return
        }
        return nil
    }
}

extension Kind<LoopbackPort> {
    static var loopback: Kind {
        scalar(
            .text(
                hint: "a port of this machine from 1024 on, such as 127.0.0.1:9464",
                pattern: #"^(127\.0\.0\.1|localhost|\[::1\]):[0-9]{4,5}$"#),
            written: { "\($0.isIPv6 ? "\"[::1]" : "127.0.0.1"):\($0.port)\($0.isIPv6 ? "\"" : "")" },
            parse: { text, _ in LoopbackPort(text) })
    }
}
