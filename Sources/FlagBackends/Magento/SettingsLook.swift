import FeatureFlags
import Monitoring
import Platform
import Text

/// One look at settings through `config:show`: each scope's paths in as few calls as the store's version allows, and
/// none asked twice.
struct SettingsLook {
    private let command: MagentoCommand
    private var shown: [Question: ShownSetting] = [:]
    private var listed: Set<Question> = []
    /// Groups that this version of the store does not show: newer ones take whole paths alone.
    private(set) var refusedGroups: Set<ExactName>
    private(set) var cost = ReadCost()
    /// How many answers told something, and why the command failed first where it did.
    private(set) var answers = 0
    private(set) var firstCommandFailure: String?

    private struct Question: Hashable {
        var path: ExactName
        var scope: FlagScope
    }

    init(_ command: MagentoCommand, refusedGroups: Set<ExactName> = []) {
        self.command = command
        self.refusedGroups = refusedGroups
    }

    /// Asks for all of them at once where two share a group.
    mutating func prepare(_ paths: [String], in scope: FlagScope) async throws(ReadFailure) {
        var groups: [ExactName: [String]] = [:]
        for path in paths { groups[ExactName(Self.group(path)), default: []].append(path) }
        for (group, members) in groups.sorted(by: { $0.key < $1.key }) where members.count > 1 {
            try await list(group, in: scope)
        }
    }

    /// What holds in this scope alone.
    mutating func value(of path: String, in scope: FlagScope) async throws(ReadFailure) -> ShownSetting {
        let question = Question(path: ExactName(path), scope: scope)
        if let known = shown[question] { return known }
        let answer = try await ask(path, in: scope)
        var setting = ShownSetting(leaf: path, answer)
        if setting == .zeroOrNothing {
            // Only a list of the group tells 0 from nothing.
            try await list(ExactName(Self.group(path)), in: scope)
            setting = shown[question] ?? (scope.level == .all ? Self.nothing(path) : .empty)
        }
        switch setting {
        case .failed(let why): firstCommandFailure = firstCommandFailure ?? why
        default: answers += 1
        }
        shown[question] = setting
        return setting
    }

    private mutating func list(_ group: ExactName, in scope: FlagScope) async throws(ReadFailure) {
        let question = Question(path: group, scope: scope)
        guard !refusedGroups.contains(group), listed.insert(question).inserted else { return }
        let answer = try await ask(group.text, in: scope)
        guard let found = ShownSetting.group(group.text, answer) else {
            if ShownSetting.said(answer).mentions("path doesn't exist") { refusedGroups.insert(group) }
            return
        }
        answers += 1
        for (path, setting) in found { shown[Question(path: path, scope: scope)] = setting }
    }

    private mutating func ask(_ path: String, in scope: FlagScope) async throws(ReadFailure) -> ChildResult {
        let answer = try await command.show(path, in: scope)
        cost.queries += 1
        cost.bytes += answer.output.count + answer.error.count
        cost.milliseconds += answer.duration.inSeconds * 1000
        return answer
    }

    private static func nothing(_ path: String) -> ShownSetting {
        .unknown("the store has no such setting, or no value for it: \(path) is not listed")
    }

    /// `section/group`
    private static func group(_ path: String) -> String {
        path.split(separator: "/").dropLast().joined(separator: "/")
    }
}
