/// OSC 52: the sequence that puts text on the clipboard of the person's own machine, through ssh.
enum Clipboard {
    /// 74,994 bytes of base64 are what all known terminals take.
    static let longestText = 56_244

    /// The bytes to send; nil when the text is too long.
    static func sequence(_ text: String, through multiplexer: TerminalSettings.Multiplexer) -> [UInt8]? {
        let bytes = Array(text.utf8)
        guard bytes.count <= longestText else { return nil }
        let plain = Array("\u{1b}]52;c;".utf8) + base64(bytes) + [0x07]
        switch multiplexer {
        case .none: return plain
        // tmux takes the plain form with `set-clipboard on` and hands the wrapped one through with
        // `allow-passthrough on`; it swallows what it does not take, so both are sent.
        case .tmux: return plain + Array("\u{1b}Ptmux;\u{1b}".utf8) + plain + Array("\u{1b}\\".utf8)
        case .screen: return forScreen(plain)
        // screen would print the form for tmux; tmux swallows the one for screen.
        case .tmuxOrScreen: return plain + forScreen(plain)
        }
    }

    /// screen hands through at most 768 bytes at a time.
    private static func forScreen(_ plain: [UInt8]) -> [UInt8] {
        stride(from: 0, to: plain.count, by: 512).flatMap { start in
            Array("\u{1b}P".utf8) + plain[start..<min(start + 512, plain.count)] + Array("\u{1b}\\".utf8)
        }
    }

    static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(8 * (3 - group.count))
            for index in 0..<4 {
                text.append(index <= group.count ? digits[Int(bits >> (18 - 6 * UInt32(index)) & 63)] : 0x3d)
            }
        }
        return text
    }
}
