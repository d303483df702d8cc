import Documents

/// Whether flags are named once, and what an integration calls a flag is one.
struct FlagCheck {
    private let places: [FlagSettings]

    init(_ places: [FlagSettings]) { self.places = places }

    func check(_ environment: Node, _ reading: inout Reading) {
        for integration in environment["integrations"]?.members ?? [] {
            for flag in integration.value["flags"]?.elements ?? [] {
                guard let name = flag.text else { continue }
                if places.isEmpty {
                    reading.missing(
                        "there is no such flag: `flags` of this environment names no place of flags",
                        at: flag.place, in: environment)
                } else {
                    reading.claim(.flag(name, places), at: flag.place)
                }
            }
        }
        for place in environment["flags"]?.members ?? [] { checkSettings(place.value["paths"], &reading) }
    }

    /// One setting under two names would be two flags that switch each other.
    private func checkSettings(_ paths: Node?, _ reading: inout Reading) {
        var known: [String: String] = [:]
        for member in paths?.members ?? [] {
            guard let path = member.value["path"]?.text ?? member.value.text else { continue }
            let scope = member.value["scope"]
            let parts = [path, scope?.text ?? scope?["scope"]?.text ?? "", scope?["code"]?.text ?? ""]
            let key = parts.joined(separator: " ")
            if known[key] != nil {
                reading.note("another flag above is this setting already", at: member.value.place)
            }
            known[key] = member.key
        }
    }
}
