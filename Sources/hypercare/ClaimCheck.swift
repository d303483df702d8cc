import Configuration
import FeatureFlags
import FlagBackends
import Monitoring
import Platform
import Probes
import Text

/// What a config says of this machine, asked without a server: its time zones, files, programs, patterns and flags.
struct ClaimCheck {
    /// What is not so. What may be there later, or on another machine, is a warning.
    enum Finding {
        case mistake(String)
        case warning(String)
    }

    private let trust: FileTrust
    private let now: WallTime

    init(groups: [String], now: WallTime) {
        trust = FileTrust(groups: groups)
        self.now = now
    }

    func findings(_ claim: Claim) -> [Finding] {
        do {
            switch claim.kind {
            case .timeZone(let zone): return Self.zone(zone, now).map { [$0] } ?? []
            case .group(let name):
                return FileTrust.knows(group: name) ? [] : [.mistake("this machine has no such group")]
            case .pattern(let text): _ = try LinePattern(text)
            case .template(let text): _ = try LineTemplate(text)
            case .logFormat(let text): _ = try NginxFormat(text)
            case .passwordFile(let path): _ = try SecretReader.file(path, trusting: trust)
            case .variable(let name):
                if Environment.ofProcess[name] == nil { return [.warning("this variable is not set here")] }
            case .certificates(let path): return try certificates(path)
            case .log(let path): _ = try Files.open(path, links: .followed)
            case .folder(let path):
                let facts = try Files.facts(path, links: .followed)
                if facts == nil { return [.warning("there is no folder \(path) on this machine")] }
                if facts?.kind != .directory { return [.mistake("\(path) is no folder")] }
            case .link(let path):
                if try Files.facts(path) == nil {
                    return [.warning("there is no link \(path) on this machine")]
                }
                if try Files.link(path) == nil { return [.mistake("\(path) is no link")] }
            case .socket(let path):
                if try Files.facts(path, links: .followed) == nil {
                    return [.warning("there is no socket \(path) on this machine")]
                }
            case .fileToBe(let path):
                let folder = path.lastIndex(of: "/").map { String(path[..<$0]) + "/." } ?? "/."
                if try Files.facts(folder) == nil {
                    return [.warning("there is no folder for \(path) on this machine")]
                }
            case .flagFile(let path): return try flagFile(path)
            case .flag(let name, let places): return unknownFlag(name, places)
            case .program(let words, let isOfSecret): return try program(words, isOfSecret)
            }
            return []
        } catch let error as SystemError where error.code == SystemError.notFound {
            return [.warning(absent(claim, error))]
        } catch let error as RuleFailure {
            return [.mistake(error.description)]
        } catch {
            return [.mistake("\(error)")]
        }
    }

    private func absent(_ claim: Claim, _ error: SystemError) -> String {
        switch claim.kind {
        case .program(_, isOfSecret: true): "there is no such program on this machine"
        default:
            error.subject.hasPrefix("/")
                ? "there is no file \(error.subject) on this machine" : "\(error)"
        }
    }

    private static func zone(_ zone: String, _ now: WallTime) -> Finding? {
        if (try? StoreClock.ofSystem(zone, around: now)) != nil { return nil }
        let root = "/usr/share/zoneinfo"
        guard let all = try? Files.names(in: root, startingWith: ""), !all.isEmpty else {
            return .warning("this machine knows no time zones: is tzdata installed?")
        }
        var near: [String] = []
        for part in zone.split(separator: "/").map(String.init) {
            let folder = ([root] + near).joined(separator: "/")
            guard let names = try? Files.names(in: folder, startingWith: ""),
                let name = names.contains(part) ? part : Nearest.to(part, among: names)
            else { break }
            near.append(name)
        }
        let found = near.joined(separator: "/")
        let isZone = !found.isEmpty && (try? StoreClock.ofSystem(found, around: now)) != nil
        return .mistake(
            "there is no such time zone, "
                + (isZone ? "did you mean \(found)?" : "expected one such as Europe/Berlin"))
    }

    private func certificates(_ path: String) throws -> [Finding] {
        let faults = try trust.faults(on: path)
        if !faults.isEmpty { return faults.map { .mistake("\($0)") } }
        let text = String(decoding: try Files.read(path, limit: 4 << 20, links: .followed), as: UTF8.self)
        return text.mentions("-----BEGIN ") ? [] : [.mistake("\(path) holds no certificate in PEM form")]
    }

    private func flagFile(_ path: String) throws -> [Finding] {
        _ = try Files.open(path, links: .followed)
        let file = try FlagdFile(name: "flags", path: path, sweeps: false)
        do {
            let sample = try Blocking.run { try await file.read() }
            let refused = sample.notices.filter { $0.status == .critical }.map { "\(path): \($0.text)" }
            let unknown = sample.flags.compactMap { flag -> String? in
                guard !flag.isRefused, case .unknown(let why) = flag.value else { return nil }
                return "\(path): \(flag.name): \(why)"
            }
            return (refused + unknown).map { .mistake($0) }
        } catch let failure as ReadFailure {
            return [.mistake(failure.message)]
        }
    }

    /// Nothing is said while one of the places cannot be read here.
    private func unknownFlag(_ name: String, _ places: [FlagSettings]) -> [Finding] {
        var known: [String] = []
        for place in places {
            switch place.details {
            case .magento(let magento): known += magento.entries.map(\.flag)
            case .flagd(let settings):
                guard let file = try? FlagdFile(name: place.name, path: settings.path, sweeps: false),
                    let sample = try? Blocking.run({ try await file.read() })
                else { return [] }
                known += sample.flags.map(\.name)
            }
        }
        if known.contains(where: { ExactName.same($0, name) }) { return [] }
        let near = Nearest.to(name, among: known).map { ", did you mean \"\(Sanitizer.line($0))\"?" }
        return [.mistake("there is no such flag" + (near ?? ""))]
    }

    private func program(_ words: [String], _ isOfSecret: Bool) throws -> [Finding] {
        let command = ChildCommand(words, environment: Environment.ofProcess.forChildren(), trust: trust)
        let faults = try command.faults()
        if !faults.isEmpty { return faults.map { .mistake("\($0)") } }
        let path = try command.program()
        guard let facts = try Files.facts(path, links: .followed) else { return [] }
        let name = isOfSecret && words.first?.hasPrefix("/") != true ? "the program" : path
        if facts.kind != .regular { return [.mistake("\(name) is no program")] }
        if facts.mode & 0o111 == 0 {
            return [.mistake("\(name) is not executable. Do: chmod +x \(ShellWord.pasted(path))")]
        }
        return []
    }
}
