import Text

/// Builds the tree from events and decides what YAML leaves open.
struct YAMLBuilder {
    private let parser: YAMLParser
    private let name: String
    private let limits: ReadLimits
    /// Whether `<<` takes up what it names, as older YAML has it.
    private let merges: Bool
    private var anchors: [ExactName: Built] = [:]
    private var open: Set<ExactName> = []
    private var nodes = 0
    /// What is wrong and can be passed over: a key given twice, of which the first stays, a tag, an alias of nothing.
    private(set) var notes: [DocumentError] = []
    /// Places of what stands in for something that could not be read.
    private(set) var standIns: Set<YAMLSpot> = []
    /// Why libyaml stopped, after an error of its own.
    private(set) var fault: YAMLFault?
    private var longQuote: (from: YAMLSpot, bytes: Range<Int>)?

    /// A node with what it costs to repeat it.
    private struct Built {
        var node: Node
        var nodes: Int
        /// Sequences and mappings inside each other, itself counted.
        var height: Int
    }

    init(parser: YAMLParser, name: String, limits: ReadLimits, merges: Bool) {
        self.merges = merges
        self.parser = parser
        self.name = name
        self.limits = limits
    }

    mutating func document() throws(DocumentError) -> Node {
        guard case .document = try next() else {
            return Node(.scalar("", .plain), at: Place(line: 1, column: 1, bytes: 0..<0))
        }
        let root = try value(try next(), depth: 0).node
        if case .document = try next() { notes.append(error("a second document is not allowed")) }
        return root
    }

    private mutating func value(_ event: YAMLParser.Event, depth: Int) throws(DocumentError) -> Built {
        let mark = parser.mark
        if parser.hasTag { notes.append(error("tags are not allowed")) }
        if case .alias = event { return try repeated(depth: depth) }
        try count(1)
        // An anchor may be given again and then means the newer node.
        let anchor = parser.anchor.map { ExactName($0) }
        if let anchor { open.insert(anchor) }
        var built: Built
        switch event {
        case .scalar(let text, let style):
            built = Built(node: Node(.scalar(text, style), at: place(mark, to: mark)), nodes: 1, height: 0)
        case .sequence: built = try sequence(from: mark, depth: depth + 1)
        case .mapping: built = try mapping(from: mark, depth: depth + 1)
        default: throw error("expected a value")
        }
        if let anchor {
            open.remove(anchor)
            anchors[anchor] = built
        }
        return built
    }

    private mutating func repeated(depth: Int) throws(DocumentError) -> Built {
        let target = ExactName(parser.anchor ?? "")
        guard !open.contains(target), let built = anchors[target] else {
            notes.append(
                error(
                    open.contains(target)
                        ? "this alias stands inside what it repeats"
                        : "no such anchor before this alias; a text that begins with * stands in quotes"))
            try count(1)
            let mark = parser.mark
            standIns.insert(YAMLSpot(line: mark.line, column: mark.column))
            return Built(node: Node(.scalar("", .plain), at: place(mark, to: mark)), nodes: 1, height: 0)
        }
        try count(built.nodes)
        if depth + built.height > limits.depth { throw error("nested deeper than \(limits.depth)") }
        return built
    }

    private mutating func sequence(from begin: YAMLParser.Mark, depth: Int) throws(DocumentError) -> Built {
        try enter(depth)
        var elements: [Node] = []
        var built = Built(node: Node(.sequence([]), at: place(begin, to: begin)), nodes: 1, height: 1)
        while true {
            let event = try next()
            if case .sequenceEnd = event { break }
            let element = try value(event, depth: depth)
            add(element, to: &built)
            elements.append(element.node)
        }
        built.node = Node(.sequence(elements), at: place(begin, to: parser.mark))
        return built
    }

    private mutating func mapping(from begin: YAMLParser.Mark, depth: Int) throws(DocumentError) -> Built {
        try enter(depth)
        var members: [Node.Member] = []
        var keys: Set<ExactName> = []
        var merged: [Node] = []
        var built = Built(node: Node(.mapping([]), at: place(begin, to: begin)), nodes: 1, height: 1)
        while true {
            let event = try next()
            if case .mappingEnd = event { break }
            guard case .scalar(let key, let style) = event else { throw error("a key must be a plain text") }
            if parser.hasTag { notes.append(error("tags are not allowed")) }
            if parser.anchor != nil { notes.append(error("an anchor on a key is not allowed")) }
            let isMerge = key == "<<" && style == .plain
            if isMerge, !merges { throw error("merge keys (<<) are not allowed") }
            let isNew = keys.insert(ExactName(key)).inserted
            if !isNew { notes.append(error("duplicate key \(JSONText.quoted(key))")) }
            let keyPlace = place(parser.mark, to: parser.mark)
            try count(1)
            let value = try value(try next(), depth: depth)
            add(value, to: &built)
            if isMerge {
                merged = try parts(value.node)
                continue
            }
            if isNew { members.append(Node.Member(key: key, keyPlace: keyPlace, value: value.node)) }
        }
        // What stands here itself wins over what is merged, what is merged first over what comes after.
        for member in merged.flatMap({ $0.members ?? [] }) where keys.insert(ExactName(member.key)).inserted {
            members.append(member)
        }
        built.node = Node(.mapping(members), at: place(begin, to: parser.mark))
        return built
    }

    /// What a merge key names: one mapping, or a list of them.
    private func parts(_ node: Node) throws(DocumentError) -> [Node] {
        let parts = node.elements ?? [node]
        guard parts.allSatisfy({ $0.members != nil }) else {
            throw DocumentError(
                name: name, at: node.place, message: "a merge key (<<) takes a mapping or a list of them")
        }
        return parts
    }

    private func add(_ part: Built, to whole: inout Built) {
        whole.nodes += part.nodes + 1
        whole.height = max(whole.height, part.height + 1)
    }

    private mutating func count(_ more: Int) throws(DocumentError) {
        nodes += more
        if nodes > limits.nodes { throw error("more than \(limits.nodes) values") }
    }

    private func enter(_ depth: Int) throws(DocumentError) {
        if depth > limits.depth { throw error("nested deeper than \(limits.depth)") }
    }

    private mutating func next() throws(DocumentError) -> YAMLParser.Event {
        let event = parser.next()
        if case .scalar(_, let style) = event, style == .singleQuoted || style == .doubleQuoted {
            let mark = parser.mark
            longQuote = (YAMLSpot(line: mark.line, column: mark.column), mark.bytes)
        }
        guard case .failed = event else { return event }
        var fault = parser.fault
        if let longQuote {
            let lines = parser.lines(in: longQuote.bytes)
            if lines > 0 { fault.longQuote = (longQuote.from, longQuote.from.line + lines) }
        }
        self.fault = fault
        throw DocumentError(name: name, line: fault.at.line, column: fault.at.column, message: fault.words)
    }

    private func place(_ begin: YAMLParser.Mark, to end: YAMLParser.Mark) -> Place {
        Place(
            line: begin.line, column: begin.column,
            bytes: begin.bytes.lowerBound..<max(begin.bytes.lowerBound, end.bytes.upperBound))
    }

    private func error(_ message: String) -> DocumentError {
        let mark = parser.mark
        return DocumentError(name: name, line: mark.line, column: mark.column, message: message)
    }
}
