/// A GET over http or https.
package struct HTTPRequest: Hashable, Sendable {
    package enum Login: Hashable, Sendable {
        case none
        case basic(user: String, password: Secret)
        case bearer(Secret)
    }

    package struct Header: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Complete, its parts already percent-encoded, without a user in it.
    package var url: String
    package var headers: [Header]
    package var login: Login
    /// The certificate authority that must have signed the server's certificate; nil trusts the system's.
    package var caFile: String?
    /// For all of it: name, connection, TLS and the last byte of the answer.
    package var timeout: Duration
    /// Bytes of the body, once decoded. Headers may have 32 KiB.
    package var maxBytes: Int

    package init(
        _ url: String, headers: [Header] = [], login: Login = .none, caFile: String? = nil,
        timeout: Duration = .seconds(5), maxBytes: Int = 8 << 20
    ) {
        self.url = url
        self.headers = headers
        self.login = login
        self.caFile = caFile
        self.timeout = timeout
        self.maxBytes = maxBytes
    }

    /// One part of a path or query with all but unreserved characters encoded: `/` is `%2F`.
    package static func encode(_ part: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in part.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The URL without query, for messages.
    var place: String { String(url.prefix { $0 != "?" && $0 != "#" }) }

    /// Lines for the server; nil when one would break out of its line.
    func lines() -> [String]? {
        var lines = headers.map { "\($0.name): \($0.value)" }
        if case .bearer(let token) = login { lines.append("Authorization: Bearer \(token.reveal())") }
        let isClean = lines.allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
        return isClean ? lines : nil
    }
}
