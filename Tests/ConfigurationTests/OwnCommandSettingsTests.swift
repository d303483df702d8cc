import Configuration
import Documents
import Monitoring
import Testing

struct OwnCommandSettingsTests {
    private static func yaml(_ commands: String) -> String {
        """
        environments:
          shop:
            sources: {app-log: {type: log, path: /x}}
            commands:
        \(commands)
        """
    }

    @Test func `reads a program and its arguments, alone or with a text and a deadline`() throws {
        let shop = try #require(
            try StoreConfigurationTests.read(
                Self.yaml(
                    """
                          queue:
                            purge: {run: [rabbitmqadmin, purge, "name={name}"], text: throws away, deadline: 5s}
                            peek: [/bin/peek, "{vhost}"]
                          job: {log: [grep, "{group}"]}
                    """)
            ).environment(nil))
        var purge = OwnCommand(
            name: "purge", subject: .queue, arguments: ["rabbitmqadmin", "purge", "name={name}"],
            text: "throws away")
        purge.deadline = .seconds(5)
        #expect(
            shop.ownCommands.commands == [
                purge, OwnCommand(name: "peek", subject: .queue, arguments: ["/bin/peek", "{vhost}"]),
                OwnCommand(name: "log", subject: .job, arguments: ["grep", "{group}"]),
            ])
        #expect(shop.ownCommands.commands[1].deadline == .seconds(30))
    }

    @Test(
        arguments: [
            ("      queues: {a: [x]}", "5:7: unknown key \"queues\", did you mean \"queue\"?"),
            ("      queue: {a: rabbitmqadmin purge}", "5:18: expected a list such as [ssh, app1]"),
            ("      queue: {a: [x, \"{nme}\"]}", "5:22: there is no such field, did you mean {name}?"),
            (
                "      heartbeat: {a: [x, \"{vhost}\"]}",
                "5:26: there is no such field, heartbeat has {source} {environment}"
            ),
            ("      queue: {a: [\"{name}\"]}", "5:19: the program must not be filled in from a row"),
            (
                "      queue: {\"a b\": [x]}",
                "5:15: this cannot be a name, expected 1 to 64 letters, digits and . _ : -"
            ),
            (
                "      queue: {a: {text: b}}",
                "5:18: \"run\" is missing, expected a list, each a program or argument"
            ),
            (
                "      queue: {a: {run: [x], deadline: 2h}}",
                "5:39: expected a duration from 1s to 10m, such as 5s or 2m"
            ),
            (
                "      queue: {a: [bin/x]}",
                "5:19: expected the program's whole path, or a name that is found in PATH: a relative path is another program in another folder"
            ),
        ])
    func `a command that cannot be is one sentence with its place`(commands: String, expected: String) {
        let check = StoreConfiguration.check(Array(Self.yaml(commands).utf8), name: "config.yaml")
        #expect(check.problems.map { "\($0.line):\($0.column): \($0.message)" } == [expected])
    }

    @Test func `a check asks this machine for each program`() {
        let check = StoreConfiguration.check(
            Array(Self.yaml("      queue: {a: [no-such-program, x]}").utf8), name: "config.yaml")
        #expect(
            check.claims.contains { claim in
                if case .program(["no-such-program", "x"], isOfSecret: false) = claim.kind {
                    true
                } else {
                    false
                }
            })
    }
}
