package import Documents
import Text

/// What was found wrong in one file so far.
package struct Reading {
    package let name: String
    package private(set) var problems: [DocumentError] = []
    /// What is allowed and seldom meant.
    package private(set) var warnings: [DocumentError] = []

    /// What only this machine can tell to be so.
    package private(set) var claims: [Claim] = []
    /// All of a part of the file could be read: what is not there is missing.
    private let isWhole: (Node) -> Bool

    package init(name: String, isWhole: @escaping (Node) -> Bool = { _ in true }) {
        self.name = name
        self.isWhole = isWhole
    }

    package mutating func note(_ message: String, at place: Place) {
        problems.append(DocumentError(name: name, at: place, message: message))
    }

    package mutating func warn(_ message: String, at place: Place) {
        warnings.append(DocumentError(name: name, at: place, message: message))
    }

    /// Something that is not there in `part`, which nobody knows while that could not be read as it stands.
    package mutating func missing(_ message: String, at place: Place, in part: Node?) {
        if part.map(isWhole) ?? true { note(message, at: place) }
    }

    package mutating func claim(_ kind: Claim.Kind, at place: Place) {
        claims.append(Claim(kind: kind, place: place))
    }

    package mutating func add(_ more: [DocumentError]) { problems += more }

    /// `expected a list such as [a, b], found a mapping`
    package mutating func expected(_ what: String, at node: Node) {
        note("expected \(what)\(Self.found(node))", at: node.place)
    }

    package mutating func unknownKey(_ member: Node.Member, known: [String], in section: String) {
        if let nearest = Nearest.to(member.key, among: known) {
            let key = JSONText.quoted(member.key)
            note("unknown key \(key), did you mean \"\(nearest)\"?", at: member.keyPlace)
        } else {
            note("unknown key, \(section) knows \(known.joined(separator: ", "))", at: member.keyPlace)
        }
    }

    /// What stands there is not quoted, it may be a password in the wrong line; the place says where to look.
    static func found(_ node: Node) -> String {
        switch node.content {
        case .scalar where node.isNull: ", found nothing"
        case .scalar(_, .plain), .scalar(_, .literal): ""
        case .scalar: ", found a text in quotes"
        case .mapping, .sequence: ", found \(node.kind)"
        }
    }

    /// By place, as one reads the file.
    package var sorted: [DocumentError] {
        problems.sorted { ($0.line, $0.column, $0.message) < ($1.line, $1.column, $1.message) }
    }
}
