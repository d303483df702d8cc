import EngineAPI
package import Monitoring

/// What is usual of this store: learned from what was kept, without the stretches in which something was wrong.
extension LocalEngine {
    /// At the first look not all is read at once; after so long what is there is all there is.
    private static let patience: Duration = .seconds(60)
    /// What is usual changes slowly.
    private static let pause: Duration = .seconds(6 * 3600)
    static let wantedDays = 21

    /// Begins the detectors once everything was read for the first time, and lets them learn anew now and then, when
    /// nothing is wrong.
    func detect() async {
        guard !setup.looksOnce else { return }
        let start = time.now.boot
        while !state.isAllRead, time.now.boot < start + Self.patience {
            guard (try? await time.sleep(until: time.now.boot + .seconds(1))) != nil else { return }
        }
        while !Task.isCancelled {
            let past = await past()
            if Task.isCancelled { return }
            let now = time.now
            state.beginDetecting(past: past, at: now)
            recordLearned(past, at: now)
            var next = time.now.boot + Self.pause
            repeat {
                guard (try? await time.sleep(until: next)) != nil else { return }
                next = time.now.boot + .seconds(600)
            } while !state.detecting.found.isEmpty
        }
    }

    func past() async -> [PastSeries] {
        let step = 1800
        let end = time.now.wall.milliseconds / 1000 / Int64(step) * Int64(step)
        let (until, from) = (
            WallTime(seconds: end), WallTime(seconds: end - Int64(Self.wantedDays) * 86_400)
        )
        var past: [PastSeries] = []
        var most = 0
        var shifts: [(id: EntityID, shift: LastingShift)] = []
        for (series, measure) in state.learned {
            let values: [Double?]
            do throws(StorageFailure) {
                values = try await setup.stores.history.read(series, from: from, to: until, stepSeconds: step)
            } catch {
                failed(.history, error)
                return []
            }
            let healthy = state.withoutTrouble(
                values, of: series.entity, from: from, step: Double(step), at: time.now)
            if let shift = LastingShift.unsaid(series.measure, healthy, until: until, clock: state.clock) {
                shifts.append((series.entity, shift))
            }
            let count = healthy.count(where: \.isFinite)
            most = max(most, count)
            guard Double(count * step) >= Learning.enough else { continue }
            past.append(
                PastSeries(
                    entity: state.detecting.names.bare(series.entity), measure: measure,
                    from: Double(from.milliseconds) / 1000, step: Double(step), values: healthy))
        }
        state.offer(shifts, at: time.now.wall)
        state.detecting.learned = (Double(most * step), time.now)
        await lookForBaseline()
        state.detecting.comparesWithBaseline = false
        guard past.isEmpty, let baseline = baseline.read else { return past }
        // Most stores meet the upgrade with nothing learned here.
        let before = baseline.past { state.detecting.names.bare($0) }
        state.detecting.comparesWithBaseline = !before.isEmpty
        return before
    }
}

extension StoreState {
    /// Every probe has been read, or has failed.
    var isAllRead: Bool { probes.values.allSatisfy { $0.reads > 0 || $0.failure != nil } }

    /// What detectors learn from.
    var learned: [(SeriesID, PastSeries.Measure)] {
        var wanted: [(SeriesID, PastSeries.Measure)] = []
        for row in flows.rows {
            wanted += [
                (SeriesID(row.id, .success), .successes), (SeriesID(row.id, .failure), .failures),
                (SeriesID(row.id, .retry), .retries), (SeriesID(row.id, .median), .p50),
                (SeriesID(row.id, .latency), .p95),
            ]
        }
        wanted += queues.rows.filter(\.isWithoutConsumer).map { (SeriesID($0.id, .depth), .depth) }
        return Array(wanted.prefix(400))
    }

    /// NaN where nothing was kept, or something was wrong with it, with the shop, or with a source, or is now, or the
    /// store was in maintenance.
    func withoutTrouble(
        _ values: [Double?], of entity: EntityID, from: WallTime, step: Double, at now: Timestamp
    ) -> [Double] {
        KeptNormal.without(
            normals[entity], detecting.troubles + openTroubles(at: now), values, of: entity, from: from,
            step: Int(step))
    }

    /// What is open has no end yet.
    private func openTroubles(at now: Timestamp) -> [Trouble] {
        let open = detecting.book.open.flatMap { alert in
            ([alert.key] + alert.folded).map {
                Trouble(
                    entity: detecting.names.live($0.entity), from: detecting.wall(alert.since, at: now),
                    until: now.wall)
            }
        }
        return open
            + (changes.book.maintenanceBegan.map { [Trouble(maintenanceFrom: $0, until: now.wall)] } ?? [])
    }
}

extension Trouble {
    /// `values` with NaN for a gap, and for each step of so many seconds in which one of `troubles` was of the entity, of
    /// the shop or of a source.
    package static func without(
        _ troubles: [Trouble], _ values: [Double?], of entity: EntityID, from: WallTime, step: Int
    ) -> [Double] {
        let spans = troubles.filter { span in
            span.entity == entity || span.entity == CauseMap.shop || span.entity.kind == .source
        }
        return values.enumerated().map { place, value in
            guard let value else { return .nan }
            let begins = from.advanced(bySeconds: Double(place * step))
            let isTroubled = spans.contains {
                $0.from < begins.advanced(bySeconds: Double(step)) && begins < $0.until
            }
            return isTroubled ? .nan : value
        }
    }

    /// In maintenance nothing is as usual, of no flow and no queue.
    init(maintenanceFrom from: WallTime, until: WallTime) {
        self.init(entity: CauseMap.shop, from: from, until: until)
    }
}
