import Engine
import Persistence
import Platform

/// Where an environment's state, journal, history and audit log are kept.
enum Stores {
    /// `isOurs` is false when another console of this user keeps them, or nothing is to be kept.
    static func open(
        _ path: String, environment: String, identity: Identity, onlyReads: Bool = false
    ) throws -> (stores: EngineSetup.Stores, isOurs: Bool) {
        do {
            let directory = try StateDirectory.open(path, onlyReads: onlyReads)
            let author = AuditAuthor(
                host: identity.host, uid: identity.user, login: identity.login, sshClient: identity.sshClient)
            let audit = try AuditFile(in: directory.directory, environment: environment, author: author)
            let stores = EngineSetup.Stores(
                state: directory.state, journal: directory.journal, audit: audit, history: directory.history)
            return (stores, directory.isOurs)
        } catch let failure as StorageFailure {
            throw Complaint("the state cannot be kept: \(failure.message)")
        }
    }

    /// `$XDG_STATE_HOME/hypercare/<environment>`.
    static func path(of environment: String, in variables: Environment) throws -> String {
        guard let home = variables.stateHome else {
            throw Complaint("neither XDG_STATE_HOME nor HOME is set, so there is no place for the state")
        }
        return "\(home)/hypercare/\(environment)"
    }
}
