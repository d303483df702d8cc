import Documents

/// Where a secret is to be had; the secret itself never stands in the config.
package enum SecretPlace: Sendable, Hashable {
    /// A file that only its owner may read; its last newline does not count.
    case file(String)
    /// An environment variable of this process.
    case environment(String)
    /// A program and its arguments; what it prints, its last newline not counted.
    case command([String])
}

extension Kind<SecretPlace> {
    /// What stands there instead is never quoted: it may be the secret.
    package static var secret: Kind {
        Kind(
            shape: .secret,
            read: { node, _, reading in
                guard let members = node.members else {
                    reading.note(
                        "a secret must not stand in the config, where backups, colleagues and version control read it: "
                            + "expected {file: PATH}, {env: NAME} or {command: [PROGRAM, ARGUMENT]}",
                        at: node.place)
                    return nil
                }
                guard members.count == 1, let member = members.first else {
                    reading.note("expected exactly one of file, env, command", at: node.place)
                    return nil
                }
                switch member.key {
                case "file":
                    return Kind<String>.path.claiming { .passwordFile($0) }.read(member.value, nil, &reading)
                        .map(SecretPlace.file)
                case "env":
                    return Kind<String>.variable.claiming { .variable($0) }.read(member.value, nil, &reading)
                        .map(SecretPlace.environment)
                case "command":
                    return Kind<[String]>.programOfSecret.read(member.value, nil, &reading).map(
                        SecretPlace.command)
                default:
                    reading.unknownKey(member, known: ["file", "env", "command"], in: "a secret")
                    return nil
                }
            },
            written: { _ in nil })
    }
}

extension Kind<String> {
    static var variable: Kind {
        text("the name of an environment variable", pattern: "^[A-Za-z_][A-Za-z0-9_]*$") { name in
            name.utf8.enumerated().allSatisfy { index, byte in
                byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || index > 0 && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
        }
    }
}
