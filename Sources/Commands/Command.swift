/// What a command line asks for.
package enum Command: Sendable, Hashable {
    case console(Common)
    case demo(Demo)
    case initialize(Initialize)
    /// Nil tests every source.
    case doctor(source: String?, Common)
    case status(Status, Common)
    /// `alerts`: a file for the lines, `-` is standard output; `record`: a file for what sources answer.
    case watch(alerts: String?, record: Record? = nil, Common)
    case record(Record, Common)
    case configCheck(Common)
    case configSchema
    case completion(Shell)
    /// Names of the config that a completion offers.
    case names(Names, Common)
    /// `part` is a heading or a term of the topic.
    case help(HelpTopic?, part: String? = nil)
    /// The usage and options of one command, by its words.
    case commandHelp([String])
    case mark(Mark, Common)
    case baseline(Baseline, Common)
    case auditShow(Common)
    /// `anchors`: a file of lines that a system's log or another place took.
    case auditVerify(anchors: String?, Common)
    case backtest(Backtest)
    case replay(Replay)
    case man
    case version

    /// What most commands take.
    package struct Common: Sendable, Hashable {
        /// Path of the config file; nil looks in the usual places.
        package var config: String?
        /// Nil takes the only one there is.
        package var environment: String?
        /// A theme's name or a path that ends with .yaml.
        package var theme: String?

        package init(config: String? = nil, environment: String? = nil, theme: String? = nil) {
            self.config = config
            self.environment = environment
            self.theme = theme
        }
    }

    package struct Demo: Sendable, Hashable {
        package var seed: UInt64?
        /// Every source hangs, for tests and the benchmark.
        package var isHanging: Bool
        package var theme: String?

        package init(seed: UInt64? = nil, isHanging: Bool = false, theme: String? = nil) {
            self.seed = seed
            self.isHanging = isHanging
            self.theme = theme
        }
    }

    /// What was said on the command line; the rest is asked.
    package struct Initialize: Sendable, Hashable {
        /// The file to be written; nil is the usual place.
        package var config: String?
        package var environment: String?
        package var isProduction: Bool?
        package var host: String?
        package var user: String?
        package var database: String?
        package var passwordFile: String?
        package var rabbitURL: String?
        package var rabbitUser: String?
        package var rabbitPasswordFile: String?
        /// Replace a file that is there.
        package var isForced = false
        /// Ask nothing.
        package var isQuiet = false

        package init() {}
    }

    /// What one look shows, and how it looks.
    package struct Status: Sendable, Hashable {
        package enum Format: Sendable, Hashable {
            case plain, json
            /// The schema of what `json` prints; nothing is looked at.
            case schema
        }

        package var format: Format
        /// Nil shows all.
        package var entity: String?
        /// How long one look may take.
        package var patience: Duration
        /// Where it remembers; nil is the usual place.
        package var state: String?

        package init(
            _ format: Format = .plain, entity: String? = nil, patience: Duration = .seconds(12),
            state: String? = nil
        ) {
            self.format = format
            self.entity = entity
            self.patience = patience
            self.state = state
        }
    }

    /// What sources answer, taken down.
    package struct Record: Sendable, Hashable {
        package enum Redaction: String, Sendable, Hashable, CaseIterable { case text, none }

        package var file: String
        /// Nil: as it is by itself.
        package var seconds: Double?
        package var bytes: Int?
        package var redaction: Redaction

        package init(
            _ file: String, seconds: Double? = nil, bytes: Int? = nil, redaction: Redaction = .text
        ) {
            self.file = file
            self.seconds = seconds
            self.bytes = bytes
            self.redaction = redaction
        }
    }

    /// Recordings to be played through the detectors.
    package struct Backtest: Sendable, Hashable {
        package var files: [String]
        /// A table for people instead of lines of JSON.
        package var isTable: Bool
        /// The recordings' past is left out.
        package var isCold: Bool
        /// By which all limits are multiplied.
        package var limits: Double

        /// The files are columns of time and value: a score for each row.
        package var isScores = false

        package init(
            _ files: [String], isTable: Bool = false, isCold: Bool = false, limits: Double = 1,
            isScores: Bool = false
        ) {
            self.isScores = isScores
            self.files = files
            self.isTable = isTable
            self.isCold = isCold
            self.limits = limits
        }
    }

    /// The console on a recording.
    package struct Replay: Sendable, Hashable {
        package var file: String
        /// Seconds of the recording in a second.
        package var speed: Double
        /// Where to begin: a whole time, or a time of day (UTC), not yet looked at.
        package var at: String?
        package var theme: String?

        package init(_ file: String, speed: Double = 1, at: String? = nil, theme: String? = nil) {
            self.file = file
            self.speed = speed
            self.at = at
            self.theme = theme
        }
    }

    /// What is told among the changes of the store.
    package struct Mark: Sendable, Hashable {
        package var isDeploy: Bool
        package var text: String

        package init(isDeploy: Bool, _ text: String) {
            self.isDeploy = isDeploy
            self.text = text
        }
    }

    /// What is done with what the store was like before its upgrade.
    package enum Baseline: Sendable, Hashable {
        /// `isForced`: replace one that is there.
        case capture(isForced: Bool)
        case show(asJSON: Bool)
        /// Of a recording.
        case take(String, isForced: Bool)
    }

    package enum Names: String, Sendable, Hashable, CaseIterable { case environments, sources, entities }

    package enum Shell: String, Sendable, Hashable, CaseIterable { case bash, zsh, fish }
}

package enum HelpTopic: String, Sendable, Hashable, CaseIterable {
    case config, sources, rules, alerts, glossary, keys, flags
    case exitCodes = "exit-codes"

    package var summary: String {
        switch self {
        case .config: "the config file, every key"
        case .sources: "accounts and rights that are needed"
        case .rules: "what is judged of each thing"
        case .alerts: "what is told, to whom, and rules of your own"
        case .glossary: "the words on the screen"
        case .keys: "the keys of the console"
        case .flags: "how a feature flag is changed"
        case .exitCodes: "what a command's end says"
        }
    }
}

/// Why a command line was not understood; printed alone, then the program ends with `exitCode`.
package struct UsageError: Error, Sendable, Hashable {
    package var message: String
    /// 2; 3 for `status`, where 2 would say critical.
    package var exitCode: Int32

    package init(message: String, exitCode: Int32) {
        self.message = message
        self.exitCode = exitCode
    }
}
