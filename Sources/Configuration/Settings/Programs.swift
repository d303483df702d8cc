import Documents

extension Kind<[String]> {
    /// A program and its arguments, run without a shell, perhaps on another machine.
    package static var argv: Kind { list(.text("a program or argument")) }
    /// One that is started here.
    package static var program: Kind { startedHere(argv) }
    /// One that prints a password.
    static var programOfSecret: Kind { startedHere(argv, isOfSecret: true) }
    /// Put before a program to reach another machine; empty: none.
    package static var via: Kind {
        startedHere(list(.text("a program or argument"), isEmptyAllowed: true))
    }

    private static func startedHere(_ kind: Kind, isOfSecret: Bool = false) -> Kind {
        var kind = kind
        let plain = kind.read
        kind.read = { node, base, reading in
            let words = plain(node, base, &reading)
            if let words { Programs.check(words, node, isOfSecret: isOfSecret, &reading) }
            return words
        }
        return kind
    }
}

enum Programs {
    /// A relative path would be another program in each folder that somebody is in.
    static func check(
        _ words: [String], _ node: Node, isOfSecret: Bool = false, _ reading: inout Reading
    ) {
        guard let name = words.first else { return }
        guard name.contains("/"), !name.hasPrefix("/") else {
            return reading.claim(
                .program(words, isOfSecret: isOfSecret), at: node[0]?.place ?? node.place)
        }
        reading.note(
            "expected the program's whole path, or a name that is found in PATH: a relative path is another "
                + "program in another folder", at: node[0]?.place ?? node.place)
    }

    /// What `via` leads to another machine is that machine's to find.
    static func isHere(_ node: Node) -> Bool {
        node["via"].map { $0.isNull || $0.elements?.isEmpty == true } ?? true
    }

    static func check(_ words: [String], of key: String, in node: Node, _ reading: inout Reading) {
        if isHere(node), let argv = node[key] { check(words, argv, &reading) }
    }
}
