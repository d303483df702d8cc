@testable import Configuration
import Documents
@testable import FlagBackends

extension Fuzzed {
    /// Files that people and programs write: config, themes, flags.
    static let documents = [
        Fuzzed("json", [#"{"a": [1, -2.5e3, "x\u00e9\n", null, true], "b": {}}"#, #""\ud83d\ude00""#]) {
            _ = try? JSON.read($0, name: "f")
        },
        Fuzzed(
            "yaml", ["a: &x [1, 'two', \"th\\x72ee\"]\nb: *x\nc:\n  <<: {d: |\n    text\n  }\n", "- ? x\n"]
        ) {
            _ = try? YAML.read($0, name: "f")
            _ = try? YAML.read($0, name: "f", merges: true)
        },
        Fuzzed("config", [config]) { bytes in
            guard
                case .failure(let failure) = Result(catching: {
                    try StoreConfiguration.read(bytes, name: "f")
                })
            else { return }
            hold(!"\(failure)".utf8.contains(0x1b), "a complaint acts on a terminal")
        },
        Fuzzed("theme", ["name: x\ncolors:\n  ok: green\n  critical: {fg: '#ff0000', bold: true}\n"]) {
            _ = try? ThemeFile.read($0, name: "f")
        },
        Fuzzed("flagd-json", [flagd]) { switchAll($0, "flags.json") },
        Fuzzed(
            "flagd-yaml",
            [
                "flags:\n  a.b: # x\n    state: ENABLED\n    variants: {\"on\": true, \"off\": false}\n    defaultVariant: 'on'\n"
            ]
        ) { switchAll($0, "flags.yaml") },
    ]

    /// Switches each flag in turn: nothing but that flag's own default changes.
    private static func switchAll(_ bytes: [UInt8], _ name: String) {
        guard let document = try? FlagdDocument(bytes, name: name) else { return }
        _ = try? document.readings(backend: "f")
        for flag in document.flags.prefix(4) {
            for variant in flag.variants.prefix(3) {
                guard let changed = try? document.setting(flag, to: variant.key) else { continue }
                guard let after = try? FlagdDocument(changed, name: name) else {
                    fatalError("a switch made a file that is none")
                }
                hold(
                    after.flags.map(\.key) == document.flags.map(\.key),
                    "a switch changed which flags there are")
                for other in document.flags where other.key != flag.key {
                    hold(after.flag(other.key)?.meaning == other.meaning, "a switch changed another flag")
                }
            }
        }
    }

    private static let config = """
        environments:
          eu-shop:
            production: true
            access: operate
            time_zone: Europe/Berlin
            sources:
              db: {type: mysql, host: db, user: mon, password: {env: P}, tls: {ca: /ca.pem}, interval: 10s}
              mq: {type: rabbitmq, url: "https://mq:15671", user: mon, password: {file: /p}, vhosts: [/]}
              log: {type: log, path: /var/log/system.log, format: monolog, via: [ssh, app1]}
              cmd: {type: command, run: [/bin/true], output: nagios, interval: 1m}
            flags:
              f: {type: flagd, path: /f.yaml}
              m: {type: magento-config, command: [bin/magento], paths: {a: b/c/d}}
            integrations:
              o: {thing: orders, direction: out, system: ERP, outcomes: [{source: log, failure: "x * y"}]}

        """

    private static let flagd = """
        {"flags": {"a.b": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"},
        "c": {"state": "DISABLED", "variants": {"x": 1}, "defaultVariant": "x", "targeting": {"if": []}}}}
        """
}
