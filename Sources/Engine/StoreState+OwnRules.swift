import Monitoring

/// Rules that a person wrote, judged where all others are: by the newest figures of the charts.
extension StoreState {
    /// A figure that was not read for so long is none.
    private static let memorySeconds = 300

    mutating func judgeAsWritten(_ id: EntityID, at moment: Moment) -> [Assessment] {
        guard !written.rules.isEmpty else { return [] }
        let (series, bare) = (series, detecting.names.known(id))
        let book = detecting.book
        return written.assess(
            id, at: moment,
            value: { measure in
                series[SeriesID(id, measure)]?.bySecond(last: Self.memorySeconds, at: moment.now)
                    .last { $0 != nil } ?? nil
            },
            isOpen: { name in bare.map { book.isOpen(AlertKey(entity: $0, kind: .custom(name))) } ?? false })
    }
}
