import Monitoring

/// What is to be known of a source's figures besides them, each told for as long as the figures of the last
/// hour stand on it.
struct Remarks: Sendable {
    enum Kind: Int, Sendable, CaseIterable {
        case skipped, cut, late, strangers, undecided, truncated, ahead, behind, clock, lost, began
    }

    private struct Remark {
        var text: String
        var at: WallTime
        var isMild: Bool
    }

    /// For so many seconds it is a warning; after that it only explains.
    private static let fresh = 300.0
    private static let kept = 3600.0
    private var remarks: [Kind: Remark] = [:]

    /// A newer word takes the place of the one before; a mild one only explains, and of nothing graver.
    mutating func note(_ kind: Kind, _ text: String, isMild: Bool = false, at now: WallTime) {
        if isMild, let known = remarks[kind], !known.isMild, now.seconds(since: known.at) < Self.fresh {
            return
        }
        remarks[kind] = Remark(text: text, at: now, isMild: isMild)
    }

    mutating func forget(_ kind: Kind) { remarks[kind] = nil }

    func facts(at now: WallTime) -> [Fact] {
        Kind.allCases.compactMap { kind in
            guard let remark = remarks[kind] else { return nil }
            let age = now.seconds(since: remark.at)
            guard age < Self.kept else { return nil }
            return .notice(SourceNotice(age < Self.fresh && !remark.isMild ? .warning : .ok, remark.text))
        }
    }
}
