/// Takes a login out of what a server says: pages of errors show the request they refuse, header by header.
///
/// The password, and what basic authentication makes of it, each as it is and as texts carry it, letter by letter:
/// in percent signs, JSON's escapes, HTML's entities (`TextCarriage`). A form that was cut short counts too: where
/// the text ends, and of what is base64 anywhere.
package struct Redaction: Sendable, Hashable {
    private struct Form: Hashable {
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
        let plain = Array(text.utf8)
        var forms = [Form(bytes: plain, enough: plain.count, standsAlone: plain.count < 4)]
        for login in ["\(user):\(text)", text] {
            let base64 = Self.base64(Array(login.utf8))
            let url = base64.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == 0x2F ? 0x5F : $0 }
            for form in [base64, url] where !forms.contains(where: { $0.bytes == form }) {
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
        for form in forms where bytes[place] == form.bytes[0] || TextCarriage.begins(bytes[place]) {
            let (same, end) = Self.reach(of: form.bytes, in: bytes, from: place)
            let isCut = same >= 4 && TextCarriage.isEnd(bytes, end)
            guard same >= form.enough || isCut else { continue }
            if form.standsAlone, Self.isWord(bytes, place - 1) || Self.isWord(bytes, end) { continue }
            longest = max(longest ?? 0, (isCut ? bytes.count : end) - place)
        }
        return longest
    }

    /// How many bytes of a form stand there, and where they end. What stands for a byte may be read in two ways
    /// (a backslash, or one that escapes the next), hence several places at a time.
    private static func reach(
        of form: [UInt8], in bytes: [UInt8], from start: Int
    ) -> (same: Int, end: Int) {
        var places: [Int: Set<Int>] = [0: [start]]
        var best = (same: 0, end: start)
        for same in 0..<form.count {
            for place in places.removeValue(forKey: same) ?? [] {
                for (means, length) in TextCarriage.readings(bytes, at: place)
                where form[same...].starts(with: means) {
                    places[same + means.count, default: []].insert(place + length)
                }
            }
            if let ends = places[same + 1], let end = ends.max() { best = (same + 1, end) }
            if places.isEmpty { break }
        }
        return best
    }

    private static func isWord(_ bytes: [UInt8], _ place: Int) -> Bool {
        guard bytes.indices.contains(place) else { return false }
        let byte = bytes[place]
        return byte > 0x7F || (0x30...0x39).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
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

/// What it takes out is in it.
extension Redaction: CustomReflectable {
    package var customMirror: Mirror { Mirror(self, children: []) }
}
