import Testing

@Suite struct ImportTests {
    let tree = SourceTree()

    @Test func `every target imports only what its charter lists`() {
        var seen = 0
        for path in tree.files(below: "Sources", ending: ".swift") {
            let target = String(path.split(separator: "/")[1])
            guard let allowed = ImportTable.allowed[target] else {
                Issue.record("\(path): the target \(target) is not in the table")
                continue
            }
            for module in SourceTree.imports(in: tree.text(path)) {
                seen += 1
                #expect(allowed.contains(module), "\(path) imports \(module)")
            }
        }
        #expect(seen > 5, "the table was held against nothing")
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
