import Glibc
import TestSupport
import Testing

@testable import Platform

/// What is run by way of another program is looked at, and what is only read is not.
@Suite(.timeLimit(.minutes(1))) struct ProgramTrustTests {
    private let folder: TemporaryFolder
    /// Everybody may write them: neither says by its bits or bytes that it is a script, but the second.
    private let plain: String
    private let marked: String

    init() throws {
        folder = try TemporaryFolder("programs")
        plain = try folder.write("echo planted\n", to: "plain", mode: 0o666)
        marked = try folder.write("#!/bin/sh\n", to: "marked", mode: 0o666)
    }

    private func distrusts(_ words: [String]) throws -> Bool {
        do throws(SystemError) {
            _ = try ChildCommand(words, environment: ["PATH": "/usr/bin:/bin:\(folder.path)"]).program()
            return false
        } catch {
            #expect(error.isDistrust, "\(error)")
            return error.isDistrust
        }
    }

    @Test func `a script is found behind wrappers, their values and an interpreter's options`() throws {
        for words in [
            ["nice", "-n", "10", "/bin/sh", plain], ["timeout", "5", "/bin/sh", plain],
            ["env", "-i", "/bin/sh", plain], ["env", "A=/x", "sh", plain],
            ["env", "A=/etc/passwd", "sh", plain],
            ["bash", "--rcfile", "/etc/passwd", plain], ["bash", "--rcfile=\(plain)", "/etc/passwd"],
            ["flock", "/etc/passwd", "/bin/sh", plain], ["xargs", "sh", plain], ["sh", "-e", plain],
            ["true", marked],
        ] {
            #expect(try distrusts(words), "\(words)")
        }
    }

    @Test(arguments: ["php8.2-cli", "nodejs", "python3.11-dbg", "java", "runner"])
    func `an interpreter is known by any of its names, and by what a link leads to`(name: String) throws {
        if name == "runner" {
            try folder.link("/bin/sh", as: name)
        } else {
            try folder.write("x", to: name, mode: 0o755)
        }
        #expect(try distrusts([name, plain]))
        #expect(try distrusts([folder.path(name), "-c", "/etc/passwd", plain]))
    }

    @Test func `what the first line of a script calls is looked at`() throws {
        try folder.write("x", to: "engine", mode: 0o777)
        for line in [folder.path("engine"), "/usr/bin/env engine", "/usr/bin/env -S A=b engine -x"] {
            let path = try folder.write("#! \(line)\n", to: "check", mode: 0o755)
            #expect(try distrusts([path]), "\(line)")
            #expect(try distrusts(["sh", path]), "\(line)")
        }
        let good = try folder.write("#!/usr/bin/env -S sh -e\n", to: "good", mode: 0o755)
        #expect(try !distrusts([good]) && !distrusts(["nice", good]))
    }

    @Test func `data, folders, devices and what is meant elsewhere are not`() throws {
        #expect(unsafe chmod(folder.path, 0o755) == 0)
        let good = try folder.write("echo\n", to: "good", mode: 0o755)
        for name in ["ssh", "sudo"] { try folder.write("x", to: name, mode: 0o755) }
        for words in [
            ["cat", plain], ["tail", "-F", marked], [good, "-f", plain], ["sh", good, plain],
            ["sh", "/dev/null"], ["ls", "/tmp"], [good, "/tmp"],
            [folder.path("ssh"), "app1", "/bin/sh", plain],
            ["timeout", "5", folder.path("sudo"), "-n", "/bin/sh", marked],
        ] {
            #expect(try !distrusts(words), "\(words)")
        }
    }
}
