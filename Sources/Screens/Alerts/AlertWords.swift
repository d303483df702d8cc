import EngineAPI
import Monitoring
import Text

// What an alert says while nothing of it is found any more and it waits for its end: what is no longer so is told as
// past, and when it is over.
extension Clock {
    /// `fell behind until 02:14:03; ends in 40 s if that holds`; nil while something of it is found.
    func past(_ alert: AlertRow) -> String? {
        guard alert.severity == .ok else { return nil }
        let was = alert.kind.past
        let found = alert.goneAt.map { "\(was) until \(exact($0))" } ?? "\(was), not found again so far"
        return found + (ending(alert).map { "; \($0)" } ?? "")
    }

    /// `ends in 40 s if that holds`
    func ending(_ alert: AlertRow) -> String? {
        alert.endsAt.map { end in
            let left = max(0, end.seconds(since: now)).rounded(.up)
            return "ends in \(Age.text(seconds: left)) if that holds"
        }
    }

    /// The sentence of the alert; what it said last is not said of now.
    func told(_ alert: AlertRow) -> String {
        past(alert).map { "\($0) · last: \(alert.sentence)" } ?? alert.sentence
    }
}

extension Finding.Kind {
    /// In the words of the screen.
    var word: String { words.now }

    /// The same when it is no longer so.
    var past: String { words.past }

    private var words: (now: String, past: String) {
        switch self {
        case .unreachable: ("gives no answer", "gave no answer")
        case .frozen: ("repeats itself", "repeated itself")
        case .stopped: ("does not run", "did not run")
        case .noConsumer: ("nobody takes from it", "nobody took from it")
        case .stuck: ("stuck", "was stuck")
        case .died: ("died", "died")
        case .overdue: ("overdue", "was overdue")
        case .running: ("runs too long", "ran too long")
        case .errors, .failing: ("fails", "failed")
        case .silent: ("too little comes", "too little came")
        case .burst: ("too much comes", "too much came")
        case .retries: ("retries", "retried")
        case .slow: ("slow", "was slow")
        case .growing: ("grows", "grew")
        case .blind: ("sees no changes", "saw no changes")
        case .behind: ("falls behind", "fell behind")
        case .invalid: ("invalid", "was invalid")
        case .missing: ("records missing", "records were missing")
        case .extra: ("records in excess", "records were in excess")
        case .different, .drift: ("records differ", "records differed")
        case .unsettled: ("not certain", "was not certain")
        case .word: ("says so itself", "said so itself")
        case .custom(let name): (name, name)
        }
    }
}
