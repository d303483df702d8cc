import Documents

extension Kind<[String]> {
    /// A program and its arguments, run without a shell, perhaps on another machine.
    package static var argv: Kind { list(.text("a program or argument")) }
    /// One that is started here.
    package static var program: Kind { startedHere(argv) }
    /// Put before a program to reach another machine; empty: none.
    package static var via: Kind {
        startedHere(list(.text("a program or argument"), isEmptyAllowed: true))
    }

    private static func startedHere(_ kind: Kind) -> Kind {
        var kind = kind
        let plain = kind.read
        kind.read = { node, base, reading in
            let words = plain(node, base, &reading)
            if let words { Programs.check(words, node, &reading) }
            return words
        }
        return kind
    }
}

enum Programs {
    /// A relative path would be another program in each folder that somebody is in.
    static func check(_ words: [String], _ node: Node?, _ reading: inout Reading) {
        guard let name = words.first, name.contains("/"), !name.hasPrefix("/"), let node else { return }
        reading.note(
            "expected the program's whole path, or a name that is found in PATH: a relative path is another "
                + "program in another folder", at: node[0]?.place ?? node.place)
    }

    /// What `via` leads to another machine is that machine's to find.
    static func check(
        _ words: [String], of key: String, via: [String], in node: Node, _ reading: inout Reading
    ) {
        if via.isEmpty { check(words, node[key] ?? node, &reading) }
    }
}
