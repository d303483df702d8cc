import FeatureFlags
import FlagBackends
import Glibc
import Platform
import TestSupport

/// A flagd file with two flags in a folder of its own, and what consoles and others do to it.
struct FlagFileSpot {
    static let name = "flags.json"
    static let first = """
        {"flags": {
           "erp.v2": {"variants": {"on": true, "off": false}, "defaultVariant": "on"},
           "pay": {"variants": {"on": true, "off": false}, "defaultVariant": "on"}
        }, "metadata": {"by": "nobody"}}

        """

    let folder: TemporaryFolder
    var path: String { folder.path(Self.name) }

    init(_ text: String = first, mode: UInt32 = 0o640) throws {
        folder = try TemporaryFolder("spot")
        try folder.write(text, to: Self.name, mode: mode)
    }

    func console(
        isProduction: Bool = false, watchedFor: Duration = .milliseconds(300),
        _ slip: SlippingOps.Slip? = nil
    ) throws -> FlagdFile {
        try FlagdFile(
            name: "features", path: path, isProduction: isProduction, watchedFor: watchedFor,
            ops: { folder -> any FileOps in
                if let slip { SlippingOps(folder, slip) } else { folder }
            })
    }

    /// The flag turned to what it is not, as the console sees it now.
    func turn(_ flag: String = "erp.v2", by console: FlagdFile, _ opID: String = "op") async throws
        -> (change: FlagChange, outcome: ChangeOutcome)
    {
        let change = try await self.change(flag, by: console, opID)
        return (change, await console.apply(change))
    }

    func change(_ flag: String = "erp.v2", by console: FlagdFile, _ opID: String = "op") async throws
        -> FlagChange
    {
        guard let seen = try await console.read().flags.first(where: { $0.name == flag }) else {
            throw NotInTime(description: "no flag \(flag)")
        }
        return FlagChange(
            opID: opID, flag: flag, backend: "features", from: seen.value, to: seen.value == .on ? .off : .on,
            expectedRevision: seen.revision)
    }

    var text: String {
        get throws { String(decoding: try Files.read(path, limit: 1 << 20), as: UTF8.self) }
    }

    /// As an editor saves that puts a new file in place of the old.
    func rename(_ text: String) {
        _ = try? folder.write(text, to: "editor~", mode: 0o640)
        _ = unsafe Glibc.rename(folder.path("editor~"), path)
    }

    /// As an editor saves that writes into the file.
    func writeInPlace(_ text: String) { _ = try? folder.write(text, to: Self.name, mode: 0o640) }

    /// A text that says who wrote it, and has `erp.v2` ON.
    static func text(by who: String) -> String { first.replacing("nobody", with: who) }

    /// All names in the folder but the file's own.
    var others: [String] {
        get throws {
            try Files.names(in: folder.path, startingWith: "").filter {
                ![".", "..", Self.name].contains($0)
            }
        }
    }

    /// What is kept beside the file.
    var kept: [String] {
        get throws {
            try Files.names(in: folder.path, startingWith: "\(Self.name).kept-").map { name in
                String(decoding: try Files.read(folder.path(name), limit: 1 << 20), as: UTF8.self)
            }
        }
    }
}
