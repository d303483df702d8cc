internal import CSystem
internal import Glibc

/// Standard input, output and error of this process, unbuffered; text is written whole or given up.
package enum StandardStreams {
    /// A reader that is gone is no error of ours.
    package static func write(_ text: String) { put(text, on: 1) }

    package static func complain(_ text: String) { put(text, on: 2) }

    /// One line of standard input without its end; nil at its end. At most 4096 bytes.
    package static func readLine() -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = unsafe Glibc.read(0, &byte, 1)
            if count <= 0 { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            if bytes.count < 4096 { bytes.append(byte) }
        }
    }

    /// Whether a person sits at standard input (0), output (1) or error (2).
    package static func isTerminal(_ stream: Int32) -> Bool { isatty(stream) == 1 }

    private static func put(_ text: String, on stream: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let taken = unsafe rest.withUnsafeBytes { unsafe system_write(stream, $0.baseAddress, $0.count) }
            guard taken > 0 else { return }
            rest = rest.dropFirst(Int(taken))
        }
    }
}

/// The way out of the process.
package enum ProcessEnd {
    package static func exit(_ code: Int32) -> Never { Glibc.exit(code) }
}
