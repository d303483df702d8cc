import Display

extension Pointer {
    /// Asks for reports of buttons and wheel, in decimal (xterm's modes 1000 and 1006), or for none.
    static func reports(_ areWanted: Bool) -> [UInt8] {
        Array((areWanted ? "\u{1b}[?1000h\u{1b}[?1006h" : "\u{1b}[?1006l\u{1b}[?1000l").utf8)
    }

    /// `button;column;row` from 1 of a press, after `ESC [ <`. Other buttons, moves and whatever is held with a key
    /// are the terminal's or nobody's.
    init?(report: some Collection<UInt8>) {
        let numbers = report.split(separator: 0x3b, omittingEmptySubsequences: false)
            .map { Int(String(decoding: $0, as: UTF8.self)) ?? -1 }
        guard numbers.count == 3, numbers[1] > 0, numbers[2] > 0 else { return nil }
        let act: Act? =
            switch numbers[0] {
            case 0: .click
            case 64: .wheelUp
            case 65: .wheelDown
            default: nil
            }
        guard let act else { return nil }
        self.init(act, row: numbers[2] - 1, column: numbers[1] - 1)
    }
}
