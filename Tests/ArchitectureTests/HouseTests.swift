import Testing

@Suite struct HouseTests {
    let tree = SourceTree()

    @Test func `a file over 400 lines has a listed reason`() {
        for folder in ["Sources", "Tests"] {
            for path in tree.files(below: folder, ending: ".swift") {
                let lines = tree.text(path).split(separator: "\n", omittingEmptySubsequences: false).count - 1
                if lines > 400 {
                    #expect(ImportTable.longFiles[path] != nil, "\(path) has \(lines) lines")
                }
            }
        }
        for (path, reason) in ImportTable.longFiles {
            #expect(!reason.isEmpty)
            #expect(!tree.text(path).isEmpty, "\(path) is listed and gone")
        }
    }

    /// Swift 6.3.1 miscompiles statically initialised objects that hold an imported C struct (release only,
    /// silently), so none is ever a stored property or a literal outside the C targets.
    @Test func `no C struct is stored in Swift`() {
        let structs = [
            "termios", "winsize", "stat", "timespec", "timeval", "pollfd", "sigaction", "sockaddr_in",
            "sockaddr_un",
            "sockaddr_in6", "addrinfo", "MYSQL", "MEVENT", "cchar_t", "rlimit", "utsname", "flock", "passwd",
            "tm",
        ]
        for path in tree.files(below: "Sources", ending: ".swift") {
            for line in tree.text(path).split(separator: "\n") {
                let text = line.drop { $0 == " " }
                guard
                    line.hasPrefix("    var ") || line.hasPrefix("    let ") || line.hasPrefix("var ")
                        || line.hasPrefix("let ") || text.hasPrefix("private var")
                        || text.hasPrefix("package var")
                else { continue }
                // Deeper lines are locals, which are not affected.
                guard !line.hasPrefix("        ") else { continue }
                for name in structs {
                    #expect(
                        !line.contains("= \(name)(") && !line.contains(": \(name) ")
                            && !line.hasSuffix(": \(name)"),
                        "\(path): \(line)")
                }
            }
        }
    }

    @Test func `the entry point starts no task, and nothing is on the main actor`() {
        #expect(!tree.text("Sources/hypercare/Main.swift").contains("Task {"))
        #expect(tree.text("Sources/hypercare/Main.swift").contains("launch()"))
        for path in tree.files(below: "Sources", ending: ".swift") {
            let code = tree.text(path).split(separator: "\n").filter {
                !$0.drop { $0 == " " }.hasPrefix("//")
            }
            #expect(!code.contains { $0.contains("@MainActor") || $0.contains("MainActor.run") }, "\(path)")
        }
    }

    /// Under NonisolatedNonsendingByDefault a plain async requirement would run on the engine's actor and
    /// block it.
    @Test func `every async requirement of a port is @concurrent`() {
        let ports = [
            "Sources/Monitoring/Sources/Probe.swift", "Sources/Monitoring/Timestamp.swift",
            "Sources/FeatureFlags/Flag.swift", "Sources/Engine/Ports.swift",
            "Sources/EngineAPI/EngineClient.swift",
        ]
        var found = 0
        for path in ports {
            for line in tree.text(path).split(separator: "\n")
            where line.contains(" async") && line.contains("func ") {
                found += 1
                #expect(line.contains("@concurrent"), "\(path): \(line)")
            }
        }
        #expect(found >= 10)
    }

    @Test func `no trap is written on purpose where data flows`() {
        for path in tree.files(below: "Sources", ending: ".swift") {
            for line in tree.text(path).split(separator: "\n")
            where !line.drop(while: { $0 == " " }).hasPrefix("//") {
                #expect(
                    !line.contains("try!") && !line.contains(" as! ") && !line.contains("fatalError("),
                    "\(path): \(line)")
            }
        }
    }

    @Test func `the top level holds only what the design names`() {
        let wanted: Set = ["Package.swift", "Sources", "Tests", "themes", "README.md", "Makefile", "LICENSE"]
        for name in wanted {
            #expect(tree.exists(name), "\(name) is missing")
        }
        // What starts with a dot is the tools'.
        #expect(tree.topLevel.filter { !$0.hasPrefix(".") && !wanted.contains($0) } == [])
    }
}
