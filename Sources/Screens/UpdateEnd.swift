import Display
import EngineAPI
import Monitoring

/// Ending the program of a change.
extension Model {
    mutating func answer(_ key: Key, to question: EndQuestion) -> [Effect] {
        var question = question
        guard let isWanted = question.choice.take(key, at: now) else {
            dialog = .end(question)
            return []
        }
        dialog = nil
        guard isWanted else {
            say("\(question.name): its program is left at work")
            return []
        }
        // The world may have moved since the last tick.
        if let ending = question.ended(snapshot) {
            say(ending, status: .warning, seconds: 20)
            return []
        }
        say("\(question.name): its program is told to end", seconds: 20)
        return [submit(.endProgram(question.id, opID: question.opID))]
    }

    /// Its program is at work, as far as is known here, and may be ended from here.
    func mayEnd(_ row: FlagRow) -> Bool {
        if case .running = progress(of: row) { row.mayEnd } else { false }
    }

    /// It was asked for and not answered yet.
    func isEnding(_ row: FlagRow) -> Bool {
        pending.values.contains { request in
            if case .endProgram(row.id, _) = request { true } else { false }
        }
    }
}
