import Display
import EngineAPI
import Monitoring
import Text

/// How the timeline is looked at.
package struct TimelineState: Hashable, Sendable {
    /// The axis goes back so far.
    package var minutes = 360
    /// What the cursor was put on; nil: the newest, or what is nearest to `at`.
    package var cursor: TimelineEntry.ID?
    var at: WallTime?
    /// The figure that what one came from is about.
    var measure: SeriesID.Measure?

    /// A quarter of an hour, an hour, six, a day, a week.
    static let steps = [15, 60, 360, 1440, 10_080]
}

extension Model {
    /// Opens it about what is selected, with the cursor on what one came from.
    mutating func openTimeline() -> [Effect] {
        var state = TimelineState()
        var subject = selected?.id
        if let alert = alertInHand {
            subject = alert.entity
            (state.cursor, state.at, state.measure) = (.alert(alert.key), alert.since, alert.kind.measure)
        } else if screen == .watch, focus == .events, let event = eventCursor ?? events.last {
            state.at = event.at
        } else if let subject, let newest = newestEntry(of: subject) {
            (state.cursor, state.at) = (newest.id, newest.from)
        }
        if let at = state.at {
            let age = timelineEnd.seconds(since: at)
            state.minutes = TimelineState.steps.first { $0 >= 360 && Double($0) * 60 > age * 1.1 } ?? 10_080
        }
        if subject == CauseMap.shop { subject = nil }
        timeline = state
        overlays.append(.timeline(subject))
        return beginTimeline(subject)
    }

    private func newestEntry(of id: EntityID) -> TimelineEntry? {
        var week = self
        week.timeline.minutes = 10_080
        return Timeline(week).entries.last { $0.entity == id }
    }

    /// Asks for the figure of what it is about.
    mutating func beginTimeline(_ subject: EntityID?) -> [Effect] {
        guard let subject else {
            detailView = DetailState()
            return []
        }
        let effects = begin(subject)
        (detailView.minutes, detailView.isSpanChosen) = (timeline.minutes, true)
        return effects
    }

    mutating func changeTimelineSpan(_ step: Int) {
        let steps = TimelineState.steps
        let place = (steps.firstIndex(of: timeline.minutes) ?? 2) + step
        guard steps.indices.contains(place) else {
            return say(step > 0 ? "that is the longest: a week" : "that is the shortest: 15 min", seconds: 4)
        }
        keepTimelineCursor()
        timeline.minutes = steps[place]
        detailView.minutes = timeline.minutes
    }

    /// What the cursor stands on stays under it when the axis changes.
    private mutating func keepTimelineCursor() {
        guard let entry = timelineEntry else { return }
        (timeline.cursor, timeline.at) = (entry.id, entry.from)
    }

    /// Under the cursor.
    package var timelineEntry: TimelineEntry? {
        let timeline = Timeline(self)
        return timeline.place(of: self.timeline).map { timeline.entries[$0] }
    }

    mutating func moveInTimeline(_ motion: Motion) {
        let line = Timeline(self)
        guard let place = line.place(of: timeline) else { return }
        let next = motion.applied(to: place, count: line.entries.count)
        if next == place, case .by(let step) = motion {
            let key = KeyMap.name(of: .moreHours)
            say(
                step < 0
                    ? "nothing before it in \(timelineSpan): \(key) shows more time" : "nothing after it",
                seconds: 4)
        }
        put(line.entries[next])
    }

    private mutating func put(_ entry: TimelineEntry) {
        (timeline.cursor, timeline.at) = (entry.id, entry.from)
    }

    mutating func choose(_ id: TimelineEntry.ID) {
        guard let entry = Timeline(self).entries.first(where: { $0.id == id }) else { return }
        put(entry)
    }

    /// The next alert on the axis, open or over; from the last on to the first.
    mutating func showAlertInTimeline(_ step: Int) {
        let line = Timeline(self)
        let alerts = line.entries.indices.filter { line.entries[$0].kind == .alert }
        guard let place = line.place(of: timeline), let first = alerts.first, let last = alerts.last else {
            return say("no alert in \(timelineSpan)", seconds: 4)
        }
        let next =
            step > 0 ? alerts.first { $0 > place } ?? first : alerts.last { $0 < place } ?? last
        put(line.entries[next])
    }

    /// The page of what is under the cursor.
    mutating func openTimelineEntry() -> [Effect] {
        guard let entry = timelineEntry else { return [] }
        put(entry)
        if let key = entry.alertKey, entry.lasts, let alert = alert(key) { return open(alert) }
        guard let id = entry.entity, row(id) != nil else { return [] }
        overlays.append(.detail(id))
        return begin(id)
    }

    var whyNotOpenEntry: String? {
        guard let entry = timelineEntry else { return "nothing stands here" }
        if let key = entry.alertKey, entry.lasts, alert(key) != nil { return nil }
        if let id = entry.entity, row(id) != nil { return nil }
        if entry.kind == .alert { return "it is over, and what it was about is gone" }
        return "a \(entry.word) has no page: this is all that is known"
    }

    /// `6 h`, `15 min`, `7 d`
    var timelineSpan: String {
        switch timeline.minutes {
        case ..<60: "\(timeline.minutes) min"
        case ..<1440: "\(timeline.minutes / 60) h"
        case 1440: "24 h"
        default: "\(timeline.minutes / 1440) d"
        }
    }

    func timelineName(of id: EntityID) -> String {
        row(id)?.label ?? Sanitizer.line(id.name, maxBytes: 128)
    }

    /// The figure over the lanes; nil until it is known which there are.
    var timelineSeries: SeriesID? {
        guard case .timeline(let subject?) = topTimeline else { return nil }
        return DetailCharts(model: self, id: subject, told: timeline.measure).series.first
    }

    /// The timeline that is open, whatever lies over it.
    var topTimeline: Screen? {
        overlays.last { screen in
            if case .timeline = screen { true } else { false }
        }
    }

    /// What `y`, and with `all` what `Y` takes.
    func copiedTimeline(all: Bool) -> [String] {
        if all { return Timeline(self).entries.map { TimelineList.text($0, clock) } }
        return timelineEntry.map { [TimelineList.text($0, clock)] } ?? []
    }
}
