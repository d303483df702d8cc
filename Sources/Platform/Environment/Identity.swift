internal import CSystem

/// Who runs this, as the operating system knows it: nothing typed, nothing claimed.
package struct Identity: Hashable, Sendable {
    package var host: String
    package var user: UInt32
    /// The name of the user, or its number when it has none.
    package var login: String
    /// Address the SSH session came from, empty without one. Set by sshd, but a person may change it.
    package var sshClient: String
    /// Who became that user by sudo, empty without. Set by sudo, but a person may change it.
    package var sudoUser: String
    /// The user who logged in and the number of that login, as the kernel keeps them (`proc_pid_loginuid(5)`,
    /// `proc_pid_sessionid(5)`); nil where it keeps none.
    package var loginUser: UInt32?
    package var auditSession: UInt32?

    package init(_ environment: Environment = .ofProcess) {
        host = unsafe Self.text { unsafe system_host_name($0, $1) } ?? "?"
        user = system_user()
        login = Self.login(of: user)
        let address = environment["SSH_CLIENT"]?.split(separator: " ").first ?? ""
        let isAddress = address.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || ".:%".utf8.contains(byte)
        }
        sshClient = isAddress ? String(address.prefix(64)) : ""
        sudoUser = Self.name(environment["SUDO_USER"])
        loginUser = Self.number("/proc/self/loginuid")
        auditSession = Self.number("/proc/self/sessionid")
    }

    /// Whose rights this process has.
    package static var effectiveUser: UInt32 { system_user() }

    /// The name of a user, or its number when it has none.
    package static func login(of user: UInt32) -> String {
        unsafe text { unsafe system_user_name(user, $0, $1) } ?? String(user)
    }

    static func home(ofUser user: UInt32) -> String? {
        unsafe text { unsafe system_user_home(user, $0, $1) }
    }

    /// A user's name of plain bytes, else none.
    private static func name(_ text: String?) -> String {
        guard let text, (1...32).contains(text.utf8.count) else { return "" }
        let isPlain = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || "._-@".utf8.contains(byte)
        }
        return isPlain ? text : ""
    }

    /// The kernel writes the greatest number where nobody has logged in.
    private static func number(_ path: String) -> UInt32? {
        guard let bytes = try? Files.read(path, limit: 32) else { return nil }
        let digits = bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return UInt32(String(decoding: digits, as: UTF8.self)).flatMap { $0 == .max ? nil : $0 }
    }

    private static func text(_ fill: (UnsafeMutablePointer<CChar>, Int) -> Int32) -> String? {
        var bytes = [CChar](repeating: 0, count: 1024)
        guard unsafe fill(&bytes, bytes.count) == 0 else { return nil }
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
