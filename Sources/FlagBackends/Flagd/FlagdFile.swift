import Documents
package import FeatureFlags
package import Monitoring
package import Platform
import Text

/// Flags in a flagd file, JSON or YAML: edited in place, replaced whole.
///
/// A reader must never see an empty or half a file (flagd would drop all flags), so a change is a new file
/// renamed over the old one with all that is its own but the content. Compare-and-set is by the flag's own text:
/// a change elsewhere in the file is no conflict.
package actor FlagdFile: FlagBackend {
    package nonisolated let name: String
    package nonisolated let place = "flagd file"
    package nonisolated let manner = "the whole file at each look, checked as flagd checks it"
    package nonisolated let schedule: ProbeSchedule
    static let sizeLimit = 4 << 20

    let path: String
    let isProduction: Bool
    /// So long after a change others are watched still.
    let watchedFor: Duration
    let ops: @Sendable (Directory) -> any FileOps
    /// Changes that ended lately, by their ids.
    var watched: [String: WatchedChange] = [:]
    private var isSwept: Bool
    private let executor: ThreadExecutor

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.unownedExecutor }

    /// `path` is absolute. In production nothing is changed that everybody may write. `ops` stands between this and
    /// the folder where a test wants to. Who only looks once `sweeps` nothing away.
    package init(
        name: String, path: String, isProduction: Bool = false, interval: Duration = .seconds(5),
        watchedFor: Duration = .seconds(10), sweeps: Bool = true,
        ops: @escaping @Sendable (Directory) -> any FileOps = { $0 }
    ) throws(SystemError) {
        self.name = name
        self.path = path
        self.isProduction = isProduction
        self.watchedFor = watchedFor
        self.ops = ops
        isSwept = !sweeps
        schedule = ProbeSchedule(
            id: "\(name)/flags", source: name, kind: "flags", subject: "flags", interval: interval,
            deadline: min(interval, .seconds(5)))
        executor = try ThreadExecutor("flags")
    }

    package func read() async throws(ReadFailure) -> FlagSample {
        let document = try document()
        let place = try looked { () throws(SystemError) in try FlagFilePlace(path) }
        sweep(place)
        var sample = FlagSample(
            try readings(document), cost: ReadCost(queries: 1, bytes: document.bytes.count, milliseconds: 0))
        if let why = try looked({ () throws(SystemError) in try place.obstacle(isProduction: isProduction) })
        {
            for index in sample.flags.indices { sample.flags[index].fixedReason = why }
        }
        sample.cautions = (try? place.cautions()) ?? []
        for kept in (try? Leftovers.kept(beside: place)) ?? [] {
            let text =
                "holds what another program wrote while a flag was switched: put it right and remove it"
            sample.notices.append(SourceNotice(.warning, "\(Sanitizer.line(kept, maxBytes: 200)) \(text)"))
        }
        if let refusal = document.refusal {
            let text = "\(FlagdDocument.sentence(refusal.why)); it goes on with what it had"
            sample.notices.append(SourceNotice(.critical, text))
        }
        if document.nameless > 0 {
            sample.notices.append(
                SourceNotice(.warning, "\(document.nameless) of its flags have no key and cannot be shown"))
        }
        // Of the file as it is now: whatever changed since the read before changed then, or a moment later.
        if let facts = try? Files.facts(path, links: .followed) {
            sample.changedAt = WallTime(milliseconds: facts.modified / 1_000_000)
        }
        return sample
    }

    /// What a killed run has left, once; later changes see to it themselves.
    private func sweep(_ place: FlagFilePlace) {
        guard !isSwept else { return }
        isSwept = true
        guard (try? Files.mayWrite(in: place.folder)) != nil, let folder = try? Directory(place.folder),
            (try? folder.hold()) == true
        else { return }
        try? Leftovers(of: place, in: folder, ops(folder)).sweep()
        folder.letGo()
    }

    func document() throws(ReadFailure) -> FlagdDocument {
        try document(
            of: try looked { () throws(SystemError) in
                try Files.read(path, limit: Self.sizeLimit, links: .followed)
            })
    }

    private func looked<Answer>(
        _ look: () throws(SystemError) -> Answer
    ) throws(ReadFailure) -> Answer {
        do throws(SystemError) {
            return try look()
        } catch {
            let advice = "Check the path in the config and that this user may read it."
            throw ReadFailure(.unreachable, Sanitizer.line("\(error)"), advice: advice)
        }
    }

    func document(of bytes: [UInt8]) throws(ReadFailure) -> FlagdDocument {
        guard bytes.contains(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else {
            throw ReadFailure(
                .malformed, Sanitizer.line("\(path) is empty"),
                advice: "flagd drops all flags of an empty file; write them back")
        }
        do throws(DocumentError) {
            return try FlagdDocument(bytes, name: path)
        } catch {
            throw ReadFailure(
                .malformed, Sanitizer.line("\(error)"), advice: "flagd keeps its old flags while it is so")
        }
    }

    private func readings(_ document: FlagdDocument) throws(ReadFailure) -> [FlagReading] {
        do throws(SystemError) {
            return try document.readings(backend: name)
        } catch {
            throw ReadFailure(.unusable, Sanitizer.line("\(error)"))
        }
    }

    func reading(_ flag: String, in document: FlagdDocument) throws(ReadFailure) -> FlagReading? {
        try readings(document).first { ExactName.same($0.name, flag) }
    }
}
