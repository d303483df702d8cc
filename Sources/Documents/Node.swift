/// One value of a JSON or YAML document and where it stands.
package struct Node: Sendable, Hashable {
    package var content: Content
    package var place: Place

    package enum Content: Sendable, Hashable {
        /// The text as it means (escapes resolved); numbers stay text until they are asked for.
        case scalar(String, Style)
        case sequence([Node])
        /// In the document's order; no key twice.
        case mapping([Member])
    }

    package enum Style: UInt8, Sendable, Hashable {
        /// YAML without quotes: what `on` or `5s` means is the schema's to say.
        case plain
        /// A JSON number, `true`, `false` or `null`: never a string.
        case literal
        case singleQuoted
        /// Also every JSON string.
        case doubleQuoted
        /// YAML `|` and `>`.
        case block
    }

    package struct Member: Sendable, Hashable {
        package var key: String
        package var keyPlace: Place
        package var value: Node

        package init(key: String, keyPlace: Place, value: Node) {
            self.key = key
            self.keyPlace = keyPlace
            self.value = value
        }
    }

    package init(_ content: Content, at place: Place) {
        self.content = content
        self.place = place
    }
}

/// A place in a document; lines and columns count from 1, columns in characters.
package struct Place: Sendable, Hashable {
    private var lineNumber: UInt32
    private var columnNumber: UInt32
    private var start: UInt32
    private var end: UInt32

    package init(line: Int, column: Int, bytes: Range<Int>) {
        lineNumber = UInt32(clamping: line)
        columnNumber = UInt32(clamping: column)
        start = UInt32(clamping: bytes.lowerBound)
        end = UInt32(clamping: bytes.upperBound)
    }

    package var line: Int { Int(lineNumber) }
    package var column: Int { Int(columnNumber) }
    /// In the document's bytes.
    package var bytes: Range<Int> { Int(start)..<Int(end) }
}

/// What is wrong with a document and where; prints as `config.yaml:12:5: duplicate key "eu"`.
package struct DocumentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file or what else was read, for people.
    package var name: String
    package var line: Int
    package var column: Int
    /// Text quoted from the document is escaped and short.
    package var message: String

    package init(name: String, line: Int, column: Int, message: String) {
        self.name = name
        self.line = line
        self.column = column
        self.message = message
    }

    package init(name: String, at place: Place, message: String) {
        self.init(name: name, line: place.line, column: place.column, message: message)
    }

    package var description: String { "\(name):\(line):\(column): \(message)" }
}

/// How much a document may ask of us.
package struct ReadLimits: Sendable, Hashable {
    package var bytes: Int
    /// Sequences and mappings inside each other.
    package var depth: Int
    /// Values in all, those that aliases repeat counted each time.
    package var nodes: Int

    package init(bytes: Int = 16 << 20, depth: Int = 64, nodes: Int = 2_000_000) {
        self.bytes = bytes
        self.depth = depth
        self.nodes = nodes
    }

    /// 4 MB, 200 000 values.
    package static let yaml = ReadLimits(bytes: 4 << 20, nodes: 200_000)
}
