internal import CSystem

/// A call to the operating system that failed: what was tried, on what, and why.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, as a verb: `open`, `sync`, `start`.
    package var operation: String
    /// The file, program or address it was tried on; may be empty.
    package var subject: String
    /// The `errno`, or 0 when the system agreed and we did not.
    package var code: Int32
    /// Why we did not, or what to do about it; may be empty.
    package var detail: String

    package init(_ operation: String, _ subject: String = "", code: Int32 = 0, detail: String = "") {
        self.operation = operation
        self.subject = subject
        self.code = code
        self.detail = detail
    }

    /// `cannot open /etc/x: Permission denied`. The subject is text from outside: sanitise before showing.
    package var description: String {
        var text = "cannot \(operation)"
        if !subject.isEmpty { text += " \(subject)" }
        if code != 0 { text += unsafe ": " + String(cString: system_error_text(code)) }
        if !detail.isEmpty { text += ": \(detail)" }
        return text
    }

    /// `ENOENT`, or `?`.
    package var name: String { unsafe String(cString: system_error_name(code)) }

    package static let notPermitted: Int32 = 1
    package static let notFound: Int32 = 2
    package static let notAllowed: Int32 = 13
    package static let exists: Int32 = 17
    package static let brokenPipe: Int32 = 32
    static let noData: Int32 = 61
    package static let refused: Int32 = 111
    package static let wouldBlock: Int32 = 11

    /// The answer of a `system_` call, or the error it stands for.
    @discardableResult
    static func check<Number: SignedInteger>(
        _ answer: Number, _ operation: String, _ subject: String = ""
    ) throws(SystemError) -> Number {
        guard answer < 0 else { return answer }
        throw SystemError(operation, subject, code: Int32(clamping: -answer))
    }
}
