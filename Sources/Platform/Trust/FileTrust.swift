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
    /// Whether it could be run as its owner.
    private var isOfProgram = false

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

    /// For what is started: another user's may be run as that user.
    func ofPrograms() -> FileTrust {
        var trust = self
        trust.isOfProgram = true
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
        let end = try way(to: path)
        guard let name = end.name else {
            throw SystemError("open", path, detail: "it is not a regular file")
        }
        // Nobody else can put another in its place, and what is read is looked at itself all the same.
        let file = try Files.open(at: end.folder.number, name, path, .refused)
        for fault in try faults(file.facts(), file, end.place, of: path, in: end.shared) { throw fault }
        return file
    }

    /// The whole of such a file; refused when it is longer than `limit` bytes.
    package func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
        try Files.read(try open(path), path, limit: limit)
    }

    /// Throws when somebody else decides what is at `path`: the error is a `isDistrust` one.
    package func check(_ path: String) throws(SystemError) { _ = try way(to: path) }

    /// Each place on the way to `path`, and it itself, where somebody else decides what it is, and how. Throws where
    /// nothing can be said of it.
    package func faults(on path: String) throws(SystemError) -> [SystemError] {
        var faults: [SystemError] = []
        do throws(SystemError) {
            _ = try walk(path, &faults)
        } catch {
            if faults.isEmpty { throw error }
        }
        return faults
    }

    /// What speaks against the file itself, whatever its folders: it is to be of root or ourselves, and nobody else
    /// writes it.
    package func faults(
        in file: borrowing FileDescriptor, of path: String
    ) throws(SystemError) -> [SystemError] {
        var strict = FileTrust(groups: [], user: user)
        strict.canBeTold = false
        return try strict.faults(file.facts(), file, path, of: path, in: false)
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

    private func way(to path: String) throws(SystemError) -> End {
        var faults: [SystemError] = []
        do throws(SystemError) {
            let end = try walk(path, &faults)
            for fault in faults { throw fault }
            return end
        } catch {
            throw faults.first ?? error
        }
    }

    private func walk(_ path: String, _ faults: inout [SystemError]) throws(SystemError) -> End {
        var pending = Self.parts(path.hasPrefix("/") ? path : try Self.here() + "/" + path)
        var links = 0
        var end = try root(of: path, &faults)
        while let part = pending.popLast() {
            let isUp = part == ".."
            let item = FileDescriptor(
                taking: try unsafe SystemError.check(system_open_step(end.folder.number, part), "open", path))
            let facts = try item.facts()
            let place =
                isUp ? Self.parent(of: end.place) : (end.place == "/" ? "" : end.place) + "/" + part
            for fault in try self.faults(facts, item, place, of: path, in: end.shared)
            where !faults.contains(fault) {
                faults.append(fault)
            }
            switch facts.kind {
            case .link:
                links += 1
                guard links <= 40 else { throw SystemError("open", path, code: 40) }
                let target = try Self.target(of: item, path)
                if target.hasPrefix("/") { end = try root(of: path, &faults) }
                pending += Self.parts(target)
            case .directory:
                // Also where those who may own nothing may make a second name of a file of ours.
                let isSticky = facts.mode & 0o1000 != 0
                let isShared = FileWriter.all(facts, item).contains {
                    isSticky && !trusts($0.person) || !isOfOwners && !isOwn($0.person)
                }
                end = End(folder: item, name: nil, place: place, shared: isShared)
            case .regular, .other:
                guard pending.isEmpty else { throw SystemError("open", path, code: 20) }
                end.name = part
                end.place = place
            }
        }
        return end
    }

    private func root(
        of path: String, _ faults: inout [SystemError]
    ) throws(SystemError) -> End {
        let root = FileDescriptor(
            taking: try unsafe SystemError.check(system_open_step(Int32(system_here), "/"), "open", "/"))
        for fault in try self.faults(root.facts(), root, "/", of: path, in: false)
        where !faults.contains(fault) {
            faults.append(fault)
        }
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

    private func faults(
        _ facts: FileFacts, _ item: borrowing FileDescriptor, _ place: String, of path: String,
        in shared: Bool
    ) throws(SystemError) -> [SystemError] {
        func fault(_ what: String, _ advice: String) -> SystemError {
            let subject = place == path ? "it" : place
            let detail = "\(subject) \(what), who could act as \(Identity.login(of: user)). Do: \(advice)"
            return SystemError(SystemError.distrust, path, detail: detail)
        }
        let owner = facts.owner
        guard trusts(owner: owner.user) else {
            return [fault("belongs to \(Identity.login(of: owner.user))", help(against: owner.user))]
        }
        if facts.kind == .link { return [] }
        var faults: [SystemError] = []
        if shared, facts.kind != .directory, facts.links > 1 {
            faults.append(
                fault(
                    "has another name elsewhere and was put there by anybody", "cp it to a folder of yours"))
        }
        if facts.kind == .directory, facts.mode & 0o1000 != 0 { return faults }
        let others = FileWriter.all(facts, item).filter { !trusts($0.person) }
        guard !others.isEmpty else { return faults }
        let who = others.map { name(of: $0, owner) }
        let all =
            who.count == 1 ? who[0] : who.dropLast().joined(separator: ", ") + " and " + who[who.count - 1]
        faults.append(fault("can be written by \(all)", help(against: others, place, owner.user)))
        return faults
    }

    private func trusts(owner: UInt32) -> Bool {
        owner == 0 || owner == user || isOfOwners && groups.contains { system_is_member(owner, $0) }
    }

    /// To write: members of a trusted group may, whether they may own or not.
    private func trusts(_ person: FileWriter.Person) -> Bool {
        switch person {
        case .everybody: return false
        case .user(let user): return isOwn(person) || groups.contains { system_is_member(user, $0) }
        case .group(let group):
            if groups.contains(group) { return true }
            // As `useradd` makes them, so that a umask of 002 gives nobody anything.
            var only: UInt32 = 0
            return unsafe system_is_own_group(group, &only) && trusts(.user(only))
        }
    }

    /// Root or ourselves.
    private func isOwn(_ person: FileWriter.Person) -> Bool {
        switch person {
        case .everybody: return false
        case .user(let user): return user == 0 || user == self.user
        case .group(let group):
            var only: UInt32 = 0
            return unsafe system_is_own_group(group, &only) && isOwn(.user(only))
        }
    }

    // MARK: What to do

    private func name(of writer: FileWriter, _ owner: FileOwner) -> String {
        switch writer.person {
        case .everybody: "everybody"
        case .user(let user): Identity.login(of: user)
        case .group(let group):
            (group == owner.group ? "its" : "the") + " group \(Self.name(ofGroup: group) ?? String(group))"
        }
    }

    private func help(against owner: UInt32) -> String {
        let name = Identity.login(of: owner)
        var ways = ["look into it and use a copy of your own"]
        // Neither a group nor sudo knows a user without a name.
        if isOfOwners, name != String(owner) {
            if canBeTold { ways.append("name a group of \(name) in trusted_groups") }
            if isOfProgram {
                ways.append(
                    "run it as its user: [sudo, -n, -u, \(name)] before it, in via where there is one")
            }
        }
        return ways.joined(separator: ", or ")
    }

    private func help(against others: [FileWriter], _ place: String, _ owner: UInt32) -> String {
        let path = ShellWord.pasted(place)
        var commands: [String] = []
        // Without a new mask, which could give others what it held back.
        let entries = others.compactMap(\.entry)
        if !entries.isEmpty {
            commands.append("setfacl -n -m \(entries.joined(separator: ",")) \(path)")
        }
        let whose = others.filter { $0.entry == nil }.map { $0.person == .everybody ? "o" : "g" }
        if !whose.isEmpty { commands.append("chmod \(whose.joined())-w \(path)") }
        var help = commands.joined(separator: " && ")
        if user != 0, owner != user {
            help = "as root\(owner == 0 ? "" : " or \(Identity.login(of: owner))"), \(help)"
        }
        if canBeTold, others.allSatisfy({ hasName($0.person) }) {
            help += others.count == 1 ? ", or name " : ", or name for each "
            help +=
                others.contains { if case .user = $0.person { true } else { false } }
                ? "a group that it is in, in trusted_groups" : "the group in trusted_groups"
        }
        return help
    }

    private func hasName(_ person: FileWriter.Person) -> Bool {
        switch person {
        case .everybody: false
        case .user(let user): Identity.login(of: user) != String(user)
        case .group(let group): Self.name(ofGroup: group) != nil
        }
    }

    private static func name(ofGroup number: UInt32) -> String? {
        try? unsafe text("name a group") { unsafe Int64(system_group_name(number, $0, $1)) }
    }
}

extension SystemError {
    static let distrust = "trust"

    /// What is there may be another's: no matter of a file that is missing or cannot be read.
    package var isDistrust: Bool { operation == Self.distrust }
}
