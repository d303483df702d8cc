import Documents

/// Where the newest record of the audit log is told beside the log itself.
package struct AuditSettings: Sendable, Hashable {
    package enum Anchor: Sendable, Hashable {
        /// A file that only grows, where the log's owner cannot change it.
        case file(String)
        /// A program and its arguments; it reads the line.
        case command([String])
    }

    package var anchor: Anchor?
    /// The socket of the system's log; nil is the usual one, which may be missing.
    package var syslog: String?

    package init() {}

    static var section: Section<AuditSettings> {
        Section(
            "audit", "Where the newest audit record is told beside the log itself.", AuditSettings(),
            [
                Field(
                    "anchor", \.anchor, optional: .anchor,
                    "A file that only grows, or a program that reads the line: a place that the console's user "
                        + "cannot change.",
                    example: "/mnt/worm/hypercare-anchors"),
                Field(
                    "syslog", \.syslog, optional: Kind.path.claiming { .socket($0) },
                    "The socket of the system's log. Where it is not named, /dev/log takes the line if it is there.",
                    example: "/dev/log"),
            ])
    }
}

extension Kind<AuditSettings.Anchor> {
    fileprivate static var anchor: Kind {
        let (path, argv) = (Kind<String>.path.claiming { .fileToBe($0) }, Kind<[String]>.program)
        return Kind(
            shape: .either([path.shape, argv.shape]),
            read: { node, _, reading in
                if node.elements != nil { return argv.read(node, nil, &reading).map { .command($0) } }
                return path.read(node, nil, &reading).map { .file($0) }
            },
            written: { anchor in
                switch anchor {
                case .file(let file): path.written(file)
                case .command(let arguments): argv.written(arguments)
                }
            })
    }
}
