/// Damages bytes as a fuzzer would: flips, cuts, doubles and mixes in what readers trip over.
package enum Mutation {
    package static func mutate(_ bytes: [UInt8], _ generator: inout some RandomNumberGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, place + Int.random(in: 0...8, using: &generator))
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 2: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
            case 3: bytes.insert(contentsOf: pieces.randomElement(using: &generator) ?? [], at: place)
            default: bytes.removeLast(min(bytes.count, Int.random(in: 0...10, using: &generator)))
            }
        }
        return bytes
    }

    private static let pieces: [[UInt8]] =
        [
            "\"", "\\", "{", "}", "[", "]", ",", ":", "\n", "\r\n", "\t", " ", "é", "👍", "1e999", "-",
            "\\ud800",
            "&a ", "*a", "!!str ", "<<: ", "- ", "? ", "|\n  ", ">-\n ", "#", "'", "---\n", "...\n",
            "%YAML 1.2\n",
            "\u{85}", "\u{2028}", "\u{FEFF}", "\0",
        ].map { Array($0.utf8) } + [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]]
}
