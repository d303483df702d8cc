import Platform
import TestSupport
import Testing

/// SIGKILL at any moment of a change, to the console, to the program that carries the change out, or to both. Some
/// twenty; `make kills` for a thousand.
@Suite struct ChangeKillTests {
    static let kills = Environment.ofProcess["KILLS"].flatMap { Int($0) }
    static let chains = 3

    @Test
    func `killed at any moment of a change, the label, the log and the store say the same`() async throws {
        let database = try await MariaDBServer()
        let each = (Self.kills ?? 21) / Self.chains
        let figures = try await withThrowingTaskGroup(of: KillChain.Figures.self) { group in
            for number in 1...Self.chains {
                group.addTask {
                    let chain = try await KillChain(number, on: database)
                    try await chain.run(each, settles: Self.kills != nil)
                    return chain.figures
                }
            }
            var sum = KillChain.Figures()
            for try await figures in group { sum.add(figures) }
            return sum
        }
        #expect(figures.kills >= each * Self.chains)
        print(
            "kills: \(figures.kills), \(figures.changes) changes ended \(figures.ends), "
                + "\(figures.turnedByHand) turned by hand; killed at \(figures.moments)")
    }
}
