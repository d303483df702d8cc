import Documents
package import Engine
package import Monitoring
import Platform

/// `marks/` in an environment's folder: what deploy scripts and people say, each in a file of its own until the console
/// that keeps the environment has taken it up.
///
/// A folder and not the journal: that has one writer, who knows where its last line ends and when the file is full.
/// Here anyone of this user writes whenever they like, a name appears at once and whole, and what was taken up is
/// removed only when it is kept elsewhere.
package struct MarkFolder: MarkBox {
    static let name = "marks"
    private static let prefix = "m-"
    /// One whose content nobody can read is kept under this.
    private static let badPrefix = "bad-"
    /// So many may wait; a script that runs wild must not fill the disk.
    static let most = 1000
    private static let largest = 4096
    /// Taken at once.
    private static let handful = 100

    /// Of the environment.
    private let path: String
    /// Asks for no hold: whoever keeps, anyone may leave one.
    private let disk: Disk

    package init(in path: String) throws(StorageFailure) {
        self.path = path + "/" + Self.name
        do throws(SystemError) {
            disk = Disk(try ThreadExecutor("marks"), lock: nil)
        } catch {
            throw StorageFailure(error)
        }
    }

    /// Returns once it is durable.
    @concurrent package func leave(_ mark: Mark) async throws(StorageFailure) {
        try await disk.read { [path] in
            let directory = try PrivateDirectory.open(path)
            guard try directory.names(startingWith: Self.prefix).count < Self.most else {
                throw StorageFailure(
                    "\(Self.most) marks wait in \(path) already: does a console keep this store?")
            }
            let random = String(UInt64.random(in: .min ... .max), radix: 16)
            // In the order in which they were made.
            let name = "\(Self.prefix)\(mark.at.milliseconds)-\(random).json"
            try AtomicFile(name, in: directory).replace(
                with: try JSONWriter.write(mark) + [UInt8(ascii: "\n")])
        }
    }

    @concurrent package func waiting() async throws(StorageFailure) -> WaitingMarks {
        try await disk.read { [path] in
            var waiting = WaitingMarks()
            // None was ever left.
            guard try Files.facts(path) != nil else { return waiting }
            let directory = try PrivateDirectory.open(path)
            for name in try directory.names(startingWith: Self.prefix)
            where name.hasSuffix(".json") && waiting.marks.count < Self.handful {
                guard let bytes = try? directory.read(name, limit: Self.largest) else {
                    // It may have gone just now, by another hand.
                    if try Files.facts("\(path)/\(name)") != nil {
                        waiting.unread += try setAside(name, directory)
                    }
                    continue
                }
                do {
                    let mark = try JSON.decode(Mark.self, from: bytes, name: name)
                    waiting.marks.append((id: name, mark: mark))
                } catch {
                    waiting.unread += try setAside(name, directory)
                }
            }
            return waiting
        }
    }

    private func setAside(_ name: String, _ directory: Directory) throws(SystemError) -> Int {
        try directory.rename(name, to: Self.badPrefix + name)
        return 1
    }

    @concurrent package func taken(_ ids: [String]) async throws(StorageFailure) {
        try await disk.read { [path] in
            let directory = try PrivateDirectory.open(path)
            for id in ids { try directory.remove(id) }
        }
    }
}
