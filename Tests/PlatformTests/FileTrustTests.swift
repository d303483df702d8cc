import Glibc
import TestSupport
import Testing

@testable import Platform

/// Who may decide what is read and run: seen as the user who runs the tests, and as another.
@Suite(.timeLimit(.minutes(1))) struct FileTrustTests {
    private let folder: TemporaryFolder
    /// Not root, so that groups can be trusted; root's files are everybody's.
    private let somebody: UInt32 = getuid() == 0 ? 4242 : getuid()

    init() throws { folder = try TemporaryFolder("trust") }

    private func refusal(_ path: String, _ trust: FileTrust = FileTrust()) -> String? {
        do throws(SystemError) {
            try trust.check(path)
            return nil
        } catch {
            #expect(error.isDistrust, "\(error)")
            return error.description
        }
    }

    private func made(_ name: String, mode: UInt32) throws -> String {
        #expect(unsafe mkdir(folder.path(name), 0o700) == 0)
        #expect(unsafe chmod(folder.path(name), mode) == 0)
        return folder.path(name)
    }

    @Test func `takes what root and oneself alone can write, and follows links to it`() throws {
        let path = try folder.write("x", to: "file", mode: 0o755)
        try folder.link("file", as: "link")
        try folder.link(folder.path, as: "around")
        for name in [
            "file", "link", "around/link", "./around/../\(folder.path.split(separator: "/").last!)/file",
        ] {
            #expect(refusal(folder.path(name)) == nil, "\(name)")
            #expect(try FileTrust().read(folder.path(name), limit: 10) == [UInt8(ascii: "x")], "\(name)")
        }
        #expect(refusal("/bin/sh") == nil && refusal("/usr/bin/env") == nil && refusal(path) == nil)
    }

    @Test(
        arguments: [
            (0o664, "its group users", "g"), (0o646, "everybody", "o"),
            (0o676, "its group users and everybody", "go"),
        ] as [(UInt32, String, String)])
    func `refuses a file that others may write, in one sentence`(mode: UInt32, who: String, whose: String)
        throws
    {
        let path = try folder.write("x", to: "file", mode: mode)
        if mode & 0o020 != 0, !TemporaryFolder.share(path) {
            try Test.cancel("only root gives a file to a group")
        }
        let said = try #require(refusal(path))
        #expect(
            said.hasPrefix("cannot trust \(path): it can be written by \(who), who could act as "), "\(said)")
        #expect(said.contains("Do: chmod \(whose)-w \(path)"), "\(said)")
        #expect(throws: SystemError.self) { _ = try FileTrust().open(path) }
    }

    @Test(arguments: [UInt32(0o707), 0o775, 0o702])
    func `refuses what lies in a folder that others may write, however far up and behind a link`(
        mode: UInt32
    ) throws {
        let open = try made("open", mode: mode)
        if mode & 0o002 == 0, !TemporaryFolder.share(open) {
            try Test.cancel("only root gives a folder to a group")
        }
        #expect(unsafe mkdir(open + "/own", 0o700) == 0)
        try folder.write("x", to: "open/own/file")
        #expect(unsafe mkdir(folder.path("safe"), 0o700) == 0)
        try folder.link("../open/own/file", as: "safe/link")
        for name in ["open/own/file", "safe/link", "safe/../open/own/file"] {
            let said = try #require(refusal(folder.path(name)))
            let whose = mode & 0o002 == 0 ? "g" : "o"
            #expect(
                said.contains("\(open) can be written by") && said.contains("chmod \(whose)-w \(open)"),
                "\(said)")
        }
    }

    @Test func `a folder that is everybody's and keeps each his own is judged by whose the file is`() throws {
        let shared = try made("shared", mode: 0o1777)
        let path = try folder.write("x", to: "shared/file")
        #expect(refusal(path) == nil)
        // Anybody may give a file of ours a second name there.
        try folder.write("x", to: "elsewhere")
        #expect(unsafe link(folder.path("elsewhere"), shared + "/planted") == 0)
        #expect(refusal(shared + "/planted")?.contains("another name elsewhere") == true)
        try folder.write("x", to: "shared/writable", mode: 0o666)
        #expect(refusal(shared + "/writable")?.contains("written by everybody") == true)
    }

    @Test func `refuses what belongs to another, the file, its folder or a link, and says whose it is`()
        throws
    {
        let path = try folder.write("x", to: "file", mode: 0o755)
        // Seen by another user everything of ours is another's; root's is not.
        guard getuid() == 0 else {
            #expect(refusal(path, FileTrust(groups: [], user: getuid() + 1))?.contains("belongs to") == true)
            return
        }
        let stranger: UInt32 = 61_234
        for name in ["file", "folder/file", "link"] {
            let folder = try TemporaryFolder("trust")
            #expect(unsafe mkdir(folder.path("folder"), 0o755) == 0)
            try folder.write("x", to: "file", mode: 0o755)
            try folder.write("x", to: "folder/file", mode: 0o755)
            try folder.link("file", as: "link")
            #expect(refusal(folder.path(name)) == nil)
            let theirs = folder.path(name == "folder/file" ? "folder" : name)
            #expect(unsafe lchown(theirs, stranger, stranger) == 0)
            let said = try #require(refusal(folder.path(name)))
            #expect(said.contains("belongs to 61234, who could act as root"), "\(said)")
            // Not to make it ours: whoever put it there knows what is in it.
            #expect(said.hasSuffix("Do: look into it and use a copy of your own"), "\(said)")
            // Themselves they may trust.
            #expect(refusal(folder.path(name), FileTrust(groups: [], user: stranger)) == nil)
        }
    }

    @Test func `a group that is named is trusted, but by root no group is`() throws {
        let open = try made("ops", mode: 0o2775)
        let path = try folder.write("x", to: "ops/file", mode: 0o664)
        guard TemporaryFolder.share(open), TemporaryFolder.share(path) else {
            try Test.cancel("only root gives a file to a group")
        }
        #expect(unsafe chmod(open, 0o2775) == 0)
        let group = "users"
        let strict = FileTrust(groups: ["no-such-group"], user: somebody)
        let said = try #require(refusal(path, strict))
        #expect(said.contains("\(open) can be written by its group \(group)"), "\(said)")
        #expect(said.contains("or name the group in trusted_groups"))
        #expect(refusal(path, FileTrust(groups: [group], user: somebody)) == nil)
        #expect(refusal(path, FileTrust(groups: [group], user: 0)) != nil)
        #expect(unsafe chmod(path, 0o666) == 0)
        #expect(refusal(path, FileTrust(groups: [group], user: somebody))?.contains("everybody") == true)
        // The config's own word does not count for itself.
        let file = try Files.open(path)
        let faults = try FileTrust(groups: [group], user: somebody).faults(in: file, of: path)
        #expect(faults.count == 1 && !faults[0].description.contains("trusted_groups"), "\(faults)")
        #expect(faults[0].isDistrust && !faults[0].description.contains("sudo"), "\(faults)")
    }

    @Test func `a group that a config names in itself owns neither the config nor what leads to it`() throws {
        // The owner is in the group: daemon, or who runs the tests; it is judged for another user.
        let isRoot = getuid() == 0
        let owner = isRoot ? 1 : getuid()
        let primary = try #require(unsafe getpwuid(owner)?.pointee.pw_gid)
        let name = try #require(unsafe getgrgid(primary).map { unsafe String(cString: $0.pointee.gr_name) })
        let members = FileTrust(groups: [name], user: owner + 4000)
        let itself = FileTrust(groups: [name], user: owner + 4000, isOfOwners: false)
        for theirs in ["link", "theirs", "theirs/file"] {
            let folder = try TemporaryFolder("trust")
            #expect(unsafe mkdir(folder.path("theirs"), 0o755) == 0)
            for path in ["file", "theirs/file"] { try folder.write("x", to: path, mode: 0o644) }
            try folder.link("file", as: "link")
            if isRoot { #expect(unsafe lchown(folder.path(theirs), owner, primary) == 0) }
            let path = folder.path(theirs == "theirs" ? "theirs/file" : theirs)
            #expect(refusal(path, members) == nil)
            let said = try #require(refusal(path, itself), "\(theirs)")
            #expect(said.contains("belongs to") && said.hasSuffix("use a copy of your own"), "\(said)")
        }
        guard isRoot else { return }
        // What the group may write is as root made it, but for a second name of another file.
        let team = try made("team", mode: 0o2775)
        #expect(unsafe chown(team, 0, primary) == 0 && chmod(team, 0o2775) == 0)
        let path = try folder.write("x", to: "team/file", mode: 0o644)
        #expect(refusal(path, itself) == nil)
        #expect(unsafe link(path, folder.path("team/second")) == 0)
        #expect(refusal(path, itself)?.contains("another name elsewhere") == true)
    }

    @Test func `what is not there or goes round in links is an error, and no distrust`() throws {
        try folder.link("round", as: "round")
        for name in ["none", "round", "none/file"] {
            do throws(SystemError) {
                try FileTrust().check(folder.path(name))
                Issue.record("\(name) was found")
            } catch {
                #expect(!error.isDistrust && error.code != 0, "\(error)")
            }
        }
        #expect(throws: SystemError.self) { _ = try FileTrust().open(folder.path) }
    }
}
