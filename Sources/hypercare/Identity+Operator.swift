import EngineAPI
import Platform

extension Identity {
    /// Who sits at this terminal.
    var person: Operator {
        Operator(
            login: login, uid: user, sshClient: sshClient, sudoUser: sudoUser, loginUID: loginUser,
            auditSession: auditSession)
    }
}
