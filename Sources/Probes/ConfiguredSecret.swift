internal import Configuration
internal import Platform

extension SecretPlace? {
    /// How a password is fetched from where the config says; nil where it says nothing. `groups` are trusted with
    /// the folders on the way, and with the program that prints it.
    func fetch(trusting groups: [String]) -> @Sendable () async throws -> Secret? {
        let place = self
        return {
            switch place {
            case .file(let path): try SecretReader.file(path, trusting: FileTrust(groups: groups))
            case .environment(let name): try SecretReader.variable(name)
            case .command(let arguments):
                try await SecretReader.command(arguments, trusting: FileTrust(groups: groups))
            case nil: nil
            }
        }
    }
}
