import FeatureFlags
import Platform
import Text

/// Where a flag file is once links are followed, and what speaks against changing it there.
struct FlagFilePlace {
    /// As the config has it; it may lead over links.
    let configured: String
    /// Without a link in it.
    let path: String
    let folder: String
    let name: String

    init(_ configured: String) throws(SystemError) {
        self.configured = configured
        path = try Files.realPath(configured)
        (folder, name) = Self.split(path)
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let cut = path.lastIndex(of: "/") else { return (".", path) }
        return (cut == path.startIndex ? "/" : String(path[..<cut]), String(path[path.index(after: cut)...]))
    }

    /// Why no flag in it may be changed by us, as a clause; nil when one may.
    func obstacle(isProduction: Bool) throws(SystemError) -> String? {
        let parts = path.split(separator: "/")
        if parts.contains(where: { $0.hasPrefix("..") }) {
            return "Kubernetes puts the file there and would put it back: change what it comes from"
        }
        guard let facts = try Files.facts(path) else {
            throw SystemError("look at", path, code: SystemError.notFound)
        }
        let user = Identity.effectiveUser
        if user != 0, facts.owner.user != user {
            let owner = Sanitizer.line(Identity.login(of: facts.owner.user), maxBytes: 64)
            return "the file belongs to \(owner), and only \(owner) or root can change it and leave it so"
        }
        do throws(SystemError) {
            try Files.mayWrite(in: folder)
        } catch {
            return Sanitizer.line("\(error)", maxBytes: 200)
        }
        return isProduction ? try cautions().first.map { "\($0.text), and this is production" } : nil
    }

    /// What everybody on the machine may write: the file, its folder, the folder of a link that leads to it.
    func cautions() throws(SystemError) -> [FlagCaution] {
        var cautions: [FlagCaution] = []
        var places = [path, folder]
        let other = Self.split(configured).folder
        if configured != path, !places.contains(other) { places.append(other) }
        for place in places {
            guard let facts = try Files.facts(place, links: .followed), facts.mode & 0o002 != 0 else {
                continue
            }
            // In a sticky folder only the owner of a file moves it.
            if facts.kind == .directory, facts.mode & 0o1000 != 0 { continue }
            let shown = Sanitizer.line(place, maxBytes: 200)
            cautions.append(
                FlagCaution(
                    text: "everybody on this machine may write \(shown)",
                    advice: "Do: chmod o-w \(ShellWord.pasted(place))"))
        }
        return cautions
    }
}
