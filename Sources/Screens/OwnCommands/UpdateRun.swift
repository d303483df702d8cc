import Display
package import EngineAPI
package import Monitoring
import Text

/// The command that was run last, and what it left.
package struct RunState: Hashable, Sendable {
    package let run: OwnRun
    let startedAt: Timestamp
    /// Nil while it is at work.
    package var end: RunEnd?
    var lines: [Line] = []
    /// Lines scrolled down.
    package var offset = 0
}

/// What became of a command.
package enum RunAnswer: Hashable, Sendable {
    /// The engine would not have it: nothing was run.
    case refused(String)
    case ended(RunEnd, RunOutput)
}

// Commands of one's own on the selected row.
extension Model {
    /// Those for the selected row, in the order of the config.
    var ownCommands: [OwnCommand] {
        guard let snapshot, let row = selected, let subject = OwnCommand.Subject(row) else { return [] }
        return snapshot.environment.commands.filter { $0.subject == subject }
    }

    var isRunning: Bool { run.map { $0.end == nil } ?? false }

    func whyNotRun() -> String? {
        if isRunning { return nil }
        guard let row = selected, let subject = OwnCommand.Subject(row) else { return "no row here" }
        if ownCommands.isEmpty { return "the config has no command for \(subject.words)" }
        if let why = snapshot?.environment.whyReadOnly { return why }
        if isTooSmallToAsk { return "this screen is too small to ask" }
        return snapshot?.silence(at: now)
    }

    /// With one command for such a row it is asked about, of several one is to be named.
    mutating func runCommand() {
        if isRunning { return showOutput() }
        let commands = ownCommands
        guard commands.count > 1 else {
            if let command = commands.first { ask(command) }
            return
        }
        startCommand("\(CommandWord.run.rawValue) ")
    }

    /// `:run purge`; alone it shows what the last one printed, or is the key.
    mutating func run(named name: String) {
        if name.isEmpty, run != nil { return showOutput() }
        if let why = whyNotRun() { return say(why, status: .warning) }
        if name.isEmpty || isRunning { return runCommand() }
        let commands = ownCommands
        let found =
            commands.filter { $0.name == name }
            + commands.filter { $0.name.hasPrefix(name) && $0.name != name }
        guard let command = found.first, found.count == 1 || command.name == name else {
            let known = commands.map(\.name).joined(separator: ", ")
            return say(
                "no command here is called \(Sanitizer.line(name)): there is \(known)", status: .warning)
        }
        ask(command)
    }

    private mutating func ask(_ command: OwnCommand) {
        // Asked about what is so now, also when the picture is frozen.
        guard let id = selected?.id, let snapshot, let row = snapshot.row(id) else { return }
        do throws(OwnCommand.Refusal) {
            let arguments = try command.arguments(snapshot.fields(of: row))
            let run = OwnRun(opID: opIDs.next(), entity: id, command: command, arguments: arguments)
            let question = CommandQuestion(run, of: row, environment: snapshot.environment, at: now)
            guard question.fits(size) else {
                return say(
                    "\(command.name) is not asked: its line is too long for this screen", status: .warning)
            }
            dialog = .run(question)
        } catch {
            say("\(command.name) cannot be run: \(error.message)", status: .warning, seconds: 20)
        }
    }

    /// What the row would give it now.
    func arguments(of run: OwnRun) -> [String]? {
        guard let snapshot, let row = snapshot.row(run.entity) else { return nil }
        return try? run.command.arguments(snapshot.fields(of: row))
    }

    func ending(of question: CommandQuestion) -> String? {
        question.ended(snapshot, arguments: arguments(of: question.run), at: now)
    }

    mutating func answer(_ key: Key, to question: CommandQuestion) -> [Effect] {
        var question = question
        guard let answer = question.form.take(key, at: now) else {
            dialog = .run(question)
            return []
        }
        dialog = nil
        guard answer == .confirm else {
            say("\(question.name) was not run")
            return []
        }
        // The world may have moved since the last tick.
        if let ending = ending(of: question) {
            say(ending, status: .warning, seconds: 20)
            return []
        }
        var run = question.run
        run.reason = question.form.reason.text
        self.run = RunState(run: run, startedAt: now)
        showOutput()
        return [.run(run)]
    }

    // MARK: Output

    mutating func showOutput() {
        if screen != .output { overlays.append(.output) }
    }

    /// The page is left while the program is at work.
    mutating func leaveOutput() {
        guard let run, run.end == nil else { return }
        let left = run.run.command.deadline.inSeconds - now.seconds(since: run.startedAt)
        say(
            "\(run.run.command.name) goes on, at most for \(Age.text(seconds: max(0, left.rounded(.up)))): :run shows it",
            seconds: 20)
    }

    mutating func receive(_ answer: RunAnswer, of run: OwnRun) {
        guard self.run?.run.opID == run.opID else { return }
        let name = run.command.name
        switch answer {
        case .refused(let why):
            self.run = nil
            overlays.removeAll { $0 == .output }
            say("\(name) was not run: \(Sanitizer.line(why))", status: .warning, seconds: 60)
        case .ended(let end, let output):
            self.run?.end = end
            self.run?.lines = OutputText.lines(output)
            // Its page says so.
            guard screen != .output else { return }
            say(
                "\(name): \(Sanitizer.line(end.words)); :run shows what it printed",
                status: end.isGood ? .ok : .warning, seconds: 20)
        }
    }
}
