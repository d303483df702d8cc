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
    package nonisolated let manner = "the whole file at each look"
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
        do throws(SystemError) {
            let flags = try document.flags(backend: name)
            return FlagSample(
                flags, cost: ReadCost(queries: 1, bytes: document.bytes.count, milliseconds: 0))
        } catch {
            throw ReadFailure(.unusable, Sanitizer.line("\(error)"))
        }
    }

    package func apply(_ change: FlagChange) async -> ChangeOutcome {
        do throws(ReadFailure) {
            let document = try document()
            guard let flag = try reading(change.flag, in: document) else {
                return .refused("\(Sanitizer.line(change.flag)) is no longer in the file")
            }
            guard flag.revision == change.expectedRevision else { return .conflict(flag) }
            if let reason = flag.fixedReason { return .refused(reason) }
            guard let variant = document.variant(of: change.flag, for: change.to) else {
                return .refused("it has no variant that is \(change.to.text)")
            }
            return try replace(document, change: change, variant: variant)
        } catch {
            return .refused(error.message)
        }
    }

    private func replace(
        _ document: FlagdDocument, change: FlagChange, variant: String
    ) throws(ReadFailure) -> ChangeOutcome {
        let edited: [UInt8]
        do throws(DocumentError) {
            edited = try document.setting(change.flag, to: variant)
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
        guard let after = try reading(change.flag, in: self.document()) else {
            return .unknown("it is gone from the file after the change")
        }
        let why = failure.map { Sanitizer.line("\($0)") }
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
        do throws(DocumentError) {
            return try FlagdDocument(bytes, name: path)
        } catch {
            throw ReadFailure(
                .malformed, Sanitizer.line("\(error)"), advice: "flagd keeps its old flags while it is so")
        }
    }

    private func reading(_ flag: String, in document: FlagdDocument) throws(ReadFailure) -> FlagReading? {
        do throws(SystemError) {
            return try document.flags(backend: name).first { $0.name.utf8.elementsEqual(flag.utf8) }
        } catch {
            throw ReadFailure(.unusable, Sanitizer.line("\(error)"))
        }
    }
}
