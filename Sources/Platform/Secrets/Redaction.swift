/// Takes a login out of what a server says: pages of errors show the request they refuse, header by header.
///
/// The password as it is and as texts carry it (percent signs, JSON, HTML), and what basic authentication makes of
/// it. A form that was cut short counts too: where the text ends, and of what is base64 anywhere.
package struct Redaction: Sendable {
    private struct Form {
        var bytes: [UInt8]
        /// So many bytes of its beginning are taken for it.
        var enough: Int
        /// A short password is a part of many a word.
        var standsAlone = false
    }

    private static let mark = Array("•••".utf8)
    private let forms: [Form]

    package init(_ secret: Secret, user: String = "") {
        let text = secret.reveal()
        guard !text.isEmpty else {
            forms = []
            return
        }
        var plain = [text, HTTPRequest.encode(text), HTTPRequest.encode(text).lowercased(with: "%")]
        plain += [Self.escaped(text, Self.json), Self.escaped(text, Self.html)]
        plain.append(String(decoding: text.utf8.map { $0 == 0x20 ? 0x2B : $0 }, as: UTF8.self))
        var forms: [Form] = []
        for form in plain.map({ Array($0.utf8) }) where !forms.contains(where: { $0.bytes == form }) {
            forms.append(Form(bytes: form, enough: form.count, standsAlone: form.count < 4))
        }
        for login in ["\(user):\(text)", text] {
            let base64 = Self.base64(Array(login.utf8))
            let url = base64.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == 0x2F ? 0x5F : $0 }
            let percent = Array(HTTPRequest.encode(String(decoding: base64, as: UTF8.self)).utf8)
            for form in [base64, url, percent] where !forms.contains(where: { $0.bytes == form }) {
                forms.append(Form(bytes: form, enough: min(8, form.count)))
            }
        }
        self.forms = forms
    }

    package func redacted(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let clean = redacted(bytes)
        return clean == bytes ? text : String(decoding: clean, as: UTF8.self)
    }

    package func redacted(_ bytes: [UInt8]) -> [UInt8] {
        var clean: [UInt8] = []
        clean.reserveCapacity(bytes.count)
        var place = 0
        while place < bytes.count {
            if let length = length(in: bytes, at: place) {
                clean += Self.mark
                place += length
            } else {
                clean.append(bytes[place])
                place += 1
            }
        }
        return clean
    }

    /// Of the longest form that stands there; nil when none does.
    private func length(in bytes: [UInt8], at place: Int) -> Int? {
        var longest: Int?
        for form in forms where bytes[place] == form.bytes[0] {
            let same = zip(bytes[place...], form.bytes).prefix { $0 == $1 }.count
            let isCut = same >= 4 && place + same == bytes.count
            guard same >= form.enough || isCut else { continue }
            if form.standsAlone, Self.isWord(bytes, place - 1) || Self.isWord(bytes, place + same) {
                continue
            }
            longest = max(longest ?? 0, same)
        }
        return longest
    }

    private static func isWord(_ bytes: [UInt8], _ place: Int) -> Bool {
        guard bytes.indices.contains(place) else { return false }
        let byte = bytes[place]
        return byte > 0x7F || (0x30...0x39).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    // MARK: How texts carry it

    private static let json: [(UInt8, String)] = [
        (UInt8(ascii: "\""), "\\\""), (UInt8(ascii: "\\"), "\\\\"), (UInt8(ascii: "/"), "\\/"),
    ]
    private static let html: [(UInt8, String)] = [
        (UInt8(ascii: "&"), "&amp;"), (UInt8(ascii: "<"), "&lt;"), (UInt8(ascii: ">"), "&gt;"),
        (UInt8(ascii: "\""), "&quot;"), (UInt8(ascii: "'"), "&#39;"),
    ]

    private static func escaped(_ text: String, _ table: [(UInt8, String)]) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if let other = table.first(where: { $0.0 == byte })?.1 {
                bytes += other.utf8
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// RFC 4648, without the padding: a part of it counts as well.
    private static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        var held: UInt32 = 0
        var bits = 0
        for byte in bytes {
            held = held << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(letters[Int(held >> UInt32(bits)) & 63])
            }
        }
        if bits > 0 { text.append(letters[Int(held << UInt32(6 - bits)) & 63]) }
        return text
    }
}

extension String {
    /// `%2F` as some write it.
    fileprivate func lowercased(with sign: Character) -> String {
        var rest = 0
        return String(
            map { letter in
                if letter == sign {
                    rest = 2
                    return letter
                }
                defer { rest -= 1 }
                return rest > 0 ? Character(letter.lowercased()) : letter
            })
    }
}
