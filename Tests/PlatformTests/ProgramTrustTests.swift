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
            let isDistrusted = try distrusts(words)
            #expect(isDistrusted, "\(words)")
        }
    }

    @Test func `what is really run or loaded is found, however its option is written`() throws {
        try folder.write("x", to: "check", mode: 0o777)
        for name in ["php", "python3", "node", "java", "awk", "perl"] {
            try folder.write("x", to: name, mode: 0o755)
        }
        for words in [
            ["php", "-c\(plain)", "/etc/passwd"], ["php", "-d", "auto_prepend_file=\(plain)", "/etc/passwd"],
            ["php", "-dauto_prepend_file=\(plain)", "-r", "1;"], ["php", "-qf", plain],
            ["python3", "-Wignore", plain], ["python3", "-W", "ignore", plain], ["perl", "-i", plain],
            ["node", "--require", plain, "/etc/passwd"], ["node", "-r\(plain)", "-e", "1"],
            ["java", "-cp", "/etc/passwd:\(plain)", "Main"], ["java", "-javaagent:\(plain)", "Main"],
            ["java", "-Xmx1g", "-jar", plain], ["awk", "-f", plain, "/etc/passwd"], ["awk", "-f\(plain)"],
            ["awk", "--file=\(plain)"], ["sed", "-nf", plain],
            ["sh", "-c", "cd /tmp && \(folder.path("check")) -x"], ["sh", "-ec", "x=$(check)"],
            ["sh", "-c", "if ! . '\(plain)'; then exit; fi"],
            ["bash", "-eo", "pipefail", "-c", "echo 1; check"],
            ["sh", "-c", "eval \"exec sh \(plain)\""], ["sh", "-c", "A=b \"check\" 2>/dev/null"],
            ["sh", "-c", "echo \"$(nice check)\" `true`"], ["bash", "+x", plain],
            ["nice", "check"], ["nice", "-n", "10", "check"], ["nice", "-n5", "--", "check"],
            ["timeout", "-k", "1", "5", "check"], ["timeout", "--signal=KILL", "5", "check"],
            ["flock", "-w", "5", "/etc/passwd", "check"], ["flock", "/etc/passwd", "-c", "check"],
            ["ionice", "-c", "2", "-n", "7", "check"], ["ionice", "-c2", "check"], ["env", "A=b", "check"],
            ["env", "-u", "A", "check"], ["env", "-S", "A=b check -x"], ["env", "-SA=b check"],
            ["env", "--split-string=nice 'check'"], ["stdbuf", "-oL", "nohup", "setsid", "check"],
            ["taskset", "-c", "0,1", "check"], ["chrt", "-f", "10", "check"], ["xargs", "-n", "1", "check"],
            ["busybox", "sh", plain], ["runner-of-all", "sh", plain],
        ] {
            if words[0] == "busybox" || words[0] == "runner-of-all" {
                try folder.write("x", to: words[0], mode: 0o755)
            }
            let isDistrusted = try distrusts(words)
            #expect(isDistrusted, "\(words)")
        }
    }

    @Test func `what only looks like it is not`() throws {
        for name in ["php", "python3", "awk", "check"] { try folder.write("x", to: name, mode: 0o755) }
        let data = try folder.write("1\n", to: "data", mode: 0o666)
        for words in [
            ["awk", "{print}", data], ["awk", "-v", "x=\(data)", "{print}", data], ["sed", "-n", "p", data],
            ["flock", data, "check"], ["timeout", "5", "check", data],
            ["sh", "-c", "tail -n 5 \(data) | wc -l"],
            ["sh", "-c", "check <\(data) >>\(data) # \(data)"], ["php", "/etc/passwd", data],
            ["python3", "-c", "print(1)", data], ["python3", "-m", "json.tool", data],
            ["sh", "-e", "/etc/passwd", data],
            ["env", "A=\(data)", "check"], ["sh", "-c", "echo $0", data],
        ] {
            let isDistrusted = try distrusts(words)
            #expect(!isDistrusted, "\(words)")
        }
    }

    @Test func `a script is found by where the program starts, and all that is wrong is told`() throws {
        #expect(unsafe mkdir(folder.path("bin"), 0o755) == 0)
        try folder.write("x", to: "bin/magento", mode: 0o666)
        var command = ChildCommand(["sh", "bin/magento"], directory: folder.path)
        #expect(try command.faults().count == 1)
        command.arguments = ["env", "bin/magento"]
        #expect(try command.faults().count == 1)
        command.arguments = ["env", "-S", "sh --rcfile=\(plain)", marked]
        #expect(try command.faults().map(\.subject).sorted() == [marked, plain])
    }

    @Test(arguments: ["php8.2-cli", "nodejs", "python3.11-dbg", "java", "runner"])
    func `an interpreter is known by any of its names, and by what a link leads to`(name: String) throws {
        if name == "runner" {
            try folder.link("/bin/sh", as: name)
        } else {
            try folder.write("x", to: name, mode: 0o755)
        }
        #expect(try distrusts([name, plain]))
        #expect(try distrusts([folder.path(name), plain]))
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
            let isDistrusted = try distrusts(words)
            #expect(!isDistrusted, "\(words)")
        }
    }
}
