import Monitoring
import Platform
import Text

extension ReadFailure {
    /// Why a program gave no answer. `what` was run, for people.
    init(running what: String, _ error: any Error) {
        switch error {
        case let error as ReadFailure: self = error
        case is CancellationError: self.init(.cancelled, Sanitizer.line("\(what): cancelled", maxBytes: 512))
        case let error as ChildTimedOut:
            var text = "\(what): no answer within \(Age.text(error.deadline)), stopped"
            if let said = LastLine(error.error).text { text += ": " + said }
            self.init(.timedOut, Sanitizer.line(text, maxBytes: 768))
        case let error as SystemError where error.code == SystemError.notAllowed:
            self.init(
                .unusable, Sanitizer.line("\(error)", maxBytes: 512),
                advice:
                    "It is not executable for this account. Do: chmod +x \(ShellWord.pasted(error.subject))")
        default:
            self.init(
                .unusable, Sanitizer.line("\(error)", maxBytes: 512),
                advice: "Is the program installed, and its path right?")
        }
    }

    /// A program that ended otherwise than it should, with the last line it complained in.
    init(running what: String, end: ChildEnd, complaint: String?) {
        let said = complaint ?? "it said nothing"
        let text = Sanitizer.line("\(what): \(end): \(said)", maxBytes: 768)
        if said.mentions("Permission denied (") {
            self.init(.loginRefused, text, advice: "Try it by hand: `ssh -o BatchMode=yes HOST true`.")
        } else if said.mentions("Host key verification failed") {
            self.init(.insecure, text, advice: "Add the host's key to known_hosts after checking it.")
        } else {
            self.init(.unreachable, text)
        }
    }
}
