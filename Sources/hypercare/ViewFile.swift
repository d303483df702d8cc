import Documents
import Platform
import Screens
import Synchronization

/// How a person looked the last time: `view.json` beside the state. Nothing depends on it: what cannot be read
/// is as if it were not there, and what cannot be written is not.
final class ViewFile: Sendable {
    private static let name = "view.json"
    private static let longest = 65_536

    private let folder: String
    /// What is to be written next, and whether it is being written.
    private let state = Mutex<(next: ViewState?, isWriting: Bool)>((nil, false))

    init(in folder: String) { self.folder = folder }

    func read() -> ViewState? {
        guard let bytes = try? file().read(limit: Self.longest) else { return nil }
        return try? JSON.decode(ViewState.self, from: bytes, name: Self.name)
    }

    /// Returns at once: a disk that hangs must not take the keys away. The newest wins.
    func keep(_ view: ViewState) {
        let isFirst = state.withLock { state in
            state.next = view
            defer { state.isWriting = true }
            return !state.isWriting
        }
        guard isFirst else { return }
        Task { @concurrent in
            while let view = next() { write(view) }
        }
    }

    /// Waits until what was given is kept, for a second at most.
    func settle() async {
        for _ in 0..<100 where state.withLock({ $0.isWriting }) {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    private func next() -> ViewState? {
        state.withLock { state in
            defer { state.next = nil }
            if state.next == nil { state.isWriting = false }
            return state.next
        }
    }

    private func write(_ view: ViewState) {
        guard let bytes = try? JSONWriter.write(view, pretty: true) else { return }
        try? file().replace(with: bytes + [0x0A])
    }

    /// The folder as it is: one that was moved away is not made again.
    private func file() throws -> AtomicFile { AtomicFile(Self.name, in: try Directory(folder)) }
}
