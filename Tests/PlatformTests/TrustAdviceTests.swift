import Glibc
import TestSupport
import Testing

@testable import Platform

/// Who else may write is told apart by access lists and groups of one, and what is advised helps.
@Suite(.timeLimit(.minutes(1))) struct TrustAdviceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("advice") }

    private func faults(_ path: String, _ trust: FileTrust = FileTrust()) throws -> [String] {
        try trust.faults(on: path).map(\.description)
    }

    /// An access list as the kernel keeps it.
    private func list(_ entries: [(tag: UInt8, rights: UInt8, id: UInt32)]) -> [UInt8] {
        var bytes: [UInt8] = [2, 0, 0, 0]
        for entry in entries {
            bytes += [entry.tag, 0, entry.rights, 0]
            for shift in [UInt32(0), 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: entry.id >> shift)) }
        }
        return bytes
    }

    /// Of the owner, `people`, the file's group, the mask and all others.
    private func give(
        _ people: [(tag: UInt8, rights: UInt8, id: UInt32)], group: UInt8 = 4, mask: UInt8, other: UInt8 = 4,
        to name: String
    ) throws -> String {
        let path = try folder.write("x", to: name)
        let users = people.filter { $0.tag == 2 }
        let groups = people.filter { $0.tag == 8 }
        var all: [(tag: UInt8, rights: UInt8, id: UInt32)] = [(1, 6, .max)]
        all += users
        all.append((4, group, .max))
        all += groups
        all += [(16, mask, .max), (32, other, .max)]
        guard folder.set("system.posix_acl_access", list(all), on: name) else {
            try Test.cancel("this file system keeps no access lists")
        }
        return path
    }

    @Test func `an access list that lets nobody else write is no matter`() throws {
        // Whom flagd reads as; one whom the mask holds back; ourselves and root.
        #expect(try faults(give([(2, 4, 4001)], mask: 4, to: "reads")) == [])
        #expect(try faults(give([(2, 6, 4001)], mask: 4, to: "masked")) == [])
        // The group's bits are the mask here, and say w.
        let path = try give([(2, 6, getuid()), (2, 6, 0), (2, 4, 4001)], mask: 6, to: "ours")
        #expect(try Files.facts(path)?.mode == 0o664)
        #expect(try faults(path) == [])
    }

    @Test func `whom an access list lets write is named, and held back without touching the others`() throws {
        let path = try give(
            [(2, 7, 4001), (2, 4, 4002), (8, 6, 4003)], group: 6, mask: 7, other: 6, to: "open")
        if !TemporaryFolder.share(path) { try Test.cancel("only root gives a file to a group") }
        let said = try faults(path)
        #expect(
            said.count == 1
                && said[0].contains(
                    "can be written by 4001, its group users, the group 4003 and everybody, who could"),
            "\(said)")
        #expect(
            said[0].hasSuffix(
                "Do: setfacl -n -m u:4001:r-x,g::r--,g:4003:r-- \(path) && chmod o-w \(path)"), "\(said)")
    }

    @Test func `the group of one user is that user`() throws {
        guard getuid() == 0, let daemon = unsafe getpwnam("daemon"), let group = unsafe getgrnam("daemon"),
            unsafe daemon.pointee.pw_gid == group.pointee.gr_gid
        else { try Test.cancel("only root gives a file to a group, and daemon is to have its own") }
        let user = unsafe daemon.pointee.pw_uid
        let path = try folder.write("x", to: "file", mode: 0o664)
        // Of root's own group, as a umask of 002 leaves it.
        #expect(try faults(path) == [])
        #expect(unsafe chown(path, 0, group.pointee.gr_gid) == 0)
        #expect(try faults(path, FileTrust(groups: [], user: user)) == [])
        #expect(try faults(path).count == 1)
        #expect(try faults(path, FileTrust(groups: [], user: user + 4000)).count == 1)
        // Whose own it is may own nothing of what a config needs, and writes it as little.
        #expect(try faults(path, FileTrust(groups: ["daemon"], user: user + 4000)) == [])
        // The group of nobody has no user of its name.
        if unsafe getgrgid(65534) != nil {
            #expect(unsafe chown(path, 0, 65534) == 0)
            #expect(try faults(path, FileTrust(groups: [], user: 65534)).count == 1)
        }
    }

    @Test(arguments: [
        "with space", "it's", "$(touch x)", "a;b&c|d", "tab\tnewline\n", "größe", "no\u{A0}blank",
        "back\\slash",
        "flip\u{202E}ped", "~home*?[", "\u{200B}\u{FE0F}'mixed'\u{7}",
    ])
    func `what is to be pasted is the path, whatever is in it`(name: String) async throws {
        let path = try folder.write("x", to: name, mode: 0o666)
        let said = try #require(faults(path).first)
        let command = try #require(said.split(separator: ". Do: ").last.map(String.init))
        #expect(command.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "\(command)")
        let result = try await ChildProcess.run(
            ChildCommand(
                ["bash", "-c", command], environment: ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]),
            deadline: .seconds(20), outputCap: 4096)
        #expect(result.end == .exited(0), "\(command): \(String(decoding: result.error, as: UTF8.self))")
        #expect(try Files.facts(path)?.mode == 0o664)
    }

    @Test func `all that is wrong on the way is told at once`() throws {
        for name in ["a", "a/b"] {
            #expect(unsafe mkdir(folder.path(name), 0o700) == 0 && chmod(folder.path(name), 0o707) == 0)
        }
        let path = try folder.write("x", to: "a/b/file", mode: 0o606)
        let said = try faults(path)
        #expect(said.count == 3, "\(said)")
        for (fault, place) in zip(said, ["a", "a/b", "a/b/file"]) {
            #expect(fault.hasSuffix("Do: chmod o-w \(folder.path(place))"), "\(fault)")
        }
    }

    @Test(.enabled(if: getuid() == 0, "only root can give a file away"))
    func `what another owns is advised by what it is and by whether its owner has a name`() throws {
        let path = try folder.write("#!/bin/sh\n", to: "check", mode: 0o755)
        #expect(unsafe chown(path, 1, 1) == 0)
        let name = Identity.login(of: 1)
        func told(_ trust: FileTrust) throws -> String { try #require(faults(path, trust).first) }
        let copy = "Do: look into it and use a copy of your own"
        // A certificate, and what is started; for root no group counts.
        #expect(
            try told(FileTrust(groups: [], user: 4242)).hasSuffix(
                ", or name a group of \(name) in trusted_groups"))
        #expect(try told(FileTrust()).hasSuffix(copy))
        let run = ", or run it as its user: [sudo, -n, -u, \(name)] before it, in via where there is one"
        #expect(try told(FileTrust().ofPrograms()).hasSuffix(copy + run))
        // A theme and the config.
        #expect(try told(FileTrust.withoutConfig).hasSuffix(copy))
        #expect(try told(FileTrust(writers: ["users"])).hasSuffix(copy))
        // sudo knows no user without a name, nor does a group.
        #expect(unsafe chown(path, 61_234, 61_234) == 0)
        #expect(try told(FileTrust(groups: [], user: 4242).ofPrograms()).hasSuffix(copy))
        // Whose mode only its owner changes.
        #expect(unsafe chown(path, 0, 0) == 0 && chmod(path, 0o757) == 0)
        #expect(try told(FileTrust(groups: [], user: 4242)).hasSuffix("Do: as root, chmod o-w \(path)"))
    }
}
