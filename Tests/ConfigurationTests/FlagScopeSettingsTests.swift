import Configuration
import Documents
import FeatureFlags
import Testing

@Suite struct FlagScopeSettingsTests {
    private func read(_ paths: String, database: String = "magento-db") throws -> MagentoConfigSettings {
        let text = """
            environments:
              shop:
                sources:
                  magento-db: {type: mysql, user: u, database: m, password: {env: P}}
                  app1: {type: log, path: /var/log/x}
                flags:
                  store: {type: magento-config, via: [ssh, a], database: \(database), paths: \(paths)}
            """
        let shop = try #require(try StoreConfigurationTests.read(text).environment("shop"))
        guard case .magento(let settings)? = shop.flags.first?.details else { throw NoSettings() }
        return settings
    }

    private struct NoSettings: Error {}

    @Test(arguments: [
        ("a/b/c", FlagScope.all), ("{path: a/b/c}", .all), ("{path: a/b/c, scope: default}", .all),
        ("{path: a/b/c, scope: websites/base}", FlagScope(.website, "base")),
        ("{path: a/b/c, scope: stores/de}", FlagScope(.storeView, "de")),
        ("{path: a/b/c, scope: {scope: stores, code: de}}", FlagScope(.storeView, "de")),
        ("{path: a/b/c, scope: {scope: default}}", .all),
    ])
    func `a flag has a scope, the default where none is said`(entry: String, scope: FlagScope) throws {
        let settings = try read("{cod: \(entry)}")
        #expect(settings.entries == [.init(flag: "cod", path: "a/b/c", scope: scope)])
        #expect(settings.database == "magento-db")
    }

    @Test(arguments: [
        "{path: a/b/c, scope: stores}", "{path: a/b/c, scope: default/x}", "{path: a/b/c, scope: groups/de}",
        "{path: a/b/c, scope: stores/--x}", "{path: a/b/c, scope: {scope: stores}}", "{scope: stores/de}",
        "{path: a/b/c, scope: {scope: default, code: de}}", "{path: a/b/c, scope: stores/d/e}",
    ])
    func `what is no scope is a mistake`(entry: String) {
        #expect(throws: StoreConfiguration.Failure.self) { try read("{cod: \(entry)}") }
    }

    @Test(arguments: ["app1", "nowhere"])
    func `the database is a source of type mysql`(name: String) {
        #expect {
            try read("{cod: a/b/c}", database: name)
        } throws: { error in
            let problems = (error as? StoreConfiguration.Failure)?.problems ?? []
            return problems.map(\.message) == [
                "this is no source of type mysql, there is magento-db"
            ]
        }
    }
}
