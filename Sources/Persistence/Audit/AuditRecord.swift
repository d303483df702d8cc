import Documents
import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import Platform
import Text

/// One line of `audit.jsonl`: JSON with its members in this order, `crc` last, over the bytes before it
/// (`safety.md` 3.3, checksum form of the design).
struct AuditRecord: Hashable, Sendable, Decodable {
    /// Format of the line; a newer one is refused.
    var v = 1
    /// Counts from 1 without a gap.
    var seq: Int
    /// SHA-256 of the line before, without its newline; 64 zeros for the first.
    var prev: String
    /// RFC 3339, UTC.
    var ts: String
    var mono_ns: Int64
    var boot_id: String
    var host: String
    var uid: Int
    var login: String
    var ssh_client: String
    /// Where there are any, `Operator`.
    var sudo_user: String?
    var login_uid: Int?
    var audit_session: Int?
    var env: String
    var op_id: String
    /// `AuditEntry.Phase`, or `recovered`.
    var phase: String
    var backend: String
    var flag: String
    var from: String
    var to: String
    /// The revision the operator saw.
    var revision: String
    var reason: String
    var result: String
    /// The row and the arguments of a person's own command; nil of a flag's change.
    var entity: String?
    var command: [String]?

    static let recovered = "recovered"
    static let noPrevious = String(repeating: "0", count: 64)

    init(_ entry: AuditEntry, seq: Int, prev: String, author: AuditAuthor) {
        self.init(
            phase: entry.phase.rawValue, at: entry.at, environment: entry.environment, seq: seq, prev: prev,
            host: author.host, person: entry.by ?? author.person)
        op_id = entry.change.opID
        reason = entry.change.reason
        result = entry.result
        if let run = entry.run {
            (entity, command) = (run.entity.key, run.arguments)
            return
        }
        backend = entry.change.backend
        flag = entry.change.flag
        from = Self.text(entry.change.from)
        to = Self.text(entry.change.to)
        revision = entry.change.expectedRevision
    }

    /// Who asked for it.
    var person: Operator {
        Operator(
            login: login, uid: UInt32(clamping: uid), sshClient: ssh_client, sudoUser: sudo_user ?? "",
            loginUID: login_uid.map { UInt32(clamping: $0) },
            auditSession: audit_session.map { UInt32(clamping: $0) })
    }

    /// The change it is about.
    var change: FlagChange {
        FlagChange(
            opID: op_id, flag: flag, backend: backend, from: Self.value(from), to: Self.value(to),
            expectedRevision: revision, reason: reason)
    }

    /// That it ended, and how; nil where it says another thing.
    var end: EndedChange? {
        guard let phase = AuditEntry.Phase(rawValue: phase), !phase.isOpen, command == nil, let second else {
            return nil
        }
        return EndedChange(change, by: person, at: second, phase: phase, result: result)
    }

    /// When it was written; nil when it does not say.
    var second: WallTime? { CivilTime.secondsSinceEpoch(of: ts).map { WallTime(seconds: $0) } }

    private static let variant = "variant "

    /// The words of a value, such that one text means one value: `variant ON` is one that is only called so.
    private static func text(_ value: FlagValue) -> String {
        switch value {
        case .variant(let name): Self.value(name) == value ? name : variant + name
        case .unknown(let why): "? " + why
        case .on, .off, .rollout, .codeDefault, .byRule: value.text
        }
    }

    private static func value(_ text: String) -> FlagValue {
        for plain in [FlagValue.on, .off, .codeDefault, .byRule] where ExactName.same(plain.text, text) {
            return plain
        }
        func rest(after prefix: String) -> String? {
            guard text.utf8.starts(with: prefix.utf8) else { return nil }
            return String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        }
        if let name = rest(after: variant) { return .variant(name) }
        if let why = rest(after: "? ") { return .unknown(why) }
        if let share = Double(text.dropLast(2)), ExactName.same(FlagValue.rollout(share).text, text) {
            return .rollout(share)
        }
        return .variant(text)
    }

    /// Says that the line before is torn, and where it begins.
    static func recovery(
        offset: Int, at now: Timestamp, environment: String, seq: Int, prev: String, author: AuditAuthor
    ) -> AuditRecord {
        var record = AuditRecord(
            phase: recovered, at: now, environment: environment, seq: seq, prev: prev, host: author.host,
            person: author.person)
        record.result = "torn record at byte \(offset)"
        return record
    }

    private init(
        phase: String, at: Timestamp, environment: String, seq: Int, prev: String, host: String,
        person: Operator
    ) {
        self.seq = seq
        self.prev = prev
        ts = at.wall.civil.rfc3339
        let boot = at.boot.components
        mono_ns = boot.seconds &* 1_000_000_000 &+ boot.attoseconds / 1_000_000_000
        boot_id = at.bootID
        self.host = host
        uid = Int(person.uid)
        login = person.login
        ssh_client = person.sshClient
        sudo_user = person.sudoUser.isEmpty ? nil : person.sudoUser
        login_uid = person.loginUID.map { Int($0) }
        audit_session = person.auditSession.map { Int($0) }
        env = environment
        self.phase = phase
        op_id = ""
        backend = ""
        flag = ""
        from = ""
        to = ""
        revision = ""
        reason = ""
        result = ""
    }

    /// The line with its newline.
    var line: [UInt8] {
        var bytes: [UInt8] = []
        func name(_ key: String) {
            bytes.append(bytes.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
            JSONText.append(key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
        }
        func add(_ key: String, _ number: String) {
            name(key)
            bytes.append(contentsOf: number.utf8)
        }
        func add(_ key: String, quoted text: String) {
            name(key)
            JSONText.append(text, to: &bytes)
        }
        add("v", String(v))
        add("seq", String(seq))
        add("prev", quoted: prev)
        add("ts", quoted: ts)
        add("mono_ns", String(mono_ns))
        add("boot_id", quoted: boot_id)
        add("host", quoted: host)
        add("uid", String(uid))
        add("login", quoted: login)
        add("ssh_client", quoted: ssh_client)
        if let sudo_user { add("sudo_user", quoted: sudo_user) }
        if let login_uid { add("login_uid", String(login_uid)) }
        if let audit_session { add("audit_session", String(audit_session)) }
        add("env", quoted: env)
        add("op_id", quoted: op_id)
        add("phase", quoted: phase)
        add("backend", quoted: backend)
        add("flag", quoted: flag)
        add("from", quoted: from)
        add("to", quoted: to)
        add("revision", quoted: revision)
        add("reason", quoted: reason)
        add("result", quoted: result)
        if let entity { add("entity", quoted: entity) }
        if let command {
            name("command")
            bytes.append(UInt8(ascii: "["))
            for (place, word) in command.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONText.append(word, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        }
        return bytes + Array(",\"crc\":\"\(CRC32C.text(of: bytes))\"}\n".utf8)
    }

    /// Bytes of `,"crc":"01234567"}`.
    private static let tailLength = 18

    /// A line that is whole.
    enum Read {
        case record(AuditRecord)
        /// Of a newer hypercare: its format, and its place in the chain.
        case newer(format: Int, seq: Int, prev: String)
    }

    /// What every format says of itself, whatever else it says.
    private struct Link: Decodable {
        var v: Int
        var seq: Int
        var prev: String
    }

    /// Reads a line without its newline; nil when its checksum is wrong or it is no record of ours.
    static func read(_ line: ArraySlice<UInt8>) -> Read? {
        guard line.count > Self.tailLength else { return nil }
        let body = line.prefix(line.count - Self.tailLength)
        let tail = Array(",\"crc\":\"\(CRC32C.text(of: body))\"}".utf8)
        guard Array(line.suffix(Self.tailLength)) == tail,
            let node = try? JSON.read(Array(line), name: "audit")
        else { return nil }
        let decoder = NodeDecoder(name: "audit")
        if let link = try? decoder.decode(Link.self, from: node), link.v > 1 {
            return .newer(format: link.v, seq: link.seq, prev: link.prev)
        }
        guard let record = try? decoder.decode(AuditRecord.self, from: node), record.v == 1 else {
            return nil
        }
        return .record(record)
    }
}
