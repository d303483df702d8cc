/// A server or file that is read, with its name in the config.
package struct SourceSettings: Sendable, Hashable {
    package enum Details: Sendable, Hashable {
        case mysql(MySQLSettings)
        case rabbitmq(RabbitMQSettings)
        case log(LogSettings)
        case command(CommandSettings)
        case release(ReleaseSettings)
    }

    package var name: String
    package var details: Details

    package init(name: String, details: Details) {
        self.name = name
        self.details = details
    }

    /// `mysql`, `rabbitmq`, `log`, `command`, `release`.
    package var kind: String {
        switch details {
        case .mysql: "mysql"
        case .rabbitmq: "rabbitmq"
        case .log: "log"
        case .command: "command"
        case .release: "release"
        }
    }
}

extension Kind<[SourceSettings]> {
    static var sources: Kind {
        entries(
            "SOURCE",
            .tagged([
                (
                    MySQLSettings.section.shape,
                    { wrap(MySQLSettings.section.read($0, isTagged: true, &$1)) { .mysql($0) } }
                ),
                (
                    RabbitMQSettings.section.shape,
                    { wrap(RabbitMQSettings.section.read($0, isTagged: true, &$1)) { .rabbitmq($0) } }
                ),
                (
                    LogSettings.section.shape,
                    { wrap(LogSettings.section.read($0, isTagged: true, &$1)) { .log($0) } }
                ),
                (
                    CommandSettings.section.shape,
                    { wrap(CommandSettings.section.read($0, isTagged: true, &$1)) { .command($0) } }
                ),
                (
                    ReleaseSettings.section.shape,
                    { wrap(ReleaseSettings.section.read($0, isTagged: true, &$1)) { .release($0) } }
                ),
            ]), keyRule: NameRule.isPlain, keyHint: NameRule.hint
        ) { name, source in SourceSettings(name: name, details: source.details) }
    }

    private static func wrap<Settings>(
        _ settings: Settings?, _ make: (Settings) -> SourceSettings.Details
    ) -> SourceSettings? { settings.map { SourceSettings(name: "", details: make($0)) } }
}

extension NameRule {
    static let hint = "1 to 64 letters, digits and . _ : -"
}
