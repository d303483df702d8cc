import Platform

/// One replacement of a flag file whose folder we hold, and what others did to the file meanwhile.
///
/// The new file takes the place by a plain rename: whoever follows the old one is told that it is deleted. The old
/// one keeps a second name until the change was read back, so that what others write to it is not lost.
final class FlagFileSwap {
    let place: FlagFilePlace
    let held: HeldFile
    private let folder: Directory
    private let ops: any FileOps
    private let names: SwapNames
    private let watch: FolderWatch?
    private(set) var history: NameHistory
    /// What it has made beside the file.
    private var made: [String] = []
    /// Why what others do cannot be seen; nil when it is.
    private(set) var blindness: String?

    /// Watches from before it reads.
    init(of place: FlagFilePlace, in folder: Directory, _ ops: any FileOps) throws(SystemError) {
        var blindness: SystemError?
        do throws(SystemError) {
            watch = try FolderWatch(folder)
        } catch {
            watch = nil
            blindness = error
        }
        self.blindness = blindness.map { "\($0)" }
        self.place = place
        self.folder = folder
        self.ops = ops
        held = try HeldFile(place.name, in: folder)
        names = try SwapNames(for: place.name, replacing: held.bytes)
        history = NameHistory(of: place.name, new: names.new)
    }

    /// Whether others have done anything to the file since it was read.
    var isTouched: Bool {
        look()
        return history.before.isAny || !held.isUntouched
    }

    func look() {
        guard let watch else { return }
        do throws(SystemError) {
            history.take(try watch.events())
        } catch {
            blindness = "\(error)"
        }
        if history.isIncomplete { blindness = "too much happens in its folder" }
    }

    /// Puts `bytes` in its place; false when somebody was there first, or is about to be unless that is no matter, and
    /// then nothing is replaced. What it throws may have come before or after: who wants to know looks.
    func replace(with bytes: [UInt8], evenIfOpen: Bool) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try prepare(bytes)
            // As late as can be: who saves from here on to the rename is seen and told, and what is written in place
            // stays under the second name.
            guard evenIfOpen || held.isOpenForWriting != true, !isTouched,
                held.matches(try Files.facts(place.configured, links: .followed))
            else {
                clear()
                return false
            }
            try ops.link(place.name, as: names.old)
            made.append(names.old)
            guard held.matches(try folder.facts(names.old)) else {
                clear()
                return false
            }
            try ops.rename(names.new, to: place.name)
            made = [names.old]
        } catch {
            clear()
            throw error
        }
        try ops.syncDirectory()
        return true
    }

    private func prepare(_ bytes: [UInt8]) throws(SystemError) {
        let file = try ops.create(names.new, mode: 0o600)
        made.append(names.new)
        do throws(SystemError) {
            try ops.write(all: bytes, of: names.new, to: file)
            do throws(SystemError) {
                try held.attributes.give(to: file)
            } catch {
                throw SystemError(error.operation, place.path, code: error.code, detail: error.detail)
            }
            try ops.sync(file)
        } catch {
            try? ops.close(file)
            throw error
        }
        try ops.close(file)
    }

    /// Takes away what it made beside the file and lets others at it; why it could not.
    @discardableResult
    func clear() -> String? {
        var failure: String?
        for name in made {
            do throws(SystemError) {
                try ops.remove(name)
            } catch {
                failure = "\(error)"
            }
        }
        made = []
        return failure
    }

    /// Ends the watch of the folder's other consoles.
    func letGo() { folder.letGo() }

    /// What others wrote to the file that was replaced, written beside it: under which path, or why it could not be.
    /// Nil when they wrote nothing.
    func keepTheirs() -> Result<String, SystemError>? {
        do throws(SystemError) {
            // What stands there still is lost to nobody.
            guard try !held.is(folder.facts(place.name)), let theirs = try held.rewritten() else {
                return nil
            }
            let leftovers = try Leftovers(of: place, in: folder, ops)
            return .success(try leftovers.keep(theirs, held.attributes))
        } catch {
            return .failure(error)
        }
    }
}
