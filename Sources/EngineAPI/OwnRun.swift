package import Monitoring

/// A command of a person's own on one row, filled in: what is asked about, put on record and run.
package struct OwnRun: Hashable, Sendable, Codable {
    /// Version 4 UUID, as of a change.
    package var opID: String
    package var entity: EntityID
    package var command: OwnCommand
    /// The program and its arguments with the row's values.
    package var arguments: [String]
    /// Why, in the operator's words; may be empty.
    package var reason: String

    package init(
        opID: String, entity: EntityID, command: OwnCommand, arguments: [String], reason: String = ""
    ) {
        self.opID = opID
        self.entity = entity
        self.command = command
        self.arguments = arguments
        self.reason = reason
    }
}

extension OwnRun {
    /// As one would type it.
    package var line: String { OwnCommand.line(arguments) }
}
