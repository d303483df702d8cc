/// Why a recording is not read on: one sentence and the line it is about.
package struct RecordingFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// Counts from 1; 0 when it is about the file.
    package var line: Int
    package var message: String

    package init(line: Int, _ message: String) {
        self.line = line
        self.message = message
    }

    /// `line 12: expected ',' or '}', found the end of the line`
    package var description: String { line == 0 ? message : "line \(line): \(message)" }
}
