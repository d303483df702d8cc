import CSystem
import Glibc
import Platform
import Synchronization

/// A private RabbitMQ with its management plugin, on ports of 127.0.0.1, with an epmd and data of its own.
/// User `guest`, password `guest`. Ready in about ten seconds: one for each suite. Killed with the process
/// that runs the tests.
package final class RabbitMQServer: Sendable {
    package let port: Int
    package let managementPort: Int
    /// `http://127.0.0.1:PORT`, without `/api`.
    package var url: String { "http://127.0.0.1:\(managementPort)" }

    /// `hypercare@localhost`, or the name under which it joined a cluster.
    package let node: String

    private let folder: TemporaryFolder
    private let environment: [String: String]
    private let logFile: String
    private let epmd: ServerProcess
    private let epmdPort: Int
    private let process = Mutex<ServerProcess?>(nil)

    /// `config` is added to its `rabbitmq.conf`.
    @concurrent package convenience init(config: String = "") async throws {
        let epmdPort = try freePort()
        let folder = try TemporaryFolder("rabbitmq")
        let epmd = try await ServerProcess(
            ["/usr/bin/epmd", "-port", "\(epmdPort)", "-address", "127.0.0.1"], log: folder.path("epmd.log"))
        try await eventually("epmd listens") {
            let socket = system_connect_loopback(Int32(epmdPort))
            return socket >= 0 && system_close(socket) == 0
        }
        try await self.init("hypercare", in: folder, epmd, epmdPort, config: config)
    }

    /// One more node of the cluster of `other`.
    @concurrent package convenience init(joining other: RabbitMQServer, as name: String) async throws {
        try await self.init(
            name, in: other.folder, other.epmd, other.epmdPort,
            config: """
                cluster_formation.peer_discovery_backend = classic_config
                cluster_formation.classic_config.nodes.1 = \(other.node)
                cluster_formation.classic_config.nodes.2 = \(name)@localhost
                """)
    }

    @concurrent private init(
        _ name: String, in folder: TemporaryFolder, _ epmd: ServerProcess, _ epmdPort: Int, config: String
    ) async throws {
        node = name + "@localhost"
        self.folder = folder
        self.epmd = epmd
        self.epmdPort = epmdPort
        logFile = folder.path("log-" + name)
        port = try freePort()
        managementPort = try freePort()
        environment = [
            "HOME": folder.path,
            "PATH": ChildCommand.standardPath,
            "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": node,
            "RABBITMQ_MNESIA_BASE": folder.path("data-" + name),
            "RABBITMQ_LOG_BASE": folder.path("logs-" + name),
            "RABBITMQ_CONFIG_FILE": try folder.write(
                """
                listeners.tcp.default = 127.0.0.1:\(port)
                management.tcp.ip = 127.0.0.1
                management.tcp.port = \(managementPort)
                collect_statistics_interval = 1000
                disk_free_limit.absolute = 1MB
                \(config)

                """, to: name + ".conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": try folder.write("[rabbitmq_management].\n", to: "plugins"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_DIST_PORT": "\(try freePort())",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
            // Of this name alone: a machine need not know its own.
            "ERL_INETRC": try folder.write(
                "{lookup, [file, native]}.\n{host, {127,0,0,1}, [\"localhost\"]}.\n", to: "inetrc"),
            "ERL_EPMD_PORT": "\(epmdPort)",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP": folder.path("erl_crash.dump"),
            // The Erlang machine in place of the shell: there is one process, ours to signal and to stop.
            "RUNNING_UNDER_SYSTEMD": "true",
        ]
        try await start()
    }

    /// Starts it again, on the same ports and data, after `stop`.
    @concurrent package func start() async throws {
        let started = try await ServerProcess(
            ["/usr/lib/rabbitmq/bin/rabbitmq-server"], environment: environment, log: logFile)
        process.withLock { $0 = started }
        try await eventually("RabbitMQ answers; it said\n\(log)", within: .seconds(90)) {
            (try? await self.management("GET", "/api/overview").status) == 200
        }
        // The two listeners open one after the other.
        let port = Int32(port)
        try await eventually("RabbitMQ takes AMQP connections", within: .seconds(30)) {
            let socket = system_connect_loopback(port)
            return socket >= 0 && system_close(socket) == 0
        }
    }

    /// Ends it: SIGTERM in order, SIGKILL as a crash. It can be started again.
    @concurrent package func stop(_ signal: Int32 = SIGTERM) async throws {
        let running = process.withLock { process in
            defer { process = nil }
            return process
        }
        try await onThread { running?.stop(signal) }
    }

    /// Keeps it from doing anything while its connections stay open.
    package func freeze() { process.withLock { $0?.freeze() } }
    package func thaw() { process.withLock { $0?.thaw() } }
    /// Of the Erlang machine, nil while it is stopped.
    package var pid: Int32? { process.withLock { $0?.pid } }

    /// Runs `rabbitmqctl`, which takes a second or two, and answers what it prints, without headers.
    @discardableResult
    @concurrent package func ctl(_ arguments: String...) async throws -> String {
        let command = ChildCommand(
            ["/usr/lib/rabbitmq/bin/rabbitmqctl", "-q", "-n", node] + arguments,
            environment: environment)
        let result = try await ChildProcess.run(command, deadline: .seconds(60))
        guard result.end == .exited(0) else {
            throw SystemError(
                "run rabbitmqctl", arguments.joined(separator: " "),
                detail: String(decoding: result.error + result.output, as: UTF8.self))
        }
        return String(decoding: result.output, as: UTF8.self)
    }

    /// One call of the management API as guest; `path` with its parts encoded: `/api/queues/%2F/orders`.
    @discardableResult
    @concurrent package func management(
        _ method: String, _ path: String, _ json: String = ""
    ) async throws -> (status: Int, text: String) {
        let port = Int32(managementPort)
        return try await onThread {
            let socket = FileDescriptor(taking: system_connect_loopback(port))
            guard socket.number >= 0 else { throw SystemError("connect", "RabbitMQ", code: -socket.number) }
            try socket.write(
                Array(
                    """
                    \(method) \(path) HTTP/1.0\r
                    Host: localhost\r
                    Authorization: Basic Z3Vlc3Q6Z3Vlc3Q=\r
                    Content-Type: application/json\r
                    Content-Length: \(json.utf8.count)\r
                    \r
                    \(json)
                    """.utf8))
            var answer: [UInt8] = []
            while case let more = try socket.read(limit: 65536), !more.isEmpty { answer += more }
            let text = String(decoding: answer, as: UTF8.self)
            let status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            let body = text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
            return (status, body)
        }
    }

    /// Makes a durable queue in the virtual host `/`.
    @concurrent package func declareQueue(_ name: String) async throws {
        let path = "/api/queues/%2F/\(HTTPRequest.encode(name))"
        let status = try await management("PUT", path, #"{"durable":true}"#).status
        guard status == 201 || status == 204 else {
            throw SystemError("declare", name, detail: "HTTP \(status)")
        }
    }

    /// Puts messages into a queue through the default exchange.
    @concurrent package func publish(_ count: Int, to queue: String) async throws {
        for _ in 0..<count {
            let json =
                #"{"properties":{},"routing_key":"\#(queue)","payload":"x","payload_encoding":"string"}"#
            let answer = try await management("POST", "/api/exchanges/%2F/amq.default/publish", json)
            guard answer.text.contains(#""routed":true"#) else {
                throw SystemError("publish to", queue, detail: answer.text)
            }
        }
    }

    /// The last of what the server had to say.
    package var log: String {
        let bytes = (try? Files.read(logFile, limit: 1 << 22)) ?? []
        return String(decoding: bytes.suffix(2000), as: UTF8.self)
    }
}
