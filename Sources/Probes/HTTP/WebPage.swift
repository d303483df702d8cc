/// A page for people where an answer for programs was due: a proxy's error, a login form.
struct WebPage: Equatable {
    /// Of its `<title>`, as it stands there; empty where it has none.
    var title: String

    /// Nil when the answer is no page. Some proxies forget the type, some call their page JSON.
    init?(_ body: [UInt8], contentType: String?) {
        let start = body.prefix(1024).drop { $0 == 0x20 || (0x09...0x0D).contains($0) || $0 > 0x7F }
        let head = Self.lowered(start.prefix(16))
        let looksLikeOne =
            [UInt8]("<!doctype".utf8).elementsEqual(head.prefix(9)) || head.starts(with: "<html".utf8)
            || head.starts(with: "<head".utf8) || head.starts(with: "<title".utf8)
        let type = contentType.map { Self.lowered(Array($0.utf8)[...]) } ?? []
        guard looksLikeOne || type.starts(with: "text/html".utf8) else { return nil }
        title = Self.title(in: body)
    }

    /// `a web page "502 Bad Gateway"`
    var words: String { title.isEmpty ? "a web page" : "a web page \"\(title)\"" }

    private static func title(in body: [UInt8]) -> String {
        let lower = lowered(body.prefix(16 << 10))
        guard let open = Bytes.find(Array("<title".utf8)[...], in: lower[...]),
            let begin = lower[open...].firstIndex(of: UInt8(ascii: ">")).map({ $0 + 1 }),
            let end = Bytes.find(Array("</title".utf8)[...], in: lower[begin...])
        else { return "" }
        var words = body[begin..<end].split { $0 == 0x20 || (0x09...0x0D).contains($0) }.map {
            String(decoding: $0, as: UTF8.self)
        }
        .joined(separator: " ")
        for (entity, character) in [
            ("&quot;", "'"), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"),
        ] {
            words = replacing(entity, by: character, in: words)
        }
        return String(words.unicodeScalars.prefix(80))
    }

    private static func replacing(_ part: String, by other: String, in text: String) -> String {
        var rest = Array(text.utf8)[...]
        var result: [UInt8] = []
        let part = Array(part.utf8)
        while let first = rest.first {
            if rest.starts(with: part) {
                result += other.utf8
                rest = rest.dropFirst(part.count)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func lowered(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }
}
