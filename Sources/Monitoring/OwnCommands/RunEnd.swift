import Text

/// How a person's command ended.
package struct RunEnd: Hashable, Sendable, Codable {
    package enum How: Hashable, Sendable, Codable {
        case exited(Int32)
        case signalled(Int32)
        /// It was ended after so many seconds, its deadline.
        case timedOut(Double)
        /// It was ended with the console.
        case stopped
        /// Why, as a sentence.
        case notStarted(String)
    }

    package var how: How
    package var seconds: Double

    package init(_ how: How, seconds: Double = 0) {
        self.how = how
        self.seconds = seconds
    }

    package var isGood: Bool { how == .exited(0) }

    /// `exit code 1 after 3 s`
    package var words: String {
        let age = seconds < 10 ? Figures.seconds(max(0, seconds)) + " s" : Age.text(seconds: seconds)
        return switch how {
        case .exited(let code): "exit code \(code) after \(age)"
        case .signalled(let number): "ended by signal \(number) after \(age)"
        case .timedOut(let limit):
            "ended after \(Age.text(seconds: limit)), its deadline: what it did is not known"
        case .stopped: "ended with the console after \(age): what it did is not known"
        case .notStarted(let why): "not started: \(why)"
        }
    }
}
