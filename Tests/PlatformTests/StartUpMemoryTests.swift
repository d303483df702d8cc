import Platform
import Testing

@Suite struct StartUpMemoryTests {
    /// Resident pages of files, in kB.
    private func mapped() throws -> Int {
        let status = String(decoding: try Files.read("/proc/self/status", limit: 8_192), as: UTF8.self)
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssFile:") }
        return line.flatMap { Int($0.split(separator: " ").dropLast().last ?? "") } ?? -1
    }

    @Test func `code that only the start needed is no longer resident, and all goes on`() throws {
        let before = try mapped()
        StartUpMemory.giveBack()
        let after = try mapped()
        #expect(after > 0 && after < before / 2, "\(before) kB before, \(after) kB after")
    }
}
