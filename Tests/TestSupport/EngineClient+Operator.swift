package import EngineAPI

extension Operator {
    /// Who asks in tests.
    package static let mira = Operator(login: "mira", uid: 1000, sshClient: "10.0.0.4")
}

extension EngineClient {
    @concurrent package func submit(_ request: Request) async -> Reply {
        await submit(request, by: .mira)
    }
}
