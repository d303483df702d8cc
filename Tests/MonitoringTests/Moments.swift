import Monitoring

/// 2026-11-28 03:00:00 UTC and `seconds` later, one hour after boot.
func moment(_ seconds: Double = 0) -> Timestamp {
    Timestamp(
        boot: .seconds(3600) + .milliseconds(Int(seconds * 1000)),
        wall: WallTime(seconds: 1_795_834_800).advanced(bySeconds: seconds), bootID: "test")
}

/// The sentence of a row, as a screen joins it, with its status before it.
func sentence(_ assessments: [Assessment], at seconds: Double = 0) -> String {
    let judgement = Judgement(assessments, at: Moment(moment(seconds)))
    return ([judgement.status.rawValue] + judgement.reason).joined(separator: " · ")
}

extension [Assessment] {
    /// What one rule says.
    subscript(rule: Rule) -> Assessment? { first { $0.rule == rule } }
}

/// The same at a moment of the server's clock.
func sentence(_ assessments: [Assessment], at moment: Moment) -> String {
    let judgement = Judgement(assessments, at: moment)
    return ([judgement.status.rawValue] + judgement.reason).joined(separator: " · ")
}
