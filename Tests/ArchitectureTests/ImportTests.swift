import Testing

@Suite struct ImportTests {
    let tree = SourceTree()

    @Test func `every target imports only what its charter lists`() {
        var seen: [String: Set<String>] = [:]
        var count = 0
        for path in tree.files(below: "Sources", ending: ".swift") {
            let target = String(path.split(separator: "/")[1])
            guard let allowed = ImportTable.allowed[target] else {
                Issue.record("\(path): the target \(target) is not in the table")
                continue
            }
            for module in SourceTree.imports(in: tree.text(path)) {
                count += 1
                seen[target, default: []].insert(module)
                #expect(allowed.contains(module), "\(path) imports \(module)")
            }
        }
        // As large as the house: a reader of imports that finds few of them proves nothing.
        #expect(count > 400)
        for (target, allowed) in ImportTable.allowed {
            let unused = allowed.subtracting(seen[target] ?? [])
            #expect(unused.isEmpty, "\(target) may import what no file of it does")
        }
    }

    @Test func `the manifest declares what the table allows, and the table knows every folder`() {
        let declared = SourceTree.dependencies(inManifest: tree.text("Package.swift"))
        let system: Set = ["Glibc", "Synchronization"]
        for (target, allowed) in ImportTable.allowed {
            #expect(declared[target] == allowed.subtracting(system), "\(target)")
        }
        let folders = Set(tree.files(below: "Sources", ending: ".swift").map { $0.split(separator: "/")[1] })
        #expect(folders == Set(ImportTable.allowed.keys.map { Substring($0) }))
    }

    @Test func `the table has no cycle`() {
        var done: Set<String> = []
        func visit(_ target: String, path: [String]) {
            if path.contains(target) {
                Issue.record("cycle: \((path + [target]).joined(separator: " → "))")
                return
            }
            if done.contains(target) { return }
            for next in ImportTable.allowed[target] ?? [] { visit(next, path: path + [target]) }
            done.insert(target)
        }
        for target in ImportTable.allowed.keys.sorted() { visit(target, path: []) }
        #expect(done.count >= ImportTable.allowed.count)
    }

    @Test(arguments: [
        ("package import Monitoring", "Monitoring"), ("@testable import Engine", "Engine"),
        ("import struct Glibc.timespec", "Glibc"), ("@preconcurrency package import CTerm", "CTerm"),
        ("private import Text // why", "Text"),
    ])
    func `an import is found in any spelling`(line: String, module: String) {
        #expect(SourceTree.imports(in: line) == [module])
    }

    @Test func `nothing but FlagBackends and the demo stands behind the port that changes production`() {
        for path in tree.files(below: "Sources", ending: ".swift") {
            let conforms = tree.text(path).split(separator: "\n").contains { line in
                line.contains(": FlagBackend")
                    && (line.contains("struct") || line.contains("actor") || line.contains("class"))
            }
            if conforms {
                #expect(
                    path.hasPrefix("Sources/FlagBackends/") || path.hasPrefix("Sources/DemoStore/"),
                    "\(path) is a FlagBackend")
            }
        }
    }
}
