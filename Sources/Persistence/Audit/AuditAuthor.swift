/// Who writes an audit log, as the operating system knows them: nothing typed, nothing claimed.
package struct AuditAuthor: Hashable, Sendable {
    package var host: String
    package var uid: UInt32
    package var login: String
    /// Address the SSH session came from, empty without one.
    package var sshClient: String

    package init(host: String, uid: UInt32, login: String, sshClient: String) {
        self.host = host
        self.uid = uid
        self.login = login
        self.sshClient = sshClient
    }
}
