import EngineAPI
import Monitoring

/// What deploy scripts and people say of the store: left in a box, and taken up by the one that keeps.
extension LocalEngine {
    func leave(note text: String, by person: Operator) async -> Reply {
        guard let mark = Mark(.note, text, by: person.name, at: time.now.wall) else {
            return .refused(Refusal(.stale, "nothing was noted: say what"))
        }
        guard let marks = setup.stores.marks else {
            let why = state.environment.watchesOnly ?? "nothing is kept here"
            return .refused(Refusal(.storageFailed, "nothing was noted: \(why)"))
        }
        do throws(StorageFailure) {
            try await marks.leave(mark)
        } catch {
            return .refused(Refusal(.storageFailed, "nothing was noted: \(error.message)"))
        }
        // Where another one keeps it takes it up within two seconds.
        await takeMarks()
        publish()
        return .done
    }

    /// Tells what waits, once: what was told is known by its id until it is out of the box.
    func takeMarks() async {
        guard !isWatching, !state.storage.isLost, hasLoaded, let marks = setup.stores.marks else { return }
        guard let waiting = try? await marks.waiting() else { return }
        // It may have become another one's while it was looked.
        guard !isWatching else { return }
        let now = time.now
        if waiting.unread > 0 {
            let words = "a mark in the folder marks could not be read: it is kept there as bad-…"
            state.note(.warning, nil, words, at: now.wall)
        }
        for (id, mark) in waiting.marks where !toldMarks.contains(id) {
            toldMarks.insert(id)
            let change = Change(mark, id: id, at: now.wall)
            tap?.take(TimedInput(at: now, .change(change)))
            if state.take(change, at: now.wall) { changed() }
            state.unsaved = .urgent
        }
    }

    /// They are kept by now: nobody tells them again.
    func removeMarks(_ ids: Set<String>) async {
        guard !ids.isEmpty, let marks = setup.stores.marks else { return }
        // What is still there is known, and removed next time.
        guard (try? await marks.taken(ids.sorted())) != nil else { return }
        toldMarks.subtract(ids)
    }
}
