import CSystem
import Glibc
import Platform
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct EnvironmentTests {
    @Test func `folders follow XDG, and a relative path there is ignored`() {
        let plain = Environment(["HOME": "/home/ann"])
        #expect(plain.configHome == "/home/ann/.config" && plain.stateHome == "/home/ann/.local/state")
        let set = Environment(["HOME": "/home/ann", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "relative"])
        #expect(set.configHome == "/c" && set.stateHome == "/home/ann/.local/state")
    }

    @Test func `without HOME the system's list of users answers`() async throws {
        let home = try await shell("getent passwd \(geteuid()) | cut -d: -f6")
        #expect(Environment([:]).home == home)
        #expect(Environment(["HOME": ""]).home == home)
    }

    @Test func `children get what they need and nothing that may be secret`() {
        let environment = Environment([
            "PATH": "/bin", "HOME": "/h", "SSH_AUTH_SOCK": "/s", "MYSQL_PWD": "x", "LD_PRELOAD": "y",
            "KEEP": "1",
            "LANG": "de_DE",
        ])
        #expect(
            environment.forChildren(keeping: ["KEEP"]) == [
                "PATH": "/bin", "HOME": "/h", "SSH_AUTH_SOCK": "/s", "LC_ALL": "C.UTF-8", "KEEP": "1",
            ])
        #expect(Environment([:]).forChildren()["PATH"] == ChildCommand.standardPath)
    }

    @Test func `the process's own variables are read`() async throws {
        let path = Environment.ofProcess["PATH"]
        #expect(path == (unsafe getenv("PATH").map { unsafe String(cString: $0) }))
    }

    @Test func `who runs this is what id and hostname say`() async throws {
        let identity = Identity(Environment(["SSH_CLIENT": "2001:db8::7 50022 22"]))
        #expect(identity.user == geteuid())
        #expect(identity.login == (try await shell("id -un")))
        #expect(identity.host == (try await shell("hostname")))
        #expect(identity.sshClient == "2001:db8::7")
        #expect(Identity(Environment([:])).sshClient == "")
        #expect(Identity(Environment(["SSH_CLIENT": "\u{1B}[2J 1 2"])).sshClient == "")
    }

    @Test func `who became whom by sudo, and who logged in, is what sudo and the kernel say`() async throws {
        #expect(Identity(Environment(["SUDO_USER": "mira"])).sudoUser == "mira")
        for odd in ["", "a b", "\u{1B}[2J", "m|ra", String(repeating: "a", count: 33)] {
            #expect(Identity(Environment(["SUDO_USER": odd])).sudoUser == "")
        }
        func kernels(_ name: String) async throws -> UInt32? {
            let number = UInt32(try await shell("cat /proc/self/\(name) 2>/dev/null || true"))
            return number == .max ? nil : number
        }
        let identity = Identity(Environment([:]))
        #expect(try await kernels("loginuid") == identity.loginUser)
        #expect(try await kernels("sessionid") == identity.auditSession)
    }

    @Test func `a process set up makes private files, dumps no core, and outlives a closed pipe`() async {
        await #expect(processExitsWith: .success) {
            try ProcessSetup.run()
            let folder = try TemporaryFolder("setup")
            let file = unsafe fopen(folder.path("a"), "w")
            #expect(try Files.facts(folder.path("a"))?.mode == 0o600)
            unsafe file.map { _ = unsafe fclose($0) }

            var limit = rlimit()
            unsafe getrlimit(__rlimit_resource_t(4), &limit)  // RLIMIT_CORE
            #expect(limit.rlim_cur == 0 && limit.rlim_max == 0)
            var ends: [Int32] = [0, 0]
            #expect(unsafe system_pipe(&ends) == 0)
            close(ends[0])
            let pipe = FileDescriptor(taking: ends[1])
            #expect(throws: SystemError("write", code: EPIPE)) { try pipe.write([1]) }
            #expect(Environment.ofProcess["RES_OPTIONS"] == "timeout:1 attempts:1")
        }
    }
}
