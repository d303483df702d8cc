import Documents
import Platform
import TestSupport

/// Flags in a file, behind a command that keeps a value a file, and behind one that stands for `bin/magento` and
/// keeps them in a real MariaDB, beside a config cache. Both commands rest at random between their steps.
final class KilledStore: Sendable {
    enum Kind: String, CaseIterable, Sendable { case file, command, magento }

    struct Flag: Hashable, Sendable {
        var kind: Kind
        var number: Int
        var name: String { "\(kind.rawValue)_\(number)" }
        /// The setting behind it.
        var path: String { "kills/\(kind.rawValue)/\(name)" }
    }

    static let environment = "eu-shop"
    static let flags = Kind.allCases.flatMap { kind in (1...10).map { Flag(kind: kind, number: $0) } }

    let folder: TemporaryFolder
    private let database: MariaDBServer
    private let schema: String

    /// Each has a database of its own on the server.
    init(_ number: Int, on database: MariaDBServer) async throws {
        folder = try TemporaryFolder("kills")
        self.database = database
        schema = "magento\(number)"
        for name in ["values", "cache", "set"] { _ = try PrivateDirectory.open(folder.path(name)) }
        try folder.write(Self.commandScript, to: "command", mode: 0o700)
        try folder.write(magentoScript, to: "magento", mode: 0o700)
        try folder.write(Self.fileText, to: "flags.json")
        for flag in Self.flags where flag.kind == .command {
            try folder.write("1\n", to: "values/\(flag.name)")
        }
        let parts = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let tables = try Files.read("/\(parts)/ProbesTests/Fixtures/magento-schema.sql", limit: 1 << 20)
        try await database.query("CREATE DATABASE \(schema)")
        _ = try await database.run(String(decoding: tables, as: UTF8.self), database: schema)
        let rows = Self.flags.filter { $0.kind == .magento }.map { "('default',0,'\($0.path)','1')" }
        try await database.query(
            "INSERT INTO core_config_data (scope,scope_id,path,value) VALUES \(rows.joined(separator: ","))",
            database: schema)
        try folder.write(config, to: "config.yaml")
    }

    func path(_ name: String) -> String { folder.path(name) }
    func kept(_ name: String) -> String { path("state/hypercare/\(Self.environment)/\(name)") }

    var variables: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "HOME": folder.path, "TMPDIR": folder.path, "LANG": "C.UTF-8",
            "TERM": "xterm-256color", "XDG_STATE_HOME": path("state"),
        ]
    }

    func open() throws -> Pty {
        let pty = try Pty(rows: 120, columns: 160)
        try pty.start([Program.path, "--config", path("config.yaml")], environment: variables)
        return pty
    }

    func run(_ arguments: String...) async throws -> ChildResult {
        try await ChildProcess.run(
            ChildCommand(
                [Program.path] + arguments + ["--config", path("config.yaml")], environment: variables),
            deadline: .seconds(60), outputCap: 8 << 20)
    }

    // MARK: The truth

    /// What each flag is, by name.
    func values() async throws -> [String: Bool] {
        var values: [String: Bool] = [:]
        let document = try JSON.read(Files.read(path("flags.json"), limit: 1 << 20), name: "flags")
        let rows = try await database.query("SELECT path,value FROM core_config_data", database: schema)
        let settings = Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
        for flag in Self.flags {
            switch flag.kind {
            case .file:
                values[flag.name] = document["flags"]?[flag.name]?["defaultVariant"]?.string == "on"
            case .command:
                values[flag.name] = try Files.read(path("values/\(flag.name)"), limit: 9) == Array("1\n".utf8)
            case .magento: values[flag.name] = settings[flag.path] == "1"
            }
        }
        return values
    }

    /// What the shop goes by, which reads its config cache and makes it when there is none.
    func served(_ flag: Flag, _ values: [String: Bool]) throws -> Bool? {
        guard flag.kind == .magento else { return values[flag.name] }
        guard try Files.facts(path("cache/config")) != nil else {
            let text = values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value ? 1 : 0)\n" }.joined()
            try folder.write(text, to: "cache/config.new")
            _ = try? Directory(path("cache")).rename("config.new", to: "config")
            return values[flag.name]
        }
        let text = String(decoding: try Files.read(path("cache/config"), limit: 1 << 20), as: UTF8.self)
        return text.split(separator: "\n").contains("\(flag.name)=1")
    }

    /// Somebody else turns it.
    func turnByHand(_ flag: Flag, on: Bool) async throws {
        switch flag.kind {
        case .file:
            let old =
                "\"\(flag.name)\": {\"state\": \"ENABLED\", \"variants\": {\"on\": true, \"off\": false}, \"defaultVariant\": "
            let text = String(decoding: try Files.read(path("flags.json"), limit: 1 << 20), as: UTF8.self)
            let new = text.replacing(
                old + (on ? "\"off\"" : "\"on\""), with: old + (on ? "\"on\"" : "\"off\""))
            try AtomicFile("flags.json", in: Directory(folder.path)).replace(with: Array(new.utf8))
        case .command:
            try AtomicFile(flag.name, in: Directory(path("values"))).replace(
                with: Array((on ? "1\n" : "0\n").utf8))
        case .magento:
            try await database.query(
                "UPDATE core_config_data SET value='\(on ? 1 : 0)' WHERE path='\(flag.path)'",
                database: schema)
            _ = try? Directory(path("cache")).remove("config")
        }
    }

    /// The programs of changes that were ever started, the newest last.
    var writers: [Int32] {
        let text = (try? Files.read(path("writers"), limit: 1 << 20)) ?? []
        return String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap { Int32($0) }
    }

    /// Of these the ones that run still. Numbers come round: another process of this store may have one by now.
    var atWork: [Int32] {
        writers.filter { pid in
            guard let bytes = try? Files.read("/proc/\(pid)/cmdline", limit: 4096) else { return false }
            let words = String(decoding: bytes, as: UTF8.self)
            return words.contains(folder.path) && words.contains("config:set")
        }
    }

    // MARK: What it is made of

    private static let fileText =
        "{\"flags\": {\n"
        + flags.filter { $0.kind == .file }.map {
            "  \"\($0.name)\": {\"state\": \"ENABLED\", \"variants\": {\"on\": true, \"off\": false}, "
                + "\"defaultVariant\": \"on\"}"
        }.joined(separator: ",\n") + "\n}}\n"

    private var config: String {
        func paths(_ kind: Kind) -> String {
            Self.flags.filter { $0.kind == kind }.map { "\($0.name): \($0.path)" }.joined(separator: ", ")
        }
        return """
            environments:
              \(Self.environment):
                production: false
                access: operate
                sources:
                  magento-db: {type: mysql, socket: \(database.socket), user: root, database: \(schema), interval: 30s}
                flags:
                  file: {type: flagd, path: \(path("flags.json")), interval: 1s}
                  command:
                    {type: magento-config, command: [\(path("command"))], interval: 5s, paths: {\(paths(.command))}}
                  magento:
                    type: magento-config
                    command: [\(path("magento"))]
                    database: magento-db
                    interval: 5s
                    paths: {\(paths(.magento))}

            """
    }

    private static let head = """
        #!/bin/bash
        # usage: config:show -- PATH | config:set -- PATH VALUE
        here=${0%/*}
        flag=${3##*/}
        rest() { sleep 0.0$((RANDOM % 60 + 10)); }

        """

    private static let commandScript =
        head + """
            case "$1" in
            config:show) cat "$here/values/$flag" ;;
            config:set)
                echo $$ >> "$here/writers"
                rest
                echo "$4" > "$here/set/$flag.$$" && mv "$here/set/$flag.$$" "$here/values/$flag"
                rest
                echo "Value was saved." ;;
            *) exit 2 ;;
            esac

            """

    private var magentoScript: String {
        let client =
            "mariadb --no-defaults --socket=\(database.socket) --user=root --batch --skip-column-names \(schema) -e"
        return Self.head + """
            case "$1" in
            config:show) \(client) "SELECT value FROM core_config_data WHERE path='$3'" ;;
            config:set)
                echo $$ >> "$here/writers"
                rest
                \(client) "UPDATE core_config_data SET value='$4' WHERE path='$3'" || exit 1
                rest
                rm -f "$here/cache/config"
                rest
                echo "Value was saved." ;;
            *) exit 2 ;;
            esac

            """
    }
}
