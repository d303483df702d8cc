import Text

/// A program of the operator's own for rows of one kind, with places in its arguments that the row fills: never a
/// shell line.
package struct OwnCommand: Hashable, Sendable, Codable {
    package enum Subject: String, Sendable, Codable, CaseIterable {
        case queue, integration, job, heartbeat, indexer, flag, source

        /// What a row of it can fill in, beside its name.
        package var fields: [Field] {
            switch self {
            case .queue: [.name, .source, .vhost, .flow, .environment]
            case .integration: [.name, .thing, .system, .owner, .environment]
            case .job: [.name, .source, .group, .flow, .environment]
            case .heartbeat: [.source, .environment]
            case .indexer: [.name, .source, .flow, .environment]
            case .flag: [.name, .source, .value, .environment]
            case .source: [.name, .flow, .environment]
            }
        }
    }

    /// What stands between braces.
    package enum Field: String, Sendable, Codable, CaseIterable {
        case name, source, vhost, flow, thing, system, owner, group, value, environment
    }

    package var name: String
    package var subject: Subject
    /// The program first, which nothing fills in.
    package var arguments: [String]
    /// What it does, for people.
    package var text: String?
    /// It is ended when it runs longer.
    package var deadline: Duration = .seconds(30)

    package init(name: String, subject: Subject, arguments: [String], text: String? = nil) {
        self.name = name
        self.subject = subject
        self.arguments = arguments
        self.text = text
    }

    /// Why it cannot be run on a row, as a sentence.
    package struct Refusal: Error, Hashable, Sendable {
        package var message: String
    }

    /// The arguments for a row. Refused is a value that an option or more than one word of a shell could be made of, that
    /// is not shown as it is, and one that the row does not have.
    package func arguments(_ values: [Field: String]) throws(Refusal) -> [String] {
        var filled: [String] = []
        for argument in arguments {
            var text = ""
            for part in Self.parts(of: argument) {
                switch part {
                case .text(let plain): text += plain
                case .place(let word):
                    text += try Self.checked(Field(rawValue: word).flatMap { values[$0] }, word)
                }
            }
            filled.append(text)
        }
        return filled
    }

    private static func checked(_ value: String?, _ word: String) throws(Refusal) -> String {
        guard let value, !value.isEmpty else { throw Refusal(message: "this row has no \(word)") }
        guard value.utf8.first != UInt8(ascii: "-") else {
            throw Refusal(message: "its \(word) begins with -, which a program would take for an option")
        }
        guard value.utf8.count <= 1024, value.utf8.elementsEqual(Sanitizer.line(value).utf8) else {
            throw Refusal(message: "its \(word) cannot be shown as it is, so nobody could see what is run")
        }
        // A server writes names, and ssh hands its words to a shell over there.
        if let other = value.unicodeScalars.first(where: { !isPlain($0) }) {
            throw Refusal(
                message:
                    "its \(word) holds \(Sanitizer.line(String(other))), which a shell on the way would take "
                    + "for more: letters, digits and _ . / : @ % + , - are filled in")
        }
        return value
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII else { return scalar.properties.isAlphabetic }
        return scalar.properties.isAlphabetic || "0123456789_./:@%+,-".unicodeScalars.contains(scalar)
    }

    /// As one would type it: a word that a shell would take for more stands in quotes.
    package static func line(_ arguments: [String]) -> String {
        arguments.map { word in
            let isPlain = word.utf8.allSatisfy { byte in
                switch byte | 0x20 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"): byte >= 0x40
                default: (0x30...0x39).contains(byte) || "_./:@%+,-=".utf8.contains(byte)
                }
            }
            guard word.isEmpty || !isPlain else { return word }
            var quoted = "'"
            for scalar in word.unicodeScalars {
                if scalar == "'" { quoted += "'\\'" }
                quoted.unicodeScalars.append(scalar)
            }
            return quoted + "'"
        }.joined(separator: " ")
    }

    // MARK: Places

    private enum Part {
        case text(String)
        case place(String)
    }

    /// What stands between braces and is a word of small letters; any other brace stands for itself.
    package static func places(in argument: String) -> [String] {
        parts(of: argument).compactMap { if case .place(let word) = $0 { word } else { nil } }
    }

    private static func parts(of argument: String) -> [Part] {
        var parts: [Part] = []
        var plain: [UInt8] = []
        var rest = Array(argument.utf8)[...]
        while let byte = rest.first {
            let word = rest.dropFirst().prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            let isPlace = !word.isEmpty && rest.dropFirst(1 + word.count).first == UInt8(ascii: "}")
            guard byte == UInt8(ascii: "{"), isPlace else {
                plain.append(byte)
                rest = rest.dropFirst()
                continue
            }
            if !plain.isEmpty { parts.append(.text(String(decoding: plain, as: UTF8.self))) }
            plain = []
            parts.append(.place(String(decoding: word, as: UTF8.self)))
            rest = rest.dropFirst(word.count + 2)
        }
        if !plain.isEmpty { parts.append(.text(String(decoding: plain, as: UTF8.self))) }
        return parts
    }
}
