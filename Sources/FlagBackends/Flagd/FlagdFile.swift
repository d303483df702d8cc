import Documents
package import FeatureFlags
package import Monitoring
package import Platform
import Text

/// Flags in a flagd file, JSON or YAML: edited in place, replaced whole.
///
/// A reader must never see an empty or half a file (flagd would drop all flags), so a change is a new file
/// renamed over the old one with its mode and owner. Compare-and-set is by the flag's own text: a change
/// elsewhere in the file is no conflict.
package actor FlagdFile: FlagBackend {
    package nonisolated let name: String
    package nonisolated let place = "flagd file"
    package nonisolated let manner = "the whole file at each look, checked as flagd checks it"
    package nonisolated let schedule: ProbeSchedule
    static let sizeLimit = 4 << 20

    private let path: String
    private let executor: ThreadExecutor

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.unownedExecutor }

    /// `path` is absolute.
    package init(name: String, path: String, interval: Duration = .seconds(5)) throws(SystemError) {
        self.name = name
        self.path = path
        schedule = ProbeSchedule(
            id: "\(name)/flags", source: name, kind: "flags", subject: "flags", interval: interval,
            deadline: min(interval, .seconds(5)))
        executor = try ThreadExecutor("flags")
    }

    package func read() async throws(ReadFailure) -> FlagSample {
        let document = try document()
        var sample = FlagSample(
            try readings(document), cost: ReadCost(queries: 1, bytes: document.bytes.count, milliseconds: 0))
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

    package func apply(_ change: FlagChange, _ record: ChangeRecorder) async -> ChangeOutcome {
        do throws(ReadFailure) {
            let document = try document()
            guard let flag = document.flag(change.flag), let before = try reading(change.flag, in: document)
            else { return .refused("\(Sanitizer.line(change.flag)) is no longer in the file") }
            guard before.revision == change.expectedRevision else { return .conflict(before) }
            if let refusal = document.refusal { return .refused(FlagdDocument.sentence(refusal.why)) }
            if let reason = flag.fixedReason { return .refused(reason) }
            guard change.to == .on || change.to == .off, let variant = flag.variant(for: change.to) else {
                return .refused("it has no variant that is \(change.to.text)")
            }
            return replace(document, flag, change: change, variant: variant)
        } catch {
            return .refused(error.message)
        }
    }

    private func replace(
        _ document: FlagdDocument, _ flag: FlagdFlag, change: FlagChange, variant: String
    ) -> ChangeOutcome {
        let edited: [UInt8]
        do throws(DocumentError) {
            edited = try document.setting(flag, to: variant)
        } catch {
            return .refused(Sanitizer.line("\(error)"))
        }
        var failure: SystemError?
        do throws(SystemError) {
            try write(edited, over: document.bytes)
        } catch {
            failure = error
        }
        // Read back whatever the write said: after an error the new file may stand or not.
        do throws(ReadFailure) {
            return end(change, of: try self.document(), failure.map { Sanitizer.line("\($0)") })
        } catch {
            return .unknown("it was written and could not be read back: \(error.message)")
        }
    }

    /// How a change ended, from the file as it is now; `why` the write failed, where it did.
    private func end(_ change: FlagChange, of document: FlagdDocument, _ why: String?) -> ChangeOutcome {
        guard let after = try? reading(change.flag, in: document) else {
            return .unknown("it is gone from the file after the change")
        }
        if let refusal = document.refusal { return .unknown(FlagdDocument.sentence(refusal.why)) }
        if after.value == change.to {
            return why.map {
                .unknown("the file says \(change.to.text), but the disk did not confirm it: \($0)")
            }
                ?? .confirmed(after)
        }
        let others =
            "it was written and reads \(Sanitizer.line(after.value.text)) now: somebody else wrote it too"
        guard let why else { return .unknown(others) }
        return after.revision == change.expectedRevision ? .refused(why) : .unknown("\(others); \(why)")
    }

    private func write(_ bytes: [UInt8], over old: [UInt8]) throws(SystemError) {
        guard let facts = try Files.facts(path) else {
            throw SystemError("replace", path, code: SystemError.notFound)
        }
        guard facts.kind == .regular else {
            throw SystemError(
                "replace", path, detail: "it is a link or no regular file; name the file itself in the config"
            )
        }
        let cut = path.lastIndex(of: "/") ?? path.startIndex
        let folder = cut == path.startIndex ? "/" : String(path[..<cut])
        let directory = try Directory(folder)
        let file = AtomicFile(
            String(path[path.index(after: cut)...]), in: directory, mode: facts.mode, owner: facts.owner)
        // As late as can be: an editor that saved in between must not lose its work.
        guard try Files.read(path, limit: Self.sizeLimit) == old else {
            throw SystemError("replace", path, detail: "it was changed at this very moment")
        }
        try file.replace(with: bytes)
    }

    private func document() throws(ReadFailure) -> FlagdDocument {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try Files.read(path, limit: Self.sizeLimit, links: .followed)
        } catch {
            let advice = "Check the path in the config and that this user may read it."
            throw ReadFailure(.unreachable, Sanitizer.line("\(error)"), advice: advice)
        }
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

    private func reading(_ flag: String, in document: FlagdDocument) throws(ReadFailure) -> FlagReading? {
        try readings(document).first { ExactName.same($0.name, flag) }
    }
}
