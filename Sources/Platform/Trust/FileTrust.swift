internal import CSystem

/// Who may decide what we take for our own: the owner of a file, of a folder or link on the way to it, and whoever
/// may write one of them. That is to be root, the user this runs as, or a member of a group that is trusted.
///
/// In a folder where everybody may make files and nobody may take another's away (`/tmp`), the owner of what lies
/// in it decides.
package struct FileTrust: Sendable, Hashable {
    /// By number; as root nobody else is trusted.
    private let user: UInt32
    private let groups: Set<UInt32>
    /// Whether their members may also own what is used.
    private let isOfOwners: Bool
    /// Whether naming a group would help.
    private var canBeTold: Bool

    /// The process's own user; a group that this system does not know is nobody's.
    package init(groups names: [String] = []) { self.init(groups: names, user: system_user()) }

    /// For the file that names the groups itself. They may write the folders on the way to it, since whoever
    /// made those decided so, and own nothing: else anybody's link to a file that names him would do.
    package init(writers names: [String]) { self.init(groups: names, user: system_user(), isOfOwners: false) }

    /// Where no config has a say, as for a theme, and so none would help.
    package static var withoutConfig: FileTrust {
        var trust = FileTrust(writers: [])
        trust.canBeTold = false
        return trust
    }

    init(groups names: [String], user: UInt32, isOfOwners: Bool = true) {
        self.user = user
        self.isOfOwners = isOfOwners
        var numbers: Set<UInt32> = []
        for name in names where user != 0 {
            var number: UInt32 = 0
            if unsafe system_group_number(name, &number) == 0 { numbers.insert(number) }
        }
        groups = numbers
        canBeTold = user != 0
    }

    /// Whether this system has a group of that name.
    package static func knows(group name: String) -> Bool {
        var number: UInt32 = 0
        return unsafe system_group_number(name, &number) == 0
    }

    /// Opens a file for reading that nobody else can have put there; links are followed.
    package func open(_ path: String) throws(SystemError) -> FileDescriptor {
        let end = try walk(path)
        guard let name = end.name else {
            throw SystemError("open", path, detail: "it is not a regular file")
        }
        // Nobody else can put another in its place, and what is read is looked at itself all the same.
        let file = try Files.open(at: end.folder.number, name, path, .refused)
        try check(file.facts(), file, end.place, of: path, in: end.shared)
        return file
    }

    /// The whole of such a file; refused when it is longer than `limit` bytes.
    package func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
        try Files.read(try open(path), path, limit: limit)
    }

    /// Throws when somebody else decides what is at `path`: the error is a `isDistrust` one.
    package func check(_ path: String) throws(SystemError) { _ = try walk(path) }

    /// The file itself, whatever its folders: of root or ourselves, and nobody else writes it.
    package func check(_ file: borrowing FileDescriptor, of path: String) throws(SystemError) {
        var strict = FileTrust(groups: [], user: user)
        strict.canBeTold = false
        try strict.check(file.facts(), file, path, of: path, in: false)
    }

    // MARK: The way

    private struct End: ~Copyable {
        var folder: FileDescriptor
        /// In that folder; nil where the path ends at the folder itself.
        var name: String?
        var place: String
        /// Others may make files in the folder.
        var shared: Bool
    }

    private func walk(_ path: String) throws(SystemError) -> End {
        var pending = Self.parts(path.hasPrefix("/") ? path : try Self.here() + "/" + path)
        var links = 0
        var end = try root(of: path)
        while let part = pending.popLast() {
            let isUp = part == ".."
            let item = FileDescriptor(
                taking: try unsafe SystemError.check(system_open_step(end.folder.number, part), "open", path))
            let facts = try item.facts()
            let place =
                isUp ? Self.parent(of: end.place) : (end.place == "/" ? "" : end.place) + "/" + part
            try check(facts, item, place, of: path, in: end.shared)
            switch facts.kind {
            case .link:
                links += 1
                guard links <= 40 else { throw SystemError("open", path, code: 40) }
                let target = try Self.target(of: item, path)
                if target.hasPrefix("/") { end = try root(of: path) }
                pending += Self.parts(target)
            case .directory:
                // Also where those who may own nothing may make a second name of a file of ours.
                let isShared =
                    facts.mode & 0o1000 != 0 && isOpen(facts) || !isOfOwners && facts.mode & 0o020 != 0
                end = End(folder: item, name: nil, place: place, shared: isShared)
            case .regular, .other:
                guard pending.isEmpty else { throw SystemError("open", path, code: 20) }
                end.name = part
                end.place = place
            }
        }
        return end
    }

    private func root(of path: String) throws(SystemError) -> End {
        let root = FileDescriptor(
            taking: try unsafe SystemError.check(system_open_step(Int32(system_here), "/"), "open", "/"))
        try check(root.facts(), root, "/", of: path, in: false)
        return End(folder: root, name: nil, place: "/", shared: false)
    }

    /// From the last to the first.
    private static func parts(_ path: String) -> [String] {
        path.split(separator: "/").filter { $0 != "." }.reversed().map(String.init)
    }

    private static func parent(of place: String) -> String {
        guard let slash = place.lastIndex(of: "/"), slash != place.startIndex else { return "/" }
        return String(place[..<slash])
    }

    private static func here() throws(SystemError) -> String {
        try unsafe text("find the current folder") { unsafe Int64(system_here_path($0, $1)) }
    }

    private static func target(
        of link: borrowing FileDescriptor, _ path: String
    ) throws(SystemError) -> String {
        let number = link.number
        return try unsafe text("open", path) { unsafe system_link_target(number, $0, $1) }
    }

    private static func text(
        _ action: String, _ path: String = "", _ fill: (UnsafeMutablePointer<CChar>, Int) -> Int64
    ) throws(SystemError) -> String {
        var bytes = [CChar](repeating: 0, count: 4097)
        try unsafe SystemError.check(fill(&bytes, bytes.count - 1), action, path)
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    // MARK: One step of it

    private func check(
        _ facts: FileFacts, _ item: borrowing FileDescriptor, _ place: String, of path: String,
        in shared: Bool
    ) throws(SystemError) {
        func refusal(_ what: String, _ advice: String) -> SystemError {
            let subject = place == path ? "it" : place
            let detail = "\(subject) \(what), who could act as \(Identity.login(of: user)). Do: \(advice)"
            return SystemError(SystemError.distrust, path, detail: detail)
        }
        let owner = facts.owner
        guard trusts(owner: owner.user) else {
            let name = Identity.login(of: owner.user)
            let group = canBeTold ? "name a group of \(name) in trusted_groups, or " : ""
            let others = "\(group)run a program as its user: via: [sudo, -n, -u, \(name)]"
            throw refusal(
                "belongs to \(name)",
                "look into it and use a copy of your own" + (isOfOwners ? ", or \(others)" : ""))
        }
        if facts.kind == .link { return }
        if shared, facts.kind != .directory, facts.links > 1 {
            throw refusal(
                "has another name elsewhere and was put there by anybody", "cp it to a folder of yours")
        }
        let isSticky = facts.kind == .directory && facts.mode & 0o1000 != 0
        if isSticky || !isOpen(facts, item) { return }
        if facts.mode & 0o002 != 0 { throw refusal("can be written by everybody", "chmod go-w \(place)") }
        if groups.contains(owner.group) {
            throw refusal("can be written by those in its access list", "setfacl -b \(place)")
        }
        let advice = canBeTold ? ", or name the group in trusted_groups" : ""
        throw refusal(
            "can be written by its group \(Self.name(ofGroup: owner.group))", "chmod go-w \(place)\(advice)")
    }

    private func trusts(owner: UInt32) -> Bool {
        owner == 0 || owner == user || isOfOwners && groups.contains { system_is_member(owner, $0) }
    }

    /// Others may write it.
    private func isOpen(_ facts: FileFacts) -> Bool {
        facts.mode & 0o002 != 0 || facts.mode & 0o020 != 0 && !groups.contains(facts.owner.group)
    }

    private func isOpen(_ facts: FileFacts, _ item: borrowing FileDescriptor) -> Bool {
        // With an access list the group's bits say what any of those in the list may.
        isOpen(facts) || facts.mode & 0o020 != 0 && system_has_access_list(item.number)
    }

    private static func name(ofGroup number: UInt32) -> String {
        (try? unsafe text("name a group") { unsafe Int64(system_group_name(number, $0, $1)) })
            ?? String(number)
    }
}

extension SystemError {
    static let distrust = "trust"

    /// What is there may be another's: no matter of a file that is missing or cannot be read.
    package var isDistrust: Bool { operation == Self.distrust }
}
