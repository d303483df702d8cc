import Documents
package import Monitoring
import Text

/// Programs of the operator's own, by the kind of row they are run on.
package struct OwnCommandSettings: Sendable, Hashable {
    /// By kind, of each in the order of the file.
    package var commands: [OwnCommand] = []

    package init() {}

    static var section: Section<OwnCommandSettings> {
        Section(
            "commands",
            "Programs of your own that :run starts on a row: as you, after a question, with an audit record.",
            OwnCommandSettings(),
            OwnCommand.Subject.allCases.map { subject in
                Field(
                    later: subject.rawValue, .map(key: "COMMAND", entry(subject).shape),
                    "For \(words(of: subject)): a program and its arguments, never a shell. \(fields(of: subject)) stand for what the row has; a value that begins with -, or that a shell would take for more than a word, is refused.",
                    example: examples[subject])
            },
            finish: { node, value, reading in
                for subject in OwnCommand.Subject.allCases {
                    read(node[subject.rawValue], subject, &value, &reading)
                }
            })
    }

    private static func words(of subject: OwnCommand.Subject) -> String {
        switch subject {
        case .heartbeat: "all of cron"
        default: "a \(subject.rawValue)"
        }
    }

    private static func fields(of subject: OwnCommand.Subject) -> String {
        subject.fields.map { "{\($0.rawValue)}" }.joined(separator: " ")
    }

    private static let examples: [OwnCommand.Subject: String] = [
        .queue: "{purge: [rabbitmqadmin, \"-V{vhost}\", purge, queue, \"name={name}\"]}",
        .integration: "{ping: [/usr/local/bin/erp-ping, \"{name}\"]}",
        .job: "{run: [ssh, app1, bin/magento, cron:run, \"--group={group}\"]}",
        .heartbeat: "{crontab: [ssh, app1, crontab, -l]}",
        .indexer: "{reindex: [ssh, app1, bin/magento, indexer:reindex, \"{name}\"]}",
        .flag: "{history: [git, -C, /srv/flagd, log, \"-S{name}\"]}",
        .source: "{ping: [/usr/local/bin/ping-source, \"{name}\"]}",
    ]

    private static func entry(_ subject: OwnCommand.Subject) -> Kind<OwnCommand> {
        let section = Section<OwnCommand>(
            "own_command", "A program of your own.", OwnCommand(name: "", subject: subject, arguments: []),
            [
                Field(
                    "run", \.arguments, .program, "The program and its arguments.", required: true,
                    example: "[rabbitmqadmin, purge, queue, \"name={name}\"]"),
                Field(
                    "text", \.text, optional: .text("a text"), "What it does, said in the question.",
                    example: "throws its messages away"),
                Field(
                    "deadline", \.deadline, .duration(.seconds(1)...(.seconds(600))),
                    "It is ended when it runs longer."),
            ])
        let argv = Kind<[String]>.program
        return Kind(
            shape: .either([argv.shape, .section(section.shape)]),
            read: { node, _, reading in
                if node.members != nil { return section.read(node, &reading) }
                return argv.read(node, nil, &reading).map {
                    OwnCommand(name: "", subject: subject, arguments: $0)
                }
            }, written: { _ in nil })
    }

    private static func read(
        _ node: Node?, _ subject: OwnCommand.Subject, _ value: inout OwnCommandSettings,
        _ reading: inout Reading
    ) {
        guard let node, !node.isNull else { return }
        let kind = Kind<[OwnCommand]>.entries(
            "COMMAND", entry(subject), keyRule: NameRule.isPlain, keyHint: NameRule.hint
        ) {
            var named = $1
            named.name = $0
            return named
        }
        value.commands += kind.read(node, nil, &reading) ?? []
        for member in node.members ?? [] {
            let words = member.value["run"] ?? member.value
            for (place, word) in (words.elements ?? []).enumerated() {
                check(word, isProgram: place == 0, subject, &reading)
            }
        }
    }

    /// What the row fills in decides no program, and is something that rows of this kind have.
    private static func check(
        _ word: Node, isProgram: Bool, _ subject: OwnCommand.Subject, _ reading: inout Reading
    ) {
        for place in OwnCommand.places(in: word.text ?? "") {
            if isProgram {
                reading.note("the program must not be filled in from a row", at: word.place)
            } else if !subject.fields.contains(where: { $0.rawValue == place }) {
                let known = subject.fields.map(\.rawValue)
                let nearest = Nearest.to(place, among: known).map { ", did you mean {\($0)}?" }
                reading.note(
                    "there is no such field"
                        + (nearest ?? ", \(subject.rawValue) has \(fields(of: subject))"),
                    at: word.place)
            }
        }
    }
}
