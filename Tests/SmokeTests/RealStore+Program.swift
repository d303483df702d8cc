import Platform
import TestSupport

extension RealStore {
    /// The console in a terminal of 200 × 60, drawn with every source read.
    func console(state: String = "state") async throws -> Program {
        let program = try Program(rows: 60, columns: 200)
        try program.start([Program.path, "--config", try config()], variables(state: state))
        try await program.pty.wait(for: "every source is read", within: .seconds(20)) { screen in
            ["erp.order.export", "erp.amqp", "catalog_product_alert", "catalog_product_price", "erp.v2"]
                .allSatisfy(screen.text.contains)
        }
        return program
    }

    /// Runs a command of the program to its end.
    func run(
        _ arguments: [String], state: String, variables more: [String: String] = [:]
    ) async throws -> (code: Int32?, text: String) {
        var environment = variables(state: state).merging(more) { $1 }
        environment["HOME"] = folder.path
        environment["PATH"] = "/usr/bin:/bin"
        environment["LANG"] = "C.UTF-8"
        let result = try await ChildProcess.run(
            ChildCommand([Program.path] + arguments, environment: environment), deadline: .seconds(40))
        let text = String(decoding: result.output + result.error, as: UTF8.self)
        if case .exited(let code) = result.end { return (code, text) }
        return (nil, text)
    }
}
