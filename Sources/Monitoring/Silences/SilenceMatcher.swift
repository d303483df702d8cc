import Text

/// Which alerts a silence is about: all that is said must fit. Written `queue:erp.* kind=growing source=rabbit
/// severity=warning`; names are compared as bytes, `*` stands for any text.
package struct SilenceMatcher: Hashable, Sendable, Codable {
    /// `queue:erp.*` of one kind of thing, `erp.*` of any; nil: all.
    package var pattern: String?
    package var kind: Finding.Kind?
    /// Where it was read, or itself.
    package var source: String?
    package var virtualHost: String?
    /// Only while it is just so bad: what gets worse is told.
    package var severity: AlertSeverity?

    package init() {}

    /// Whatever is wrong with this very thing.
    package init(_ id: EntityID) {
        pattern = Self.written("\(id.kind.rawValue):\(id.name)")
        source = id.source.isEmpty ? nil : Self.written(id.source)
        virtualHost = id.virtualHost.map(Self.written)
    }

    /// The very alert, and what is wrong with it now: as a warning it is told again when it is critical.
    package init(_ key: AlertKey, _ severity: AlertSeverity?) {
        self.init(key.entity)
        kind = key.kind
        self.severity = severity == .warning ? .warning : nil
    }

    /// Reads what a person has typed; throws what is wrong with it, in a clause.
    package init(_ text: String) throws(Complaint) {
        for word in text.split(separator: " ").map(String.init) {
            guard let place = word.utf8.firstIndex(of: UInt8(ascii: "=")) else {
                if pattern != nil {
                    throw Complaint("name one thing or pattern, not \(Self.shown(word)) too")
                }
                pattern = word
                continue
            }
            let (name, value) = (String(word[..<place]), String(word[word.utf8.index(after: place)...]))
            guard !value.isEmpty else { throw Complaint("say what after \(name)=") }
            switch name {
            case "kind": kind = try Self.kind(value)
            case "source": source = value
            case "vhost": virtualHost = value
            case "severity":
                guard let known = AlertSeverity(rawValue: value) else {
                    throw Complaint("severity= takes warning or critical")
                }
                severity = known
            default: throw Complaint("\(Self.shown(name))= is none of kind= source= vhost= severity=")
            }
        }
        guard pattern != nil || kind != nil || source != nil || severity != nil || virtualHost != nil else {
            throw Complaint("say which alerts: queue:erp.* kind=growing, or * for all")
        }
    }

    package struct Complaint: Error, Hashable, Sendable {
        package let text: String
        init(_ text: String) { self.text = text }
    }

    private static func kind(_ value: String) throws(Complaint) -> Finding.Kind {
        if let kind = Finding.Kind.known.first(where: { written($0) == value }) { return kind }
        if let kind = Finding.Kind(rawValue: value), case .custom(let name) = kind, !name.isEmpty {
            return kind
        }
        throw Complaint(
            "no kind is called \(shown(value)): \(Finding.Kind.known.map(written).joined(separator: " "))")
    }

    private static func shown(_ text: String) -> String { Sanitizer.line(text, maxBytes: 64) }

    /// `no-consumer`: a word has no space in it.
    private static func written(_ kind: Finding.Kind) -> String {
        String(kind.rawValue.map { $0 == " " ? "-" : $0 })
    }

    /// What cannot be typed is any text.
    private static func written(_ name: String) -> String {
        String(Sanitizer.line(name).map { $0 == " " || $0 == "=" ? "*" : $0 })
    }

    /// As it is typed; sanitised.
    package var text: String {
        let said: [String?] = [
            pattern, kind.map { "kind=" + Self.written($0) }, source.map { "source=\($0)" },
            virtualHost.map { "vhost=\($0)" }, severity.map { "severity=\($0.rawValue)" },
        ]
        return Sanitizer.line(said.compactMap(\.self).joined(separator: " "), maxBytes: 400)
    }

    /// `severity` is what it is now; nil, of what waits for its end, fits each.
    package func matches(_ key: AlertKey, _ severity: AlertSeverity?) -> Bool {
        let id = key.entity
        if let wanted = kind, wanted != key.kind { return false }
        if let wanted = self.severity, let severity, wanted != severity { return false }
        if let source {
            let pattern = NamePattern(source)
            guard pattern.matches(id.source) || id.kind == .source && pattern.matches(id.name) else {
                return false
            }
        }
        if let virtualHost, !NamePattern(virtualHost).matches(id.virtualHost ?? "") { return false }
        guard let pattern else { return true }
        if let subject = Subject(pattern) { return subject.matches(id) }
        return NamePattern(pattern).matches(id.name)
    }
}
