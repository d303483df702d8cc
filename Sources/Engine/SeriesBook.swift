import Monitoring

/// All series in memory, by entity and measure.
struct SeriesBook: Sendable {
    /// False where nobody draws them.
    var isKept = true
    private var places: [SeriesID: Int] = [:]
    private var series: [Series] = []
    private var free: [Int] = []

    /// Takes a value read now; nil is a gap and leaves one.
    mutating func add(
        _ value: Double?, _ entity: EntityID, _ measure: SeriesID.Measure, at now: Timestamp,
        interval: Duration
    ) {
        guard isKept, let value else { return }
        series[place(of: SeriesID(entity, measure))].add(value, at: now, interval: interval)
    }

    subscript(id: SeriesID) -> Series? { places[id].map { series[$0] } }

    func measures(of entity: EntityID) -> [SeriesID] {
        SeriesID.Measure.allCases.map { SeriesID(entity, $0) }.filter { places[$0] != nil }
    }

    func trend(_ entity: EntityID, _ measure: SeriesID.Measure, at now: Timestamp) -> [Double?] {
        guard let place = places[SeriesID(entity, measure)] else { return [] }
        return series[place].trend(at: now)
    }

    mutating func forget(_ entity: EntityID) {
        for id in measures(of: entity) {
            guard let place = places.removeValue(forKey: id) else { continue }
            series[place] = Series()
            free.append(place)
        }
    }

    /// The minutes that are over, of all series.
    mutating func takeMinutes(at now: WallTime) -> [HistoryMinute] {
        var minutes: [HistoryMinute] = []
        for (id, place) in places {
            for minute in series[place].takeMinutes(at: now) {
                minutes.append(
                    HistoryMinute(
                        series: id, minute: minute.start, average: minute.average, maximum: minute.maximum))
            }
        }
        return minutes
    }

    private mutating func place(of id: SeriesID) -> Int {
        if let place = places[id] { return place }
        let place: Int
        if let reused = free.popLast() {
            place = reused
        } else {
            place = series.count
            series.append(Series())
        }
        places[id] = place
        return place
    }
}
