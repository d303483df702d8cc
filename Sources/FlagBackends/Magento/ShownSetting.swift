import Platform
import Text

/// What `config:show` says of one setting in one scope.
enum ShownSetting: Hashable {
    case value(String)
    /// One empty line: nothing gives it a value here.
    case empty
    /// Versions before 2.4 say the same of 0, of an empty value and of none.
    case zeroOrNothing
    case unknown(String)
    /// The command itself did not do its work.
    case failed(String)

    /// The answer to one path.
    init(leaf path: String, _ answer: ChildResult) {
        guard answer.end == .exited(0) else {
            let said = Self.said(answer)
            if said.mentions("Configuration for path"), said.mentions("doesn't exist") {
                self = .zeroOrNothing
            } else if said.mentions("path doesn't exist") {
                self = .unknown("the store has no such setting: \(said)")
            } else {
                self = .failed("config:show failed (\(answer.end)): \(said)")
            }
            return
        }
        guard answer.droppedOutput == 0 else {
            self = .unknown("config:show said more than a value")
            return
        }
        guard !answer.output.isEmpty else {
            let said = Self.said(answer)
            self = .unknown("config:show said nothing" + (said.isEmpty ? "" : " but \(said)"))
            return
        }
        let lines = Self.lines(answer.output).filter { !$0.isEmpty && !Self.isNotice($0) }
        guard lines.count <= 1 else {
            self = .unknown("config:show said more than a value: \(Sanitizer.line(lines[0], maxBytes: 200))")
            return
        }
        if let line = lines.first {
            self = Self.plain(line, of: path)
        } else if let notice = Self.onlyNotice(answer.output) {
            self = .unknown("config:show said nothing but \(Sanitizer.line(notice, maxBytes: 200))")
        } else {
            self = .empty
        }
    }

    /// The first of PHP's own lines when no value stands beside them, not even the empty one: PHP puts an empty
    /// line before each that it displays.
    private static func onlyNotice(_ output: [UInt8]) -> String? {
        let notices = lines(output).filter { isNotice($0) }
        let displayed = notices.count { !$0.hasPrefix("PHP ") }
        let empty = output.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().count {
            $0.isEmpty || $0.elementsEqual([0x0D])
        }
        return empty > displayed ? nil : notices.first
    }

    /// The answer to a group of settings, `path - value` a line, by path; nil when the group is not shown.
    static func group(_ group: String, _ answer: ChildResult) -> [ExactName: ShownSetting]? {
        guard answer.end == .exited(0), answer.droppedOutput == 0 else { return nil }
        var shown: [ExactName: ShownSetting] = [:]
        for line in lines(answer.output) {
            guard line.hasPrefix(group + "/"), let blank = line.firstIndex(of: " ") else { continue }
            let path = ExactName(String(line[..<blank]))
            if shown[path] != nil {
                shown[path] = .unknown("config:show says it twice")
            } else {
                shown[path] = plain(line, of: path.text)
            }
        }
        return shown.isEmpty ? nil : shown
    }

    /// The last thing the command printed, errors first.
    static func said(_ answer: ChildResult) -> String {
        said(answer.error.contains { $0 > 0x20 } ? answer.error : answer.output)
    }

    static func said(_ bytes: [UInt8]) -> String {
        let text = lines(bytes).filter { $0.utf8.contains { $0 > 0x20 } }.prefix(4).joined(separator: " ")
        return Sanitizer.line(String(text.drop { $0 == " " }), maxBytes: 300)
    }

    /// A value as it stands, or behind its path; a sentence is none.
    private static func plain(_ line: String, of path: String) -> ShownSetting {
        var value = line
        for lead in ["\(path) - ", "\(path) -"] where value.hasPrefix(lead) {
            value = String(value.dropFirst(lead.count))
            break
        }
        if value.isEmpty { return .empty }
        let isSentence = value.utf8.contains { $0 <= 0x20 } || value.utf8.count > 200
        return isSentence
            ? .unknown("config:show said: \(Sanitizer.line(value, maxBytes: 200))") : .value(value)
    }

    /// By bytes: to Swift a carriage return and a line feed are one character.
    private static func lines(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: true).map { line in
            String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
        }
    }

    /// What PHP itself prints beside an answer after an upgrade.
    private static func isNotice(_ line: String) -> Bool {
        ["PHP ", "Deprecated:", "Warning:", "Notice:", "Deprecated Functionality:"].contains {
            line.hasPrefix($0)
        }
    }
}
