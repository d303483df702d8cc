package import FeatureFlags

extension ChangeOutcome {
    /// `confirmed ON`, `refused: why`.
    package var told: String {
        switch self {
        case .confirmed(let flag): "confirmed \(flag.value.text)"
        case .saved(let flag, let why): "saved \(flag.value.text): \(why)"
        case .refused(let why): "refused: \(why)"
        case .conflict(let flag): "conflict \(flag.value.text)"
        case .crossed(let flag, let why): "crossed \(flag.value.text): \(why)"
        case .unknown(let why): "unknown: \(why)"
        }
    }
}
