/// What a server answered, whatever the status; a 3xx is answered as such and never followed.
package struct HTTPResponse: Hashable, Sendable {
    package var status: Int
    /// In their order, as sent.
    package var headers: [HTTPRequest.Header]
    package var body: [UInt8]
    package var timings: HTTPTimings
    /// Heads and bodies of request and answer as they went over the wire, compressed; what TLS adds is not in it.
    package var wireBytes: Int

    /// The first header of this name, in any case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    static func headers(parsing raw: [UInt8]) -> [HTTPRequest.Header] {
        raw.split(separator: UInt8(ascii: "\n")).dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            func text(_ bytes: ArraySlice<UInt8>) -> String {
                let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
                let end = bytes.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? bytes.startIndex
                return String(decoding: bytes[..<end].drop(while: isBlank), as: UTF8.self)
            }
            return HTTPRequest.Header(text(line[..<colon]), text(line[(colon + 1)...]))
        }
    }
}

/// When each step was reached, from the start; zero when it was not.
package struct HTTPTimings: Hashable, Sendable {
    package var lookedUp = Duration.zero
    package var connected = Duration.zero
    package var secured = Duration.zero
    /// The first byte of the answer.
    package var answered = Duration.zero
    package var total = Duration.zero

    package init() {}
}

/// Why there is no answer.
package struct HTTPFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// No such name, no connection, or it broke.
        case unreachable
        case timedOut
        /// TLS could not be had, or the certificate is wrong.
        case insecure
        case tooLarge
        case malformed
        /// libcurl is not there, or the request cannot work.
        case unusable
    }

    package var kind: Kind
    /// `GET https://rabbit:15671/api/overview: timed out after 5.0 s while waiting for the answer`. Sanitise
    /// before showing.
    package var description: String
}
