import Configuration
import Documents
import Monitoring
import Testing
import Text

struct ConfigurationOutputTests {
    @Test func `the first config has no mistake and shows every key`() throws {
        var initial = InitialConfiguration()
        initial.databasePasswordFile = "/home/ops/db-password"
        initial.rabbitURL = "https://rabbit:15671"
        let text = initial.text
        let shop = try #require(try StoreConfigurationTests.read(text).environment("my-store"))
        #expect(shop.sources.map(\.name) == ["magento-db", "rabbitmq"])
        #expect(shop.isProduction && shop.access == .readOnly)
        for name in Self.keyNames(.section(StoreConfiguration.shape))
        where !Self.onlyInHelp.contains(name) {
            #expect(text.contains("\(name):"), "\(name) is not in the file")
        }
        #expect(text.split(separator: "\n").allSatisfy { $0.unicodeScalars.count <= 150 })
    }

    @Test func `what was answered stands whole in the first config, however long it is`() throws {
        var initial = InitialConfiguration()
        initial.databasePasswordFile = "/" + String(repeating: "long/", count: 40) + "password"
        initial.databasePort = "3307"
        initial.tablePrefix = "m2_"
        initial.databaseWay.hasTLS = false
        initial.databaseWay.insecure = "no TLS before March"
        initial.operates = true
        initial.windowStart = "2026-11-19T12:00:00Z"
        initial.rabbitURL = "https://rabbit:15671"
        initial.rabbitWay.authority = "/etc/ssl/own.pem"
        initial.virtualHosts = []
        initial.logs = [.init(name: "log-a", path: "/var/log/a.log", format: "nginx")]
        initial.flagFile = "/srv/flags.json"
        let shop = try #require(try StoreConfigurationTests.read(initial.text).environment("my-store"))
        guard case .mysql(let mysql) = shop.sources[0].details,
            case .rabbitmq(let rabbit) = shop.sources[1].details, case .log(let log) = shop.sources[2].details
        else {
            Issue.record("wrong kinds")
            return
        }
        #expect(mysql.password == .file(initial.databasePasswordFile ?? "") && mysql.port == 3307)
        #expect(
            mysql.tablePrefix == "m2_" && mysql.tls.mode == .off && mysql.insecure == "no TLS before March")
        #expect(rabbit.tls.authority == "/etc/ssl/own.pem" && rabbit.virtualHosts.isEmpty)
        #expect(log.path == "/var/log/a.log" && log.format == .nginx)
        #expect(shop.access == .operate && shop.window?.start.civil.rfc3339 == "2026-11-19T12:00:00Z")
        #expect(shop.flags.count == 1)
    }

    @Test func `every key that is off can be switched on where it stands, with all below it`() throws {
        var initial = InitialConfiguration()
        initial.rabbitURL = "https://rabbit:15671"
        let lines = initial.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var tried = 0
        for (number, line) in lines.enumerated() {
            let margin = String(line.prefix { $0 == " " })
            // `#key` is off; `# text` is a comment, `#  x` belongs to what is off above it.
            guard let first = line.dropFirst(margin.count + 1).first,
                line.dropFirst(margin.count).first == "#",
                first.isLetter
            else { continue }
            var changed = lines
            changed[number] = margin + line.dropFirst(margin.count + 1)
            for below in (number + 1)..<lines.count {
                guard lines[below].hasPrefix(margin + "#  ") else { break }
                changed[below] = margin + lines[below].dropFirst(margin.count + 1)
            }
            tried += 1
            do {
                _ = try StoreConfigurationTests.read(changed.joined(separator: "\n"))
            } catch {
                // Examples of what excludes or needs something else: a socket beside a host, a source not there.
                let expected = [
                    "exclude each other", "there is no such source", "needs format: nginx",
                    "there is no such flag",
                ]
                #expect(
                    error.problems.allSatisfy { problem in expected.contains { problem.message.contains($0) }
                    },
                    "\(changed[number]): \(error.problems)")
            }
        }
        #expect(tried > 25)
    }

    @Test func `the schema is JSON, complete, and every reference leads somewhere`() throws {
        let bytes = try JSONWriter.write(ConfigurationSchema.document, sortedKeys: false, pretty: true)
        let root = try JSON.read(bytes, name: "schema.json")
        #expect(root["$schema"]?.text == "https://json-schema.org/draft/2020-12/schema")
        let known = Set((root["$defs"]?.members ?? []).map(\.key))
        let references = Self.references(root)
        #expect(!references.isEmpty && references.isSubset(of: known), "\(references.subtracting(known))")
        let text = String(decoding: bytes, as: UTF8.self)
        for name in Self.keyNames(.section(StoreConfiguration.shape)) {
            #expect(text.contains("\"\(name)\": {"), "\(name) is not in the schema")
        }
        let environment = try #require(root["$defs"]?["environment"])
        #expect(environment["additionalProperties"]?.bool == false)
        #expect(environment["required"]?.elements?.map(\.text) == ["sources"])
        #expect(environment["properties"]?["production"]?["default"]?.bool == true)
        let types = root[path: [
            "$defs", "environment", "properties", "sources", "additionalProperties", "allOf",
        ]]?
        .elements?.map { $0[path: ["if", "properties", "type", "const"]]?.text }
        #expect(types == ["mysql", "rabbitmq", "log", "command", "release"])
    }

    @Test func `the help names every key with its kind and default`() throws {
        let groups = ConfigurationHelp.groups
        let keys = Set(groups.flatMap(\.keys).map(\.name))
        let all = Set(Self.keyNames(.section(StoreConfiguration.shape))).subtracting(["warning", "critical"])
        #expect(all.isSubset(of: keys), "\(all.subtracting(keys))")
        let mysql = try #require(groups.first { $0.path == "environments.NAME.sources.SOURCE, type: mysql" })
        #expect(
            mysql.keys.first { $0.name == "port" }?.kind == "a whole number from 1 to 65535; default 3306")
        #expect(mysql.keys.first { $0.name == "user" }?.kind == "a user name; must be there")
        let queues = try #require(groups.first { $0.path == "environments.NAME.queues.limits" })
        #expect(queues.keys.first?.kind.contains("default {warning: 500, critical: 2000}") == true)
        #expect(
            groups.allSatisfy { group in !group.text.isEmpty && group.keys.allSatisfy { !$0.text.isEmpty } })
    }

    /// What a first config shows on one line, by an example.
    private static let onlyInHelp: Set<String> = [
        "warning", "critical", "failure", "retry", "latency", "latency_unit", "topics", "template", "pattern",
        "level", "levels", "code",
        "status", "few_count", "few_failures", "p95", "below", "off", "severity",
    ]

    private static func keyNames(_ shape: Shape) -> [String] {
        switch shape {
        case .section(let section): section.keys.flatMap { [$0.name] + keyNames($0.shape) }
        case .tagged(let sections): sections.flatMap { keyNames(.section($0)) }
        case .list(let shape), .map(_, let shape), .offOr(let shape): keyNames(shape)
        case .either(let shapes): shapes.flatMap(keyNames)
        default: []
        }
    }

    private static func references(_ node: Node) -> Set<String> {
        var found: Set<String> = []
        if let reference = node["$ref"]?.text { found.insert(String(reference.dropFirst("#/$defs/".count))) }
        for child in (node.elements ?? []) + (node.members ?? []).map(\.value) {
            found.formUnion(references(child))
        }
        return found
    }
}
