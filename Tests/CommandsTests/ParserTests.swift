import Commands
import Testing

struct ParserTests {
    @Test(
        arguments: [
            ("", .console(.init())),
            (
                "--config a.yaml --env=eu --theme mono",
                .console(.init(config: "a.yaml", environment: "eu", theme: "mono"))
            ),
            ("demo --seed 7 --hang", .demo(.init(seed: 7, isHanging: true))),
            ("--seed=18446744073709551615 demo", .demo(.init(seed: .max))),
            ("doctor", .doctor(source: nil, .init())),
            ("doctor magento-db --env eu", .doctor(source: "magento-db", .init(environment: "eu"))),
            ("doctor -- --odd", .doctor(source: "--odd", .init())),
            ("status", .status(.init(), .init())),
            ("status --schema", .status(.init(.schema), .init())),
            (
                "status --entity queue:erp.order --patience 2.5 --state /var/lib/nagios/hc",
                .status(
                    .init(
                        .plain, entity: "queue:erp.order", patience: .seconds(2.5),
                        state: "/var/lib/nagios/hc"), .init())
            ),
            ("status --json --config -c", nil),
            ("status --json --config=-c", .status(.init(.json), .init(config: "-c"))),
            ("config check --config x", .configCheck(.init(config: "x"))),
            ("config schema", .configSchema),
            ("completion fish", .completion(.fish)),
            ("help config mysql", .help(.config, part: "mysql")), ("help config a b", nil),
            ("completion --list sources --env eu", .names(.sources, .init(environment: "eu"))),
            ("completion --list colours", nil),
            ("help", .help(nil)), ("--help", .help(nil)), ("-h", .help(nil)),
            ("help config", .help(.config)), ("help exit codes", .help(.exitCodes)),
            ("help exit-codes", .help(.exitCodes)), ("help audit", .commandHelp(["audit"])),
            ("config --help", .commandHelp(["config"])), ("help config", .help(.config)),
            ("help status", .commandHelp(["status"])),
            ("help audit show", .commandHelp(["audit", "show"])),
            ("audit verify --help", .commandHelp(["audit", "verify"])),
            ("audit show --env eu", .auditShow(.init(environment: "eu"))),
            ("audit verify", .auditVerify(anchors: nil, .init())),
            ("audit verify --anchors log", .auditVerify(anchors: "log", .init())),
            ("backtest a.zst b", .backtest(.init(["a.zst", "b"]))),
            (
                "backtest a --table --cold --limits 0.8",
                .backtest(.init(["a"], isTable: true, isCold: true, limits: 0.8))
            ),
            ("backtest a.csv --scores", .backtest(.init(["a.csv"], isScores: true))),
            ("backtest a b --scores", nil), ("backtest a --scores --table", nil),
            ("record a.zst --env eu", .record(.init("a.zst"), .init(environment: "eu"))),
            (
                "record a --for 90m --max-size 2G --redact none",
                .record(.init("a", seconds: 5400, bytes: 2 << 30, redaction: .none), .init())
            ),
            ("record", nil), ("record a --for 4", nil), ("record a --max-size 1K", nil),
            ("record a --redact some", nil), ("watch --headless --for 4h", nil),
            (
                "watch --headless --record a --for 4h",
                .watch(alerts: nil, record: .init("a", seconds: 14_400), .init())
            ),
            (
                "replay a --speed 60 --at 02:10",
                .replay(.init("a", speed: 60, at: "02:10"))
            ),
            ("replay", nil), ("replay a --speed 0.5", nil), ("replay a --config c", nil),
            ("backtest", nil), ("backtest a --limits 0", nil), ("backtest --config c a", nil),
            ("man", .man), ("--version", .version), ("demo -V", .version),
        ] as [(String, Command?)])
    func `reads command lines`(line: String, expected: Command?) {
        #expect((try? Parser.parse(Self.words(line))) == expected)
    }

    @Test func `reads the answers for init`() throws {
        let line =
            "init --env eu --production no --host db1 --user u --database m --password-file /p --rabbit-url http://r"
        let command = try Parser.parse(
            Self.words(line + " --rabbit-user ru --rabbit-password-file /r --force --yes --config c"))
        var answers = Command.Initialize()
        answers.config = "c"
        answers.environment = "eu"
        answers.isProduction = false
        answers.host = "db1"
        answers.user = "u"
        answers.database = "m"
        answers.passwordFile = "/p"
        answers.rabbitURL = "http://r"
        answers.rabbitUser = "ru"
        answers.rabbitPasswordFile = "/r"
        answers.isForced = true
        answers.isQuiet = true
        #expect(command == .initialize(answers))
    }

    @Test(
        arguments: [
            ("dmeo", 2, "there is no command \"dmeo\", did you mean demo?"),
            ("frobnicate", 2, "there is no command \"frobnicate\"; `hypercare help` lists what there is"),
            ("--confg x", 2, "there is no option \"--confg\", did you mean --config?"),
            ("-x", 2, "there is no option \"-x\""),
            ("--config", 2, "--config needs a value: --config FILE"),
            ("--config= demo", 2, "--config needs a value: --config FILE"),
            ("--config a --config b", 2, "--config is given twice"),
            ("demo --hang --hang", 2, "--hang is given twice"),
            ("demo --hang=yes", 2, "--hang takes no value"),
            ("demo --seed x", 2, "--seed needs a whole number, not \"x\""),
            ("demo --seed -1", 2, "--seed needs a value: --seed NUMBER"),
            (
                "demo --json", 2,
                "--json does not go with demo: hypercare demo [--seed NUMBER] [--hang] [--theme THEME]"
            ),
            ("config", 2, "config needs one of check, schema"),
            ("config chekc", 2, "config has no \"chekc\", only check, schema, did you mean check?"),
            ("completion", 2, "completion needs one of bash, zsh, fish"),
            ("completion zhs", 2, "completion knows bash, zsh, fish, not \"zhs\", did you mean zsh?"),
            (
                "help exit cods", 2,
                "\"cods\" is too much: hypercare help [TOPIC [PART]]"
            ),
            (
                "help souces", 2,
                "help knows config, sources, rules, alerts, glossary, keys, flags, exit-codes, not \"souces\", did you mean sources?"
            ),
            ("doctor a b", 2, "\"b\" is too much: hypercare doctor [SOURCE] [--config FILE] [--env NAME]"),
            ("status --json --plain", 3, "--json and --plain exclude each other"),
            ("status --schema --json", 3, "--json and --schema exclude each other"),
            ("status --patience 0", 3, "--patience needs seconds from 1 to 300, not \"0\""),
            ("status --patience soon", 3, "--patience needs seconds from 1 to 300, not \"soon\""),
            (
                "doctor --entity queue:a", 2,
                "--entity does not go with doctor: hypercare doctor [SOURCE] [--config FILE] [--env NAME]"
            ),
            ("--bogus status", 3, "there is no option \"--bogus\""),
            (
                "backtest --table", 2,
                "backtest needs FILE: hypercare backtest FILE... [--table] [--scores] [--cold] [--limits FACTOR]"
            ),
            ("backtest a --limits x", 2, "--limits needs a number from 0.1 to 10, not \"x\""),
            ("init --production maybe", 2, "--production needs yes or no, not \"maybe\""),
            ("\u{1B}[2J", 2, "there is no command \"␛[2J\"; `hypercare help` lists what there is"),
        ] as [(String, Int32, String)])
    func `says what is wrong and what was meant`(line: String, code: Int32, message: String) {
        #expect(throws: UsageError(message: message, exitCode: code)) { try Parser.parse(Self.words(line)) }
    }

    @Test func `no option takes a secret`() {
        for option in Grammar.entries.flatMap(\.options) where option.name.contains("password") {
            #expect(option.value == "FILE", "\(option.name)")
        }
    }

    @Test func `options of the same name agree`() {
        let options = Grammar.entries.flatMap(\.options)
        for option in options {
            #expect(
                options.allSatisfy { $0.name != option.name || ($0.value == nil) == (option.value == nil) })
        }
    }

    private static func words(_ line: String) -> [String] {
        line.split(separator: " ").map(String.init)
    }
}
