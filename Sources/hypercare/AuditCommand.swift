import Commands
import Configuration
import Persistence
import Platform
import Text

/// `hypercare audit show` and `audit verify`.
struct AuditCommand {
    private let variables: Environment
    private let settings: EnvironmentSettings

    init(_ common: Command.Common) throws {
        variables = Environment.ofProcess
        settings = try ConfigFile(common, environment: variables).environment(common.environment)
    }

    /// 1 when not all of it can be shown.
    func show() throws -> Int32 {
        let (chain, path) = try read()
        for line in chain.lines() { try StandardStreams.write(line + "\n") }
        guard chain.faults.isEmpty, chain.tornAt == nil else {
            throw Complaint("\(path) was touched or cut; `hypercare audit verify` names the places")
        }
        if let newer = Self.newer(chain) { throw Complaint("\(path) \(newer)") }
        return ExitCode.ok
    }

    /// 0 when the chain holds from its first byte to its anchors, 1 when it does not.
    func verify(anchors: String?) throws -> Int32 {
        // The anchors first: a console that writes meanwhile adds to the log before them.
        let places = try anchorPlaces(anchors)
        var (chain, path) = try read()
        var agreeing = 0
        for place in places {
            agreeing += chain.compare(with: place.marks, in: Sanitizer.line(place.name))
        }
        for fault in chain.faults { try StandardStreams.write("\(path):\(fault.line): \(fault.what)\n") }
        if let offset = chain.tornAt {
            try StandardStreams.write("\(path): its last record, at byte \(offset), is not whole\n")
        }
        if let newer = Self.newer(chain) { try StandardStreams.write("\(path): it \(newer)\n") }
        guard chain.faults.isEmpty, chain.tornAt == nil, chain.newer == nil else { return ExitCode.failure }
        try StandardStreams.write("\(path): \(Figures.counted(chain.count, "record")), the chain holds\n")
        let names = places.map { Sanitizer.line($0.name) }.joined(separator: " and ")
        try StandardStreams.write(
            agreeing > 0
                ? "\(Figures.counted(agreeing, "anchor agrees", "anchors agree")) in \(names)\n"
                : places.isEmpty
                    ? "compared with no anchor outside \(path): had its owner made it anew, it would hold too\n"
                    : "no anchor of it is in \(names): had its owner made it anew, it would hold too\n")
        return ExitCode.ok
    }

    /// Where marks of this log are looked for, and those that are there.
    private func anchorPlaces(_ given: String?) throws -> [(name: String, marks: [AuditMark])] {
        var places = [given].compactMap(\.self)
        if case .file(let path) = settings.audit.anchor, try Files.facts(path, links: .followed) != nil {
            places.append(path)
        }
        let author = AuditAuthor(Identity(variables))
        return try places.map { name in
            let bytes = try Files.read(name, limit: AuditFile.sizeLimit, links: .followed)
            let lines = bytes.split(separator: UInt8(ascii: "\n"))
            let marks = lines.compactMap { AuditMark(String(decoding: $0, as: UTF8.self)) }
            return (name, marks.filter { $0.isOf(settings.name, author) })
        }
    }

    private static func newer(_ chain: AuditChain) -> String? {
        chain.newer.map {
            "holds records of a newer hypercare (format \($0)), which this one cannot read: use that one"
        }
    }

    private func read() throws -> (AuditChain, String) {
        guard let folder = Stores.path(of: settings.name, in: variables) else {
            throw Complaint("neither XDG_STATE_HOME nor HOME is set, so there is no audit log")
        }
        let path = folder + "/" + AuditFile.fileName
        guard let chain = try AuditLook.chain(in: folder) else {
            throw Complaint(
                "there is no audit log at \(path): no change is on record here")
        }
        return (chain, Sanitizer.line(path))
    }
}
