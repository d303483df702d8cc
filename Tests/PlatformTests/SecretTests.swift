import Glibc
import Platform
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct SecretTests {
    private let canary = "c4nary"

    @Test func `is not printed, however it is printed`() {
        struct Settings { var user = "guest"; var password: Secret }
        let secret = Secret(canary)
        var dumped = ""
        dump(Settings(password: secret), to: &dumped)
        let texts = [
            "\(secret)", String(reflecting: secret), "\(Settings(password: secret))", dumped,
            "\([secret])", "\(Optional(secret) as Any)",
            String(describing: HTTPRequest("http://x", login: .bearer(secret))),
        ]
        for text in texts { #expect(!text.contains(canary) && !text.isEmpty) }
        #expect("\(secret)" == "•••")
        #expect(secret.reveal() == canary)
    }

    @Test func `a file of the owner alone gives it, without its line end`() throws {
        let folder = try TemporaryFolder("secret")
        #expect(try SecretReader.file(folder.write("\(canary)\n", to: "a")).reveal() == canary)
        #expect(try SecretReader.file(folder.write(" \(canary)\r\n", to: "b")).reveal() == " " + canary)
        let path = folder.path("link")
        #expect(unsafe symlink(folder.path("a"), path) == 0)
        #expect(try SecretReader.file(path).reveal() == canary)
    }

    @Test func `a file others may read, an empty one and one that is no text are refused`() throws {
        let folder = try TemporaryFolder("secret")
        let open = try folder.write(canary, to: "open", mode: 0o640)
        let error = #expect(throws: SystemError.self) { try SecretReader.file(open) }
        #expect(
            error?.description
                == "cannot use the secret in \(open): others may read it (mode 640). Do: chmod 600 \(open)")
        let empty = try folder.write("\n", to: "empty")
        #expect(throws: SystemError("use the secret in", empty, detail: "it is empty")) {
            try SecretReader.file(empty)
        }
        let zero = try folder.write("a\0b", to: "zero")
        #expect(throws: SystemError("use the secret in", zero, detail: "it is not text")) {
            try SecretReader.file(zero)
        }
        // Only root can give one away.
        guard getuid() == 0 else { return }
        let other = try folder.write(canary, to: "other")
        #expect(unsafe chown(other, 65534, 65534) == 0)
        #expect(throws: SystemError.self) { try SecretReader.file(other) }
    }

    @Test func `a variable gives it, and a missing one is told without its name, which may be the secret`()
        throws
    {
        let environment = Environment(["PASSWORD": canary, "EMPTY": ""])
        #expect(try SecretReader.variable("PASSWORD", in: environment).reveal() == canary)
        for name in ["EMPTY", "NONE"] {
            let error = #expect(throws: SystemError.self) { try SecretReader.variable(name, in: environment) }
            #expect(
                error?.description
                    == "cannot use the secret: the environment variable that env names is not set")
        }
    }

    @Test func `a command prints it, and its failure says nothing of it`() async throws {
        let environment = Environment([:])
        let secret = try await SecretReader.command(["echo", canary], environment: environment)
        #expect(secret.reveal() == canary)
        for script in [
            "echo \(canary); echo \(canary) >&2; exit 3", "yes \(canary)", "echo \(canary); sleep 60",
        ] {
            let error = await #expect(throws: SystemError.self) {
                try await SecretReader.command(
                    ["sh", "-c", script], environment: environment, deadline: .milliseconds(500))
            }
            let text = error?.description ?? canary
            #expect(text.hasPrefix("cannot get a secret from the program that command names: "))
            #expect(!text.contains(canary))
        }
        // The secret itself, where the program that prints it was wanted.
        for words in [[canary], ["./" + canary]] {
            let error = await #expect(throws: SystemError.self) {
                try await SecretReader.command(words, environment: environment)
            }
            let text = error?.description ?? canary
            #expect(text.hasPrefix("cannot start the program that command names: "), "\(text)")
            #expect(!text.contains(canary), "\(text)")
        }
    }
}
