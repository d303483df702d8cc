import Commands
import Configuration
import Persistence
import Platform
import Text

/// `hypercare audit show` and `audit verify`.
struct AuditCommand {
    private let common: Command.Common

    init(_ common: Command.Common) { self.common = common }

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

    /// 0 when the chain holds from its first byte to its anchor, 1 when it does not.
    func verify() throws -> Int32 {
        let (chain, path) = try read()
        for fault in chain.faults { try StandardStreams.write("\(path):\(fault.line): \(fault.what)\n") }
        if let offset = chain.tornAt {
            try StandardStreams.write("\(path): its last record, at byte \(offset), is not whole\n")
        }
        if let newer = Self.newer(chain) { try StandardStreams.write("\(path): it \(newer)\n") }
        guard chain.faults.isEmpty, chain.tornAt == nil, chain.newer == nil else { return ExitCode.failure }
        try StandardStreams.write("\(path): \(Figures.counted(chain.count, "record")), the chain holds\n")
        return ExitCode.ok
    }

    private static func newer(_ chain: AuditChain) -> String? {
        chain.newer.map {
            "holds records of a newer hypercare (format \($0)), which this one cannot read: use that one"
        }
    }

    private func read() throws -> (AuditChain, String) {
        let variables = Environment.ofProcess
        let settings = try ConfigFile(common, environment: variables).environment(common.environment)
        guard let folder = Stores.path(of: settings.name, in: variables) else {
            throw Complaint("neither XDG_STATE_HOME nor HOME is set, so there is no audit log")
        }
        let path = folder + "/" + AuditFile.fileName
        let anchor = folder + "/" + AuditFile.anchorName
        let isAnchored = try Files.facts(anchor) != nil
        let isThere = try Files.facts(path) != nil
        // An anchor without its log is no fresh start: the log was taken away.
        guard isThere || isAnchored else {
            throw Complaint(
                "there is no audit log at \(path): nothing has been changed from here")
        }
        var chain = try AuditChain(isThere ? Files.read(path, limit: AuditFile.sizeLimit) : [])
        let bytes = isAnchored ? try Files.read(anchor, limit: 4096) : nil
        chain.compare(with: AuditAnchor.Found(bytes))
        return (chain, Sanitizer.line(path))
    }
}
