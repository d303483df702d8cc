import Platform

/// What stands beside a flag file of changes that went wrong: the remains of a killed one, and texts of others that
/// were kept.
struct Leftovers {
    private let place: FlagFilePlace
    private let folder: Directory
    private let ops: any FileOps
    private let start: String

    init(of place: FlagFilePlace, in folder: Directory, _ ops: any FileOps) throws(SystemError) {
        self.place = place
        self.folder = folder
        self.ops = ops
        start = try SwapNames.start(of: place.name)
    }

    /// Removes what a killed change has left, but keeps what others wrote to the file that it replaced. Only while
    /// the folder is held: then no change is under way.
    func sweep() throws(SystemError) {
        for name in try Files.names(in: folder.path, startingWith: start) {
            switch SwapNames.leftover(name, start: start) {
            case nil: continue
            case .new: break
            case .old(let sum):
                let facts = try folder.facts(name)
                // Its second name alone, when it was killed before the rename.
                if facts?.kind == .regular, try facts?.identity != folder.facts(place.name)?.identity {
                    let old = try HeldFile(name, in: folder)
                    if try SwapNames.sum(of: old.bytes) != sum { _ = try keep(old.bytes, old.attributes) }
                }
            }
            try ops.remove(name)
        }
    }

    /// Writes the text of somebody else beside the file; its path. A copy, because whoever follows the old file must
    /// be told that it is gone.
    func keep(_ bytes: [UInt8], _ attributes: FileAttributes) throws(SystemError) -> String {
        let name = SwapNames.kept(of: place.name)
        let file = try ops.create(name, mode: 0o600)
        do throws(SystemError) {
            try ops.write(all: bytes, of: name, to: file)
            try attributes.give(to: file)
            try ops.sync(file)
        } catch {
            try? ops.close(file)
            try? ops.remove(name)
            throw error
        }
        try ops.close(file)
        try ops.syncDirectory()
        return "\(place.folder)/\(name)"
    }

    /// The paths of what was kept and still waits for somebody.
    static func kept(beside place: FlagFilePlace) throws(SystemError) -> [String] {
        try Files.names(in: place.folder, startingWith: SwapNames.keptPrefix(of: place.name))
            .map { "\(place.folder)/\($0)" }
    }
}
