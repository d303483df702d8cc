import Documents
import Glibc
import Platform
import TestSupport

/// A shop whose queues go bad one after the other and stay so, and one that has nobody for a while again and again;
/// watched without a screen by programs that are killed.
final class AlertChain: Sendable {
    static let queues = 12
    /// Reads from one queue's going bad to the next one's.
    private static let apart = 4
    private static let notify = "told.jsonl"
    let shop: Shop

    private static let answer = """
        \(Shop.counting)
        consumers=1
        [ $(( n / 30 % 2 )) = 1 ] && consumers=0
        echo "{\\"success\\": 1, \\"queues\\": [{\\"name\\": \\"r\\", \\"ready\\": $(( 5 * (1 - consumers) )), \\"consumers\\": $consumers}"
        k=0
        while [ $k -lt \(queues) ]; do
            ready=0
            [ $n -ge $(( k * \(apart) + 2 )) ] && ready=90000
            echo ",{\\"name\\": \\"q$k\\", \\"ready\\": $ready, \\"consumers\\": 1}"
            k=$(( k + 1 ))
        done
        echo "]}"

        """

    init() throws {
        shop = try Shop("alerts")
        try shop.put(Self.answer, at: "answer", mode: 0o700)
        // Whole, or not at all, also when the watch is killed while it says it: then it comes again.
        let page =
            "text=$(cat)\ncase $text in *'}') printf '%s\\n' \"$text\" >> \(shop.path(Self.notify));; esac\n"
        try shop.put("#!/bin/sh\n\(page)", at: "page", mode: 0o700)
        let alerts = "    alerts: {file: \(shop.path("alerts.jsonl")), notify: [\(shop.path("page"))]}"
        try shop.configure(more: "\(alerts)\n    queues: {by_name: {r: {no_consumer_hold: 2s}}}")
        let config = try shop.text(shop.path("config.yaml"))
        try shop.put(
            config.replacing("/bin/cat, \(shop.path("answer.json"))", with: shop.path("answer")),
            at: "config.yaml")
    }

    /// Starts one more, behind a prefix such as `strace`.
    func watch(_ prefix: [String] = [], _ more: [String] = []) async throws -> ServerProcess {
        try await ServerProcess(
            prefix + [Program.path, "--config", shop.path("config.yaml"), "watch", "--headless"] + more,
            environment: shop.variables, log: shop.path("watch.log"))
    }

    /// Takes the first queue that went bad out of sight, as a person does.
    func acknowledge() async throws {
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.sees("backlog")
        try await eventually("no question stands") { pty.hints.contains("? help") }
        pty.send("1")
        try await eventually("it is asked", within: .seconds(30)) {
            if pty.screen.text.contains("Set aside") { return true }
            pty.send("a")
            try await Task.sleep(for: .seconds(1))
            return pty.screen.text.contains("Set aside")
        }
        // A question takes no key that follows at once.
        try await Task.sleep(for: .seconds(1))
        pty.send("the ERP is closed")
        try await pty.sees("the ERP is closed")
        pty.send("\r")
        try await pty.sees("1 set aside")
        try await pty.leave()
    }

    /// Who it was and why, by the program's own word; nil when nothing is set aside.
    func acknowledged() async throws -> String? {
        let looked = try await shop.run("status", "--json", "--entity", "queue:q0")
        let document = try JSON.read(looked.output, name: "status")
        let check = document["checks"]?.elements?.first { $0["id"]?.string == "queue:q0" }
        return check?["aside"]?["why"]?.string
    }

    // MARK: What was told

    struct Line {
        var id: Int
        var name: String
        var what: String
        var text: String
    }

    func lines(of file: String = "alerts.jsonl") throws -> [Line] {
        guard try Files.facts(shop.path(file)) != nil else { return [] }
        return try shop.text(shop.path(file)).split(separator: "\n").map { line in
            let node = try JSON.read(Array(line.utf8), name: file)
            return Line(
                id: node["id"]?.int ?? 0,
                name: "\(node["entity"]?.string ?? "") \(node["kind"]?.string ?? "")",
                what: node["what"]?.string ?? "", text: String(line))
        }
    }

    /// Opened, and not over.
    func open() throws -> Set<String> {
        var open: Set<String> = []
        for line in try lines().sorted(by: { $0.id < $1.id }) {
            if line.what == "resolved" { open.remove(line.name) } else { open.insert(line.name) }
        }
        return open
    }

    /// What is not as it should be: a number that is missing was lost, one that says two things was told as another, and
    /// what is open opens anew only after its end.
    func flaws() throws -> [String] {
        var flaws: [String] = []
        for file in ["alerts.jsonl", Self.notify] {
            var known: [Int: Line] = [:]
            for line in try lines(of: file) {
                if let before = known[line.id], before.text != line.text {
                    flaws.append("\(file): \(line.id) was told as \(before.text) and as \(line.text)")
                }
                known[line.id] = line
            }
            let missing = Set(1...max(1, known.keys.max() ?? 0)).subtracting(known.keys)
            if !missing.isEmpty { flaws.append("\(file): \(missing.sorted()) were never told") }
            var open: Set<String> = []
            for (_, line) in known.sorted(by: { $0.key < $1.key }) {
                switch line.what {
                case "opened":
                    if !open.insert(line.name).inserted { flaws.append("\(file): new again: \(line.text)") }
                case "resolved":
                    if open.remove(line.name) == nil { flaws.append("\(file): over twice: \(line.text)") }
                default: break
                }
            }
            for queue in 0..<Self.queues {
                let count = known.values.count { $0.name == "queue:q\(queue) growing" && $0.what == "opened" }
                if count != 1 { flaws.append("\(file): q\(queue) was opened \(count) times") }
            }
        }
        return flaws
    }

    /// All queues have gone bad and are told, by a program that is left alone.
    func settle() async throws {
        let watch = try await watch()
        let all = Set((0..<Self.queues).map { "queue:q\($0) growing" })
        do {
            try await eventually("all are told", within: .seconds(150)) {
                let through = Set(try self.lines(of: Self.notify).map(\.name))
                return try self.open().isSuperset(of: all) && through.isSuperset(of: all)
            }
        } catch {
            let told = try lines().map { "\($0.id) \($0.what) \($0.name)" }.joined(separator: "\n")
            throw NotInTime(description: "\(error)\n\(told)\n\(try shop.text(shop.path("watch.log")))")
        }
        // What it tells in its last second is told once more by nobody.
        try await Task.sleep(for: .seconds(3))
        watch.stop(SIGTERM)
    }
}
