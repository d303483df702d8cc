package import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// One look at a store for a script or a colleague: the verdict, then every check that is not ok.
package struct StatusReport: Sendable {
    let snapshot: Snapshot
    let look: Look
    /// Everything judged, worst first.
    let checks: [Check]

    /// One row, with what its rules could not say.
    struct Check: Sendable {
        /// `queue:erp.order`
        var id: String
        var key: String
        var judgement: Judgement
        /// Words of rules whose hold is not over.
        var pending: [String]
        /// What rules would have needed.
        var notJudged: [String]
    }

    package init(_ snapshot: Snapshot, look: Look) {
        self.snapshot = snapshot
        self.look = look
        let said = Dictionary(grouping: snapshot.assessments, by: \.entity)
        checks = snapshot.allRows.map { row in Check(row, said[row.id] ?? []) }.enumerated().sorted {
            ($0.element.judgement.status, $0.element.rank, $0.offset)
                < ($1.element.judgement.status, $1.element.rank, $1.offset)
        }.map(\.element)
    }

    // MARK: How it ends

    /// As a Nagios plugin ends: 0 ok, 1 warning, 2 critical, 3 unknown (monitoring-plugins guidelines,
    /// "Plugin Return Codes"). Stale counts as unknown, as an old figure must not pass for a good one, and so
    /// does what could not be judged; no check at all is unknown too. What is pending is well as long as a
    /// memory lets its hold go on; where nobody remembers it, it would never be told. That no flag can be switched is
    /// a warning: the store is well, and the way out is shut.
    package var exitCode: Int32 {
        if count(.critical) > 0 { return 2 }
        if checks.isEmpty || count(.unknown) + count(.stale) + notJudged > 0 { return 3 }
        let isHeld = look.obstacle != nil || !isKept
        if count(.warning) > 0 || isHeld || (pending > 0 && look.memory == .none) { return 1 }
        return 0
    }

    /// False while who keeps this environment cannot, or gives no sign of life: what is under way is not known then.
    var isKept: Bool { snapshot.storage.status != .critical }

    /// Of what is switched on; off where nothing is.
    var worst: Status { snapshot.verdict.worst }

    /// Without what a person has set aside, which is neither well nor trouble.
    func count(_ status: Status) -> Int {
        checks.count { $0.judgement.status == status && $0.judgement.aside == nil }
    }

    var setAside: Int { checks.count { $0.judgement.aside != nil } }

    /// Checks that are well but for a hold that is not over.
    package var pending: Int { checks.count(where: \.isPending) }

    /// Checks of which a rule could not be applied.
    var notJudged: Int { checks.count { !$0.notJudged.isEmpty && $0.judgement.aside == nil } }

    // MARK: In words

    /// `CRITICAL - eu-shop: 2 critical, 1 unknown of 118 checks`, then a line for each of them.
    package var plain: String {
        var lines = ["\(word) - \(clean(snapshot.environment.name)): \(counts)"]
        if let why = look.obstacle { lines.append("no flag can be switched: \(why)") }
        if !isKept { lines.append("warning console: " + snapshot.storage.reason.joined(separator: ", ")) }
        for check in checks {
            let judgement = check.judgement
            if let aside = judgement.aside {
                let told = Self.line(judgement.status.rawValue, check, judgement.reason)
                lines.append("set aside (\(told)): \(aside.sentence(at: snapshot.at.wall))")
                continue
            }
            if judgement.status < .ok {
                lines.append(Self.line(judgement.status.rawValue, check, judgement.reason))
            } else if check.isPending {
                lines.append(Self.line("pending", check, check.pending))
            }
            if !check.notJudged.isEmpty { lines.append(Self.line("not judged", check, check.notJudged)) }
        }
        lines += snapshot.flags.compactMap(underWay)
        if let learning = snapshot.learningSentence { lines.append(learning) }
        // A monitoring system takes what follows a bar for figures.
        return lines.map { line in
            let scalars = clean(line).unicodeScalars.map { $0 == "|" ? "¦" : $0 }
            return String(String.UnicodeScalarView(scalars))
        }.joined(separator: "\n") + "\n"
    }

    /// `2 critical, 1 unknown of 118 checks, 1 pending`, `all 118 checks ok`, `117 of 118 checks ok, 1 not
    /// judged`, `nothing is checked`.
    var counts: String {
        guard !checks.isEmpty else { return "nothing is checked" }
        let bad = Status.allCases.filter { $0 < .ok && count($0) > 0 }.map { "\(count($0)) \($0.rawValue)" }
        let (judged, off) = (checks.count - setAside, count(.off))
        let all = Figures.counted(judged, "check")
        // Those that are off are no good ones: the console's first row counts the same.
        let good = judged - off
        let well = Figures.counted(good, "check")
        let unjudged = checks.count { $0.judgement.status >= .ok && !$0.notJudged.isEmpty }
        var text =
            if !bad.isEmpty {
                bad.joined(separator: ", ") + " of \(all)"
            } else if unjudged > 0 {
                "\(good - unjudged) of \(all) ok"
            } else if judged == 0 {
                "no check left"
            } else if good == 0 {
                "all \(all) off"
            } else {
                good == 1 || !isKept ? "\(well) ok" : "all \(well) ok"
            }
        if bad.isEmpty, off > 0, good > 0 { text += ", \(off) off" }
        if setAside > 0 { text += ", \(setAside) set aside" }
        if notJudged > 0 { text += ", \(notJudged) not judged" }
        if pending > 0 { text += ", \(pending) pending" + (look.memory == .none ? " (no memory)" : "") }
        return text
    }

    /// `under way flag:erp.v2: turning OFF for 95 s: still at work, pid 4711`; that the end of one is not known is its
    /// flag's own line.
    private func underWay(_ flag: FlagRow) -> String? {
        let words: String
        switch flag.progress {
        case .seen, .unknown: return nil
        case .asked(let to, _): words = "turning \(to.text): \(FlagRow.Progress.asked)"
        case .running(let to, _, let since, let pid):
            let age = Age.text(seconds: max(0, snapshot.at.wall.seconds(since: since)))
            words = "turning \(to.text) for \(age): still at work, pid \(pid)"
        }
        return "under way \(flag.checkID): \(words)"
    }

    private static func line(_ word: String, _ check: Check, _ reasons: [String]) -> String {
        "\(word) \(check.id)" + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: ", "))
    }

    private var word: String {
        switch exitCode {
        case 0: "OK"
        case 1: "WARNING"
        case 2: "CRITICAL"
        default: "UNKNOWN"
        }
    }

    private func clean(_ text: String) -> String { Sanitizer.line(text) }
}

extension StatusReport.Check {
    fileprivate init(_ row: any Row, _ said: [Assessment]) {
        self.init(id: row.checkID, key: row.id.key, judgement: row.judgement, pending: [], notJudged: [])
        for assessment in said {
            if let text = assessment.pendingText, !pending.contains(text) { pending.append(text) }
            if case .notJudged(let why) = assessment.standing, !notJudged.contains(why) {
                notJudged.append(why)
            }
        }
    }

    var isPending: Bool { judgement.status >= .ok && judgement.aside == nil && !pending.isEmpty }

    /// Among those of one status what is not plainly so comes first.
    fileprivate var rank: Int { !notJudged.isEmpty ? 0 : isPending ? 1 : 2 }
}
