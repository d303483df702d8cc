import Platform
import TestSupport
import Testing

/// The file that is installed: what the loader and the kernel are told of it.
@Suite(.enabled(if: Program.isRelease, "only the release build is installed"))
struct BinaryTests {
    private let elf: ELFFile

    init() throws { elf = try ELFFile(Files.read(Program.path, limit: 128 << 20)) }

    @Test func `libraries come from where the system keeps them`() {
        #expect(elf.dynamic[.runPath] == nil && elf.dynamic[.rPath] == nil)
    }

    @Test func `every address is resolved before it begins, and read-only from then on`() {
        #expect(elf.isPositionIndependent)
        #expect(elf.segments[.relro] != nil)
        #expect((elf.dynamic[.flags] ?? 0) & 8 != 0, "DF_BIND_NOW")
        #expect(elf.segments[.stack].map { $0 & 1 } == 0, "a stack that may be executed")
        #expect(elf.segments.loaded.allSatisfy { $0 & 3 != 3 }, "code that may be written")
    }

    @Test func `the C targets are built with the checks of compiler and library`() {
        #expect(elf.imports.contains("__stack_chk_fail"))
        #expect(elf.imports.contains { $0.hasSuffix("_chk") })
    }

    @Test func `a library that lies beside the binary is none of ours`() async throws {
        let folder = try TemporaryFolder("beside")
        let program = folder.path("hypercare")
        _ = try await ChildProcess.run(
            ChildCommand(["/bin/cp", Program.path, program]), deadline: .seconds(10))
        for name in ["libcurl.so.4", "libcrypto.so.3", "libmariadb.so.3", "libpcre2-8.so.0"] {
            _ = try folder.write("no library\n", to: name)
        }
        let config = try folder.write(
            """
            environments:
              shop: {sources: {mq: {type: rabbitmq, url: "http://127.0.0.1:1", user: u, password: {env: P}}}}

            """, to: "config.yaml", mode: 0o600)
        let result = try await ChildProcess.run(
            ChildCommand(
                [program, "doctor", "--config", config],
                environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "P": "x", "LANG": "C.UTF-8"],
                directory: folder.path),
            deadline: .seconds(30))
        let said = String(decoding: result.output + result.error, as: UTF8.self)
        #expect(said.contains("nobody listens there (connection refused)"), "\(said)")
    }
}

/// What of an ELF file of 64 bits the loader reads.
struct ELFFile {
    enum Tag: UInt64 {
        case rPath = 15
        case runPath = 29
        case flags = 30
        case strings = 5
        case symbols = 6
    }

    enum Kind: UInt32 {
        case load = 1
        case dynamic = 2
        case stack = 0x6474_e551
        case relro = 0x6474_e552
    }

    /// Flags of the segments that are there once.
    struct Segments {
        fileprivate(set) var single: [Kind: UInt32] = [:]
        /// Those of each that is mapped.
        fileprivate(set) var loaded: [UInt32] = []
        subscript(kind: Kind) -> UInt32? { single[kind] }
    }

    private(set) var dynamic: [Tag: UInt64] = [:]
    private(set) var segments = Segments()
    private(set) var imports: Set<String> = []
    let isPositionIndependent: Bool

    init(_ bytes: [UInt8]) throws {
        func number(_ place: Int, _ size: Int) -> UInt64 {
            bytes[place..<place + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        guard bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]) else {
            throw SystemError("read", Program.path, detail: "no ELF file of 64 bits")
        }
        isPositionIndependent = number(16, 2) == 3
        var maps: [(address: UInt64, offset: UInt64, size: UInt64)] = []
        var table = 0..<0
        for index in 0..<Int(number(56, 2)) {
            let start = Int(number(32, 8)) + index * 56
            guard let kind = Kind(rawValue: UInt32(number(start, 4))) else { continue }
            let flags = UInt32(number(start + 4, 4))
            let (offset, size) = (number(start + 8, 8), number(start + 32, 8))
            switch kind {
            case .load:
                segments.loaded.append(flags)
                maps.append((number(start + 16, 8), offset, size))
            case .dynamic: table = Int(offset)..<Int(offset + size)
            case .stack, .relro: segments.single[kind] = flags
            }
        }
        for place in stride(from: table.lowerBound, to: table.upperBound, by: 16) {
            if let tag = Tag(rawValue: number(place, 8)) { dynamic[tag] = number(place + 8, 8) }
        }
        func offset(_ tag: Tag) -> Int? {
            guard let address = dynamic[tag],
                let map = maps.first(where: { $0.address <= address && address < $0.address + $0.size })
            else { return nil }
            return Int(address - map.address + map.offset)
        }
        guard let symbols = offset(.symbols), let strings = offset(.strings) else { return }
        // Its symbols end where their names begin, or the hash table before those.
        for place in stride(from: symbols + 24, to: symbols + 24 * 4000, by: 24) {
            let name = strings + Int(number(place, 4))
            guard name < bytes.count, bytes[place + 5] <= 3 else { break }
            if number(place + 6, 2) == 0 {
                imports.insert(String(decoding: bytes[name...].prefix { $0 != 0 }, as: UTF8.self))
            }
        }
    }
}
