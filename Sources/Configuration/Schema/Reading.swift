package import Documents
import Text

/// What was found wrong in one file so far.
package struct Reading {
    package let name: String
    package private(set) var problems: [DocumentError] = []
    /// What is allowed and seldom meant.
    package private(set) var warnings: [DocumentError] = []

    package init(name: String) { self.name = name }

    package mutating func note(_ message: String, at place: Place) {
        problems.append(DocumentError(name: name, at: place, message: message))
    }

    package mutating func warn(_ message: String, at place: Place) {
        warnings.append(DocumentError(name: name, at: place, message: message))
    }

    package mutating func add(_ more: [DocumentError]) { problems += more }

    /// `expected a duration such as 5s, found "5"`
    package mutating func expected(_ what: String, at node: Node) {
        note("expected \(what), found \(node.kind)", at: node.place)
    }

    package mutating func unknownKey(_ member: Node.Member, known: [String], in section: String) {
        let key = JSONText.quoted(member.key)
        if let nearest = Nearest.to(member.key, among: known) {
            note("unknown key \(key), did you mean \"\(nearest)\"?", at: member.keyPlace)
        } else {
            note("unknown key \(key), \(section) knows \(known.joined(separator: ", "))", at: member.keyPlace)
        }
    }

    /// By place, as one reads the file.
    package var sorted: [DocumentError] {
        problems.sorted { ($0.line, $0.column, $0.message) < ($1.line, $1.column, $1.message) }
    }
}
