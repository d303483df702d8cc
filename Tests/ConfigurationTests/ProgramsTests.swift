import Configuration
import Documents
import TestSupport
import Testing

struct ProgramsTests {
    @Test func `a program that is started here has its whole path or a plain name`() {
        let wanted = "expected the program's whole path, or a name that is found in PATH"
        func said(_ source: String, _ flags: String = "") -> [String] {
            do {
                _ = try StoreConfigurationTests.read(
                    "environments:\n  shop:\n    sources:\n      one: {\(source)}\n\(flags)")
                return []
            } catch {
                return error.problems.map { "\($0.line):\($0.column): \($0.message)" }
            }
        }
        let paths = "paths: {a.b: dev/grid/async_indexing}"
        let good = "type: command, run: [check]"
        let missing = said(good, "    flags: {f: {type: magento-config, \(paths)}}")
        #expect(
            missing.count == 1 && missing[0].contains("\"command\" is missing, expected the program's whole"))
        for (source, flags) in [
            ("type: command, run: [bin/check]", ""), ("type: command, run: [./check, -x]", ""),
            ("type: command, run: [check], via: [bin/ssh, app1]", ""),
            ("type: log, path: /x, via: [../ssh, app1]", ""),
            ("type: mysql, user: u, database: m, password: {command: [bin/vault]}", ""),
            (good, "    flags: {f: {type: magento-config, command: [bin/magento], \(paths)}}"),
        ] {
            let said = said(source, flags)
            #expect(said.count == 1 && said[0].contains(wanted), "\(source) \(flags): \(said)")
        }
        for (source, flags) in [
            (good, ""), ("type: command, run: [/bin/check]", ""),
            ("type: command, run: [bin/check], via: [ssh, app1]", ""),
            (good, "    flags: {f: {type: magento-config, via: [ssh, app1], \(paths)}}"),
        ] {
            #expect(said(source, flags).isEmpty, "\(source) \(flags)")
        }
    }
}
