import Configuration
import Engine
import Monitoring
import Persistence
import Platform

/// Where an environment's state, journal, history and audit log are kept.
enum Stores {
    /// `watchesOnly` says why nothing is kept, and so nothing may be changed: another console of this user keeps
    /// them, or nothing can be; `yields`: this one lets a console keep them: a home that cannot be written must not keep the console from watching.
    static func open(
        _ path: String?, environment: String, identity: Identity, witnesses: [AuditWitness] = [],
        yields: Bool = false
    ) throws -> (stores: EngineSetup.Stores, watchesOnly: String?) {
        guard let path else { return nothing("neither XDG_STATE_HOME nor HOME is set") }
        @Sendable func open() throws -> AwaitedStores.Opened {
            do throws(StorageFailure) {
                let directory = try StateDirectory.open(
                    path, holder: holder(identity), yields: yields)
                let audit = try AuditFile.opened(
                    in: directory, environment: environment, author: AuditAuthor(identity),
                    witnesses: witnesses)
                return AwaitedStores.Opened(directory, audit)
            } catch {
                throw StorageFailure("the state cannot be kept: \(error.message)", isOfNewer: error.isOfNewer)
            }
        }
        // For whoever cannot keep as well: it is left for the one that does.
        let marks = try? MarkFolder(in: path)
        let baseline = try? BaselineFile(in: path)
        do {
            var opened = try open().stores
            opened.stores.marks = marks
            opened.stores.baseline = baseline
            return opened
        } catch let failure as StorageFailure {
            let awaited = try AwaitedStores(because: failure, open: open)
            var stores = EngineSetup.Stores(
                state: awaited, journal: awaited, audit: awaited, history: awaited, keepers: awaited)
            stores.marks = marks
            stores.baseline = baseline
            return (stores, failure.message)
        }
    }

    /// Who is told of each newest audit record.
    static func witnesses(
        _ environment: EnvironmentSettings, _ variables: Environment
    ) -> [AuditWitness] {
        let settings = environment.audit
        let log = AuditWitness.systemLog(
            settings.syslog ?? SystemLog.standardPath, isWanted: settings.syslog != nil)
        switch settings.anchor {
        case .file(let path): return [log, .file(path)]
        case .command(let arguments):
            let trust = FileTrust(groups: environment.trustedGroups)
            return [log, .command(arguments, environment: variables.forChildren(), trust: trust)]
        case nil: return [log]
        }
    }

    /// For a command that only looks: it changes nothing, and sees what a console of `path` has under way.
    static func looking(_ memory: LookMemory, at path: String?) -> EngineSetup.Stores {
        let audit = AuditLook(path)
        return EngineSetup.Stores(
            state: memory, journal: memory, audit: audit, history: memory, keepers: audit)
    }

    /// Which of several terminals keeps an environment.
    private static func holder(_ identity: Identity) -> LockHolder? {
        (try? ProcessMark.ofThisProcess()).map { LockHolder($0, origin: identity.sshClient) }
    }

    private static func nothing(_ reason: String) -> (stores: EngineSetup.Stores, watchesOnly: String?) {
        let words = "the state cannot be kept: \(reason)"
        let nothing = NothingKept(because: StorageFailure(words))
        let stores = EngineSetup.Stores(state: nothing, journal: nothing, audit: nothing, history: nothing)
        return (stores, words)
    }

    /// `$XDG_STATE_HOME/hypercare/<environment>`; nil where a user has no home.
    static func path(of environment: String, in variables: Environment) -> String? {
        variables.stateHome.map { "\($0)/hypercare/\(environment)" }
    }
}

extension AuditAuthor {
    init(_ identity: Identity) { self.init(host: identity.host, person: identity.person) }
}
