/// Who asks, as the operating system of whoever attached knows them: nothing typed. It travels with the request, so
/// that an engine that serves several knows whose it was.
package struct Operator: Hashable, Sendable, Codable {
    /// The name of the user, or its number when it has none.
    package var login: String
    package var uid: UInt32
    /// Address the SSH session came from, empty without one. Set by sshd, but a person may change it.
    package var sshClient: String
    /// Who became that user by sudo, empty without. Set by sudo, but a person may change it.
    package var sudoUser: String
    /// The user who logged in, whoever they became since, and the number of that login: the kernel's word, where it
    /// keeps one (`/proc/self/loginuid`, `sessionid`).
    package var loginUID: UInt32?
    package var auditSession: UInt32?

    package init(
        login: String, uid: UInt32, sshClient: String = "", sudoUser: String = "", loginUID: UInt32? = nil,
        auditSession: UInt32? = nil
    ) {
        self.login = login
        self.uid = uid
        self.sshClient = sshClient
        self.sudoUser = sudoUser
        self.loginUID = loginUID
        self.auditSession = auditSession
    }

    /// In a sentence: `mira`, `mira as magento`.
    package var name: String { sudoUser.isEmpty ? login : "\(sudoUser) as \(login)" }
}
