/// Fetches secrets from where the config says they are.
package enum SecretReader {
    /// At most this many bytes are a secret.
    static let limit = 16 << 10

    /// The file's content without its last line end. Refused when others may read the file, or it is not
    /// ours or root's. A symbolic link is followed, as secret stores make them.
    package static func file(
        _ path: String, trusting trust: FileTrust = FileTrust()
    ) throws(SystemError) -> Secret {
        let file = try trust.open(path)
        let facts = try file.facts()
        guard facts.mode & 0o077 == 0 else {
            let mode = String(facts.mode, radix: 8)
            throw SystemError(
                "use the secret in", path,
                detail: "others may read it (mode \(mode)). Do: chmod 600 \(ShellWord.pasted(path))")
        }
        let user = Identity().user
        guard facts.owner.user == user || facts.owner.user == 0 else {
            throw SystemError(
                "use the secret in", path, detail: "it belongs to another user (\(facts.owner.user))")
        }
        return try secret(try Files.read(file, path, limit: limit), from: path)
    }

    package static func variable(
        _ name: String, in environment: Environment = .ofProcess
    ) throws(SystemError) -> Secret {
        guard let value = environment[name] else {
            // Its name may be the secret, written where its place was wanted.
            throw SystemError(
                "use the secret", detail: "the environment variable that env names is not set")
        }
        return Secret(value)
    }

    /// What the program prints, without its last line end. Nothing of that is ever quoted in an error.
    package static func command(
        _ arguments: [String], environment: Environment = .ofProcess, deadline: Duration = .seconds(10),
        trusting trust: FileTrust = FileTrust()
    ) async throws -> Secret {
        // A word that is no path may be the secret itself.
        let word = arguments.first ?? ""
        let name = word.hasPrefix("/") ? word : "the program that command names"
        let result: ChildResult
        do {
            result = try await ChildProcess.run(
                ChildCommand(arguments, environment: environment.forChildren(), trust: trust),
                deadline: deadline, outputCap: limit)
        } catch let error as ChildTimedOut {
            throw SystemError("get a secret from", name, detail: "it had not ended after \(error.deadline)")
        } catch let error as SystemError where error.subject == word {
            let detail =
                error.code == SystemError.notFound && !word.hasPrefix("/")
                ? "it is in no folder of PATH" : error.detail
            throw SystemError(error.operation, name, code: error.code, detail: detail)
        }
        guard result.end == .exited(0), result.droppedOutput == 0 else {
            let why = result.droppedOutput > 0 ? "it prints more than \(limit) bytes" : "\(result.end)"
            throw SystemError("get a secret from", name, detail: why)
        }
        return try secret(result.output, from: name)
    }

    private static func secret(_ bytes: [UInt8], from place: String) throws(SystemError) -> Secret {
        var bytes = bytes[...]
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else { throw SystemError("use the secret in", place, detail: "it is empty") }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw SystemError("use the secret in", place, detail: "it is not text")
        }
        return Secret(text)
    }
}
