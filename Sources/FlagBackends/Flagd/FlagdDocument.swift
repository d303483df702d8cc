import Documents
import FeatureFlags
import Platform
import Text

/// A flagd file as text, what its flags mean and whether flagd would take it (flagd schema v0; `apis.md` 4.6).
struct FlagdDocument {
    let bytes: [UInt8]
    let name: String
    let format: Edit.Format
    /// Of two with one key the later one counts, as it does for flagd.
    let flags: [FlagdFlag]
    /// Why flagd refuses the whole file, and the flag at fault where it is one; nil when it takes it.
    let refusal: (why: String, flag: String?)?
    /// Elements of the list without a key: flagd takes them, and nothing can name them.
    let nameless: Int

    /// JSON or YAML by the name's ending, as flagd has it. Throws for text that is neither, and for a document
    /// without `flags`.
    init(_ bytes: [UInt8], name: String) throws(DocumentError) {
        self.bytes = bytes
        self.name = name
        format = name.hasSuffix(".json") ? .json : .mergingYAML
        let root =
            switch format {
            case .json: try JSON.read(bytes, name: name)
            default: try YAML.read(bytes, name: name, merges: true)
            }
        let held = root.field("flags")
        let top = held?.key ?? "flags"
        guard let list = held?.value, list.members != nil || list.elements != nil else {
            let place = held?.value.place ?? root.place
            throw DocumentError(
                name: name, at: place, message: "expected the key flags with a mapping or a list")
        }
        var flags: [FlagdFlag] = []
        for member in list.members ?? [] {
            flags.append(
                FlagdFlag(
                    key: member.key, node: member.value, path: [top, member.key], format: format))
        }
        var places: [ExactName: Int] = [:]
        var nameless = 0
        for (index, element) in (list.elements ?? []).enumerated() {
            let flag = FlagdFlag(
                key: element["key"]?.string ?? "", node: element, path: [top, String(index)],
                format: format)
            if flag.key.isEmpty, flag.mistake == nil {
                nameless += 1
            } else if !flag.key.isEmpty, let place = places[ExactName(flag.key)] {
                flags[place] = flag
            } else {
                places[ExactName(flag.key)] = flags.count
                flags.append(flag)
            }
        }
        self.nameless = nameless
        refusal = Self.refusal(root, flags)
        self.flags = flags.filter { !$0.key.isEmpty }
    }

    func readings(backend: String) throws(SystemError) -> [FlagReading] {
        var readings: [FlagReading] = []
        for flag in flags {
            var reading = FlagReading(
                name: flag.key, backend: backend, value: flag.value, variants: flag.variants.map(\.key),
                revision: String(try Hash.sha256(flag.meaning).prefix(16)))
            reading.fixedReason = flag.fixedReason
            reading.acceptance = .accepted
            if let (why, culprit) = refusal {
                // What stands there is not what flagd serves: it goes on with what it had.
                reading.value = .unknown("flagd refuses the file")
                reading.acceptance = .refused(
                    Self.sentence(why), isOwnFault: culprit.map { ExactName.same($0, flag.key) } ?? false)
            }
            readings.append(reading)
        }
        return readings
    }

    func flag(_ key: String) -> FlagdFlag? { flags.first { ExactName.same($0.key, key) } }

    /// The text with the default variant of `flag` replaced and every other byte kept.
    func setting(_ flag: FlagdFlag, to variant: String) throws(DocumentError) -> [UInt8] {
        try Edit.replaceScalar(
            in: bytes, at: flag.defaultPath, with: .string(variant), format: format, name: name)
    }

    static func sentence(_ why: String) -> String {
        Sanitizer.line("flagd refuses the file: \(why)", maxBytes: 300)
    }

    /// What flagd checks before it takes a file (`configToFlagDefinition`, `transposeEvaluators`,
    /// `validateDefaultVariants`); what its JSON Schema says besides is a warning in its log only.
    private static func refusal(_ root: Node, _ flags: [FlagdFlag]) -> (why: String, flag: String?)? {
        for flag in flags {
            if let mistake = flag.mistake {
                let name = flag.key.isEmpty ? "an element of the list" : flag.key
                return ("\(name) \(mistake)", flag.key)
            }
        }
        if let metadata = root["metadata"], !metadata.isNull, metadata.members == nil {
            return ("its metadata is \(metadata.kind), not a mapping", nil)
        }
        guard let rules = root["$evaluators"], !rules.isNull else { return nil }
        guard let members = rules.members else {
            return ("its $evaluators is \(rules.kind), not a mapping", nil)
        }
        let empty = members.first { $0.value.members?.isEmpty == true || $0.value.elements?.isEmpty == true }
        return empty.map { ("its evaluator \($0.key) is empty", nil) }
    }
}
