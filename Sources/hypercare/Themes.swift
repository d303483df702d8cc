import Configuration
import Documents
import Display
import Platform
import Screens

/// The themes that are installed; the default one is compiled in.
enum Themes {
    private static let sizeLimit = 64 << 10

    static func choice(_ person: String?, _ config: String?) -> ThemeChoice {
        switch (person, config) {
        case (ThemeFile.automatic?, _): .nobody
        case (_?, _): .person
        case (nil, let config): config == nil || config == ThemeFile.automatic ? .nobody : .config
        }
    }

    /// The chosen theme first, then the others in the order of F2. A name with a slash is a file.
    static func load(chosen: String?, environment: Environment) throws -> [Theme] {
        var themes = [ThemeFile.standard]
        if let folder = try folder(environment) {
            for name in ["light", "high-contrast", "colour-blind-safe", "mono"] {
                let path = "\(folder)/\(name).yaml"
                guard try Files.facts(path, links: .followed) != nil else { continue }
                if chosen == name {
                    themes.append(try read(chosen: path))
                    continue
                }
                do {
                    themes.append(try read(path))
                } catch let error as SystemError where error.isDistrust {
                    // One that somebody else can write is none of those F2 goes through.
                    continue
                }
            }
        }
        if !themes.contains(where: { $0.name == ThemeFile.mono.name }) { themes.append(ThemeFile.mono) }
        guard let chosen else { return themes }
        if chosen.contains("/") { return [try read(chosen: chosen)] + themes }
        guard let index = themes.firstIndex(where: { $0.name == chosen }) else {
            let names = themes.map(\.name).joined(separator: ", ")
            throw Complaint(
                "there is no theme \(chosen) here, only \(names); a path to a file does too",
                exitCode: ExitCode.usage)
        }
        return Array(themes[index...] + themes[..<index])
    }

    private static func read(chosen path: String) throws -> Theme {
        do {
            return try read(path)
        } catch let error as SystemError where error.isDistrust {
            throw Complaint("\(error)", exitCode: ExitCode.usage)
        }
    }

    private static func read(_ path: String) throws -> Theme {
        let bytes = try FileTrust.withoutConfig.read(path, limit: sizeLimit)
        do {
            return try ThemeFile.read(bytes, name: path)
        } catch {
            throw Complaint(lines: error.problems.map(\.description), exitCode: ExitCode.usage)
        }
    }

    /// Where `make install` puts them, else those of a checkout beside the build folder.
    private static func folder(_ environment: Environment) throws -> String? {
        guard let program = ProgramPath.folder else { return nil }
        let places = [
            program + "/../share/hypercare/themes", program + "/../../../themes", program + "/../../themes",
            "/usr/local/share/hypercare/themes", "/usr/share/hypercare/themes",
        ]
        return try places.first { try Files.facts($0 + "/light.yaml", links: .followed) != nil }
    }
}
