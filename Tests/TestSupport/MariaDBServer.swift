import Glibc
import Platform
import Synchronization

/// A private MariaDB on a port of 127.0.0.1 and a socket, with its data in a temporary folder. `root` has no
/// password. Killed with the process that runs the tests.
package final class MariaDBServer: Sendable {
    package struct Options: Sendable {
        /// Requires nothing, offers TLS: certificate authority at `caFile`, certificate for `localhost` and
        /// 127.0.0.1.
        package var tls = false
        /// Each statement, in `generalLog`.
        package var generalLog = false
        /// Each statement with its time, in `slowLog` (`long_query_time` 0).
        package var slowLog = false
        /// Another Galera node brings it its state by rsync.
        package var takesState = false
        /// More server options: `--max-connections=5`.
        package var arguments: [String] = []
        /// The buffer pool in MB.
        package var bufferPool = 16

        package init(
            tls: Bool = false, generalLog: Bool = false, slowLog: Bool = false, bufferPool: Int = 16,
            takesState: Bool = false, arguments: [String] = []
        ) {
            self.tls = tls
            self.generalLog = generalLog
            self.slowLog = slowLog
            self.bufferPool = bufferPool
            self.takesState = takesState
            self.arguments = arguments
        }
    }

    package let port: Int
    package let options: Options
    private let folder: TemporaryFolder
    private let process = Mutex<ServerProcess?>(nil)

    /// 0 while it is stopped.
    package var pid: Int32 { process.withLock { $0?.pid ?? 0 } }
    package var socket: String { folder.path("socket") }
    package var caFile: String { folder.path("ca.pem") }
    package var generalLog: String { folder.path("general.log") }
    package var slowLog: String { folder.path("slow.log") }
    package var errorLog: String { folder.path("error.log") }

    /// Returns when it answers.
    @concurrent package init(_ options: Options = Options()) async throws {
        self.options = options
        folder = try TemporaryFolder("mariadb")
        port = try freePort()
        try await MariaDBTemplate.copy(to: folder.path("data"))
        if options.tls { try await makeCertificates(in: folder) }
        if options.takesState, getuid() == 0 {
            // As root rsync's daemon becomes nobody before it writes.
            _ = try await shell("chmod 711 \(folder.path); chown -R nobody \(folder.path("data"))")
        }
        try await start()
    }

    /// Starts it again, on the same port and data, after `stop`.
    @concurrent package func start() async throws {
        var arguments = [
            "/usr/sbin/mariadbd", "--no-defaults", "--datadir=\(folder.path("data"))", "--socket=\(socket)",
            "--port=\(port)", "--bind-address=127.0.0.1", "--pid-file=\(folder.path("pid"))",
            "--log-error=\(errorLog)", "--innodb-buffer-pool-size=\(options.bufferPool)M",
            "--innodb-flush-log-at-trx-commit=2", "--innodb-flush-method=nosync", "--sync-binlog=0",
            "--innodb-doublewrite=0", "--skip-name-resolve", "--skip-log-bin", "--key-buffer-size=1M",
            "--aria-pagecache-buffer-size=1M", "--local-infile=0", "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_general_ci", "--tmpdir=\(folder.path)",
        ]
        arguments += MariaDBTemplate.sizes
        if getuid() == 0 { arguments.append("--user=root") }
        if options.tls {
            arguments += [
                "--ssl-ca=\(caFile)", "--ssl-cert=\(folder.path("server.pem"))",
                "--ssl-key=\(folder.path("server.key"))",
            ]
        }
        if options.generalLog { arguments += ["--general-log", "--general-log-file=\(generalLog)"] }
        if options.slowLog {
            arguments += ["--slow-query-log", "--slow-query-log-file=\(slowLog)", "--long-query-time=0"]
        }
        arguments += options.arguments
        let started = try await ServerProcess(arguments, log: errorLog)
        process.withLock { $0 = started }
        try await eventually("MariaDB answers; its log is\n\(log)", within: .seconds(60)) {
            (try? await self.query("SELECT 1")) == [["1"]]
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

    /// The test's own truth, by the `mariadb` client as root: rows of columns, NULL as `NULL`.
    @discardableResult
    @concurrent package func query(_ sql: String, database: String = "") async throws -> [[String]] {
        try await run(sql, database: database).split(separator: "\n").map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// Runs a script, such as a schema; it may be long.
    @concurrent package func run(_ sql: String, database: String = "") async throws -> String {
        let command = ChildCommand(
            [
                "mariadb", "--no-defaults", "--socket=\(socket)", "--user=root", "--batch",
                "--skip-column-names", "--default-character-set=utf8mb4", database,
            ].filter { !$0.isEmpty }, input: Array(sql.utf8))
        let result = try await ChildProcess.run(
            command, deadline: .seconds(300), outputCap: 64 << 20)
        guard result.end == .exited(0) else {
            throw SystemError("query", detail: String(decoding: result.error, as: UTF8.self))
        }
        return String(decoding: result.output, as: UTF8.self)
    }

    /// The last of what the server had to say.
    package var log: String {
        let bytes = (try? Files.read(errorLog, limit: 1 << 20)) ?? []
        return String(decoding: bytes.suffix(2000), as: UTF8.self)
    }
}

/// An empty database made once a machine and copied: making one takes seconds.
private enum MariaDBTemplate {
    static let sizes = [
        "--innodb-log-file-size=4M", "--innodb-data-file-path=ibdata1:1M:autoextend",
        "--innodb-undo-tablespaces=0",
    ]

    @concurrent static func copy(to target: String) async throws {
        let version = try await shell("mariadbd --version | cksum | cut -d' ' -f1")
        let template = "/tmp/hypercare-mariadb-\(getuid())-\(version)"
        // Someone else could have put it there for us.
        if let facts = try Files.facts(template),
            facts.kind != .directory || facts.owner.user != getuid() || facts.mode & 0o022 != 0
        {
            throw SystemError("use", template, detail: "it is not ours")
        }
        if try Files.facts(template) == nil {
            let user = getuid() == 0 ? "--user=root" : ""
            let options = sizes.joined(separator: " ")
            // Forced, as it wants to look up the host's name, which need not have an address.
            // Renamed into place: of several that make it at once, one wins.
            _ = try await shell(
                """
                d=$(mktemp -d /tmp/hypercare-mariadb-new.$$.XXXXXX)
                mariadb-install-db --no-defaults --force --auth-root-authentication-method=normal --skip-test-db \
                  --skip-name-resolve \(user) --datadir=$d/data \(options) >$d/log 2>&1 \
                  || { cat $d/log >&2; exit 1; }
                mv -T $d/data \(template) 2>/dev/null || true
                rm -rf $d
                """)
        }
        _ = try await shell("cp -a --reflink=auto --sparse=always \(template) \(target)")
    }
}

/// A certificate authority and a server certificate in the folder: `ca.pem`, `server.pem`, `server.key`.
@concurrent package func makeCertificates(in folder: TemporaryFolder) async throws {
    _ = try await shell(
        """
        cd \(folder.path)
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test-ca \
          -addext basicConstraints=critical,CA:TRUE -keyout ca.key -out ca.pem
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost \
          -keyout server.key -out server.csr
        printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\\n' > extensions
        openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
          -extfile extensions -out server.pem
        """)
}

/// Runs a script of the test's own making and answers what it prints, without the last line end.
@discardableResult
@concurrent package func shell(_ script: String) async throws -> String {
    let result = try await ChildProcess.run(
        ChildCommand(
            ["sh", "-euc", script], environment: ["PATH": ChildCommand.standardPath, "HOME": "/tmp"]),
        deadline: .seconds(120))
    guard result.end == .exited(0) else {
        throw SystemError("run", script, detail: String(decoding: result.error, as: UTF8.self))
    }
    let text = String(decoding: result.output, as: UTF8.self)
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
}
