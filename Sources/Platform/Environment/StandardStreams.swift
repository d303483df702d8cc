internal import CSystem
internal import Glibc

/// Standard input, output and error of this process, unbuffered.
package enum StandardStreams {
    /// Writes all of it, or throws: a file that is not whole must not pass for one. A reader that is gone is no
    /// error of ours.
    package static func write(_ text: String) throws(SystemError) {
        do throws(SystemError) {
            try put(text, on: 1)
        } catch {
            guard error.code == SystemError.brokenPipe else { throw error }
        }
    }

    /// There is nobody left to tell when this fails.
    package static func complain(_ text: String) { try? put(text, on: 2) }

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

    /// A line that is not shown while it is typed, after `prompt`; nil at the end of the input. Ctrl-C ends the
    /// process as everywhere, with the echo back.
    package static func readHidden(_ prompt: String) throws(SystemError) -> Secret? {
        var line = [CChar](repeating: 0, count: 4096)
        defer { for index in line.indices { line[index] = 0 } }
        let room = line.count
        let count = unsafe system_read_hidden(0, prompt, &line, room)
        try put("\n", on: 1)
        if count == -Int(SystemError.noData) { return nil }
        try SystemError.check(Int64(count), "read the line")
        return Secret(String(decoding: line.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// Whether a person sits at standard input (0), output (1) or error (2).
    package static func isTerminal(_ stream: Int32) -> Bool { isatty(stream) == 1 }

    private static func put(_ text: String, on stream: Int32) throws(SystemError) {
        var rest = Array(text.utf8)[...]
        var isReady = false
        while !rest.isEmpty {
            let taken = unsafe rest.withUnsafeBytes { unsafe system_write(stream, $0.baseAddress, $0.count) }
            // Whoever shares it with us may have made it non-blocking.
            if taken == -Int64(SystemError.wouldBlock),
                unsafe system_poll([stream], [true], &isReady, 1, -1) >= 0
            {
                continue
            }
            rest = rest.dropFirst(Int(try SystemError.check(taken, "write the output")))
        }
    }
}

/// The way out of the process.
package enum ProcessEnd {
    /// At once: what libraries would tidy at an end, OpenSSL among them, threads of ours may still be using.
    package static func exit(_ code: Int32) -> Never {
        fflush(nil)
        _exit(code)
    }
}
