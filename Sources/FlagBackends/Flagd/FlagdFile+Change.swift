import Documents
package import FeatureFlags
import Monitoring
import Platform
import Text

/// How a flag in a file is changed while other consoles, editors and scripts may write it too.
extension FlagdFile {
    /// So long another console is waited for, and what writes the file in place.
    private static let lockPatience: Duration = .seconds(5)
    private static let writerPatience: Duration = .seconds(2)
    /// So often it is looked at what is written in place.
    private static let looks = 10
    private static let pause: Duration = .milliseconds(20)

    package func apply(_ change: FlagChange, _ record: ChangeRecorder) async -> ChangeOutcome {
        watched = watched.filter { $0.value.until > .now }
        do throws(SystemError) {
            let place = try FlagFilePlace(path)
            if let why = try place.obstacle(isProduction: isProduction) { return .refused(why) }
            let folder = try Directory(place.folder)
            guard try await hold(folder) else {
                let shown = Sanitizer.line(place.folder, maxBytes: 200)
                return .refused("another console has held \(shown) for 5 s; nothing was written, try again")
            }
            defer { folder.letGo() }
            try? Leftovers(of: place, in: folder, ops(folder)).sweep()
            let patience = ContinuousClock.now + Self.writerPatience
            while true {
                // Who keeps it open for writing all the time holds up nothing for ever.
                let isLast = ContinuousClock.now >= patience
                let swap = try FlagFileSwap(of: place, in: folder, ops(folder))
                await quiet(swap.held, until: patience)
                switch edit(swap.held.bytes, change) {
                case .ready(let bytes):
                    if let outcome = await replace(swap, with: bytes, evenIfOpen: isLast, change) {
                        return outcome
                    }
                case .ended(let outcome): return outcome
                case .unreadable(let why):
                    // Half written, when somebody is at it.
                    guard !isLast, swap.isTouched || swap.held.isOpenForWriting == true else {
                        return .refused(why)
                    }
                }
                if isLast {
                    return .refused(
                        "another program writes the file again and again; nothing was written, try again")
                }
                try? await Task.sleep(for: Self.pause)
            }
        } catch {
            return .refused(Sanitizer.line("\(error)"))
        }
    }

    /// Not a wait of the thread: reads go on meanwhile.
    private func hold(_ folder: Directory) async throws(SystemError) -> Bool {
        let end = ContinuousClock.now + Self.lockPatience
        while try !folder.hold() {
            guard ContinuousClock.now < end else { return false }
            try? await Task.sleep(for: Self.pause)
        }
        return true
    }

    /// Waits until nobody has the file open for writing, as far as that can be told; false when somebody has still.
    @discardableResult
    private func quiet(_ file: HeldFile, until end: ContinuousClock.Instant) async -> Bool {
        while file.isOpenForWriting == true {
            guard ContinuousClock.now < end else { return false }
            try? await Task.sleep(for: Self.pause)
        }
        return true
    }

    private enum Edited {
        case ready([UInt8])
        case ended(ChangeOutcome)
        case unreadable(String)
    }

    private func edit(_ bytes: [UInt8], _ change: FlagChange) -> Edited {
        do throws(ReadFailure) {
            let document = try document(of: bytes)
            guard let flag = document.flag(change.flag), let before = try reading(change.flag, in: document)
            else { return .ended(.refused("\(Sanitizer.line(change.flag)) is no longer in the file")) }
            guard before.revision == change.expectedRevision else { return .ended(.conflict(before)) }
            if let refusal = document.refusal {
                return .ended(.refused(FlagdDocument.sentence(refusal.why)))
            }
            if let reason = flag.fixedReason { return .ended(.refused(reason)) }
            guard change.to == .on || change.to == .off, let variant = flag.variant(for: change.to) else {
                return .ended(.refused("it has no variant that is \(change.to.text)"))
            }
            do throws(DocumentError) {
                return .ready(try document.setting(flag, to: variant))
            } catch {
                return .ended(.refused(Sanitizer.line("\(error)")))
            }
        } catch {
            return .unreadable(error.message)
        }
    }

    /// Nil when somebody else was there first.
    private func replace(
        _ swap: FlagFileSwap, with bytes: [UInt8], evenIfOpen: Bool, _ change: FlagChange
    ) async -> ChangeOutcome? {
        var failure: String?
        do throws(SystemError) {
            guard try swap.replace(with: bytes, evenIfOpen: evenIfOpen) else { return nil }
        } catch {
            failure = Sanitizer.line("\(error)")
        }
        // Read back whatever the write said: after an error the new file may stand or not.
        var end = SwapEnd(seen: await readBack(change), failure: failure)
        if let why = swap.clear() {
            end.doubts.append("a second name of the file as it was is left beside it: \(Sanitizer.line(why))")
        }
        swap.letGo()
        if await !quiet(swap.held, until: .now + watchedFor) {
            end.doubts.append(
                "another program has the file that was replaced open still, and what it writes reaches nobody"
            )
        }
        swap.look()
        end.deed = ForeignDeed(of: swap, isLate: false)?.text
        if let why = swap.blindness {
            end.doubts.append(
                "whether others wrote the file at the same moment was not seen: \(Sanitizer.line(why))")
        }
        let outcome = end.outcome(of: change)
        switch outcome {
        case .confirmed(let reading), .saved(let reading, _):
            makeRoom()
            watched[change.opID] = WatchedChange(
                swap: swap, reading: reading, until: .now + watchedFor)
        case .refused, .conflict, .crossed, .unknown: break
        }
        return outcome
    }

    /// Each change that is watched still holds a watch of the kernel's, and a user has 128 of them. More at once than a
    /// person makes are a script's: the file is watched by the newest of them.
    private static let mostWatched = 20

    private func makeRoom() {
        watched = watched.filter { $0.value.until > .now }
        guard watched.count >= Self.mostWatched else { return }
        let oldest = watched.sorted { $0.value.until < $1.value.until }
        for entry in oldest.prefix(watched.count - Self.mostWatched + 1) { watched[entry.key] = nil }
    }

    /// The flag as it is now. Who writes the file in place empties it first: that is waited out.
    private func readBack(_ change: FlagChange) async -> SwapEnd.Seen {
        var last = ""
        for round in 0..<Self.looks {
            if round > 0 { try? await Task.sleep(for: Self.pause) }
            do throws(ReadFailure) {
                let document = try document()
                return .flag(
                    try reading(change.flag, in: document),
                    refusal: document.refusal.map { FlagdDocument.sentence($0.why) })
            } catch {
                last = error.message
            }
        }
        return .unreadable(last)
    }

    package func aftermath(of change: FlagChange) async -> ChangeOutcome? {
        guard let after = watched.removeValue(forKey: change.opID) else { return nil }
        while ContinuousClock.now < after.until {
            try? await Task.sleep(for: Self.pause * 5)
            after.swap.look()
            guard after.swap.history.after.isAny || !after.swap.held.isUntouched else { continue }
            // Let it come to its end first.
            await quiet(after.swap.held, until: after.until)
            try? await Task.sleep(for: Self.pause)
            after.swap.look()
            guard let deed = ForeignDeed(of: after.swap, isLate: true) else { continue }
            let now = try? reading(change.flag, in: document())
            return .crossed(now ?? after.reading, deed.text)
        }
        return nil
    }
}
