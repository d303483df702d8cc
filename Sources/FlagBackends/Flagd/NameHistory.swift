import Platform

/// Tells from what happens in a folder what others did to one file of it, before and after ours took its place.
struct NameHistory {
    /// The file, and the name under which ours waits to take its place.
    let file: String
    let new: String
    /// What others did before ours took its place, and after.
    private(set) var before = Touch()
    private(set) var after = Touch()
    /// More happened than was told.
    private(set) var isIncomplete = false
    /// Ours took its place.
    private(set) var isPlaced = false
    private var sources: [UInt32: String] = [:]

    struct Touch: Equatable {
        /// Another file was put there, or it was taken away.
        var isReplaced = false
        /// Something was written to the file, the one that stands there or the one that stood there before.
        var isWritten = false

        var isAny: Bool { isReplaced || isWritten }
    }

    init(of file: String, new: String) {
        self.file = file
        self.new = new
    }

    mutating func take(_ events: [FolderWatch.Event]) { for event in events { take(event) } }

    private mutating func take(_ event: FolderWatch.Event) {
        if event.what == .overflow { isIncomplete = true }
        guard isFile(event.name) else {
            if event.what == .movedAway { sources[event.cookie] = event.name }
            return
        }
        if event.what == .movedHere, let source = sources.removeValue(forKey: event.cookie) {
            if source.utf8.elementsEqual(new.utf8) {
                isPlaced = true
                return
            }
            // Another console, which holds the folder by then and has read what it replaces.
            if isPlaced, source.hasPrefix(SwapNames.prefix) { return }
        }
        var touch = isPlaced ? after : before
        if event.what == .written { touch.isWritten = true } else { touch.isReplaced = true }
        if isPlaced { after = touch } else { before = touch }
    }

    private func isFile(_ name: String) -> Bool { name.utf8.elementsEqual(file.utf8) }
}
