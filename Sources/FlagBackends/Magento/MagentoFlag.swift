package import FeatureFlags
import Monitoring
import Platform
import Text

/// A flag of the store's configuration: its name, the path of its setting and where in the store it holds.
package struct MagentoFlag: Hashable, Sendable {
    package var name: String
    package var path: String
    package var scope: FlagScope

    package init(name: String, path: String, scope: FlagScope = .all) {
        self.name = name
        self.path = path
        self.scope = scope
    }

    /// Its value here, from the narrowest scope that has one (store view, website, default).
    func value(
        _ look: inout SettingsLook, _ table: StoredSettings?
    ) async throws(ReadFailure) -> (shown: ShownSetting, from: FlagScope) {
        var scope = scope
        while true {
            let shown = try await look.value(of: path, in: scope)
            guard case .empty = shown, scope.level != .all else { return (shown, scope) }
            guard scope.level == .storeView else {
                scope = .all
                continue
            }
            let view = table?.storeViews.first { ExactName.same($0.code, scope.code) }
            guard let view else {
                let whose = table == nil ? "name a database to tell" : "no such store view"
                return (
                    .unknown("it has no value of its own, and its website is not known: \(whose)"), scope
                )
            }
            scope = FlagScope(.website, view.website)
        }
    }

    /// Rows of scopes inside this one.
    func narrower(_ table: StoredSettings) -> [(scope: FlagScope, row: StoredSettings.Row)] {
        table.rows.compactMap { row in
            guard ExactName.same(row.path, path), let level = FlagScope.Level(rawValue: row.scope),
                let code = row.code, level != .all
            else { return nil }
            switch (scope.level, level) {
            case (.all, _): break
            case (.website, .storeView) where row.website.map { ExactName.same($0, scope.code) } == true:
                break
            default: return nil
            }
            return (FlagScope(level, code), row)
        }
    }

    /// When the row that decides was last written; nil where another place than the table does.
    func changed(_ table: StoredSettings, from scope: FlagScope, _ shown: ShownSetting) -> WallTime? {
        let row = table.rows.first { row in
            ExactName.same(row.path, path) && row.scope == scope.level.rawValue
                && ExactName.same(row.code ?? "", scope.code)
        }
        guard let row else { return nil }
        switch shown {
        case .value(let text): return ExactName.same(row.value ?? "", text) ? row.updated : nil
        case .empty: return (row.value ?? "").isEmpty ? row.updated : nil
        case .zeroOrNothing, .unknown, .failed: return nil
        }
    }

    func reading(_ shown: ShownSetting, backend: String) throws(ReadFailure) -> FlagReading {
        var flag = FlagReading(name: name, backend: backend, value: .off, variants: ["1", "0"], revision: "")
        flag.scope = scope
        flag.value = Self.value(shown)
        if case .variant = flag.value { flag.fixedReason = "its value is not 1 or 0" }
        let text =
            switch shown {
            case .value(let text): "=\(text)"
            case .empty: ""
            case .zeroOrNothing, .unknown, .failed: "?"
            }
        do throws(SystemError) {
            let whole = "\(scope.text) \(path)\(text)"
            flag.revision = String(try Hash.sha256(Array(whole.utf8)).prefix(16))
        } catch {
            throw ReadFailure(.unusable, Sanitizer.line("\(error)"))
        }
        return flag
    }

    /// Magento takes a yes-or-no setting that nothing gives a value for no (`magento.md` 5.1: no row, no file and
    /// no module's config.xml, all of which the command has looked at).
    static func value(_ shown: ShownSetting) -> FlagValue {
        switch shown {
        case .value("1"): .on
        case .value("0"), .empty: .off
        case .value(let text):
            .variant(text.allSatisfy { $0 == "*" } ? "encrypted" : Sanitizer.line(text, maxBytes: 200))
        case .zeroOrNothing: .unknown("config:show says the same of 0 and of nothing")
        case .unknown(let why), .failed(let why): .unknown(why)
        }
    }
}
