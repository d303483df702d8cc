import Monitoring
import Text

extension LineCursor {
    /// The rest of the first line; the cursor stands behind its opening brace.
    mutating func header() throws(RecordingFault) -> RecordingLine {
        var shape = StoreShape()
        var version: Double?
        var (from, to): (Double?, Double?) = (nil, nil)
        while let word = try nextMember() {
            switch word {
            case .recording: version = try number()
            case .store: shape.name = try string()
            case .zone: shape.zone = try string()
            case .from: from = try time()
            case .to: to = try time()
            case .sources: shape.sources = try rows { (cursor) throws(RecordingFault) in try cursor.source() }
            case .integrations:
                shape.flows = try rows { (cursor) throws(RecordingFault) in try cursor.flow() }
            case .queues:
                try openObject()
                while let word = try nextMember() {
                    if word == .without_consumer {
                        shape.queuesWithoutConsumer = try texts()
                    } else {
                        try skip()
                    }
                }
            case .jobs: shape.jobs = try rows { (cursor) throws(RecordingFault) in try cursor.plannedJob() }
            case .expected:
                shape.expected = try rows { (cursor) throws(RecordingFault) in try cursor.expectation() }
            default: try skip()
            }
        }
        guard let version else {
            throw fault("it is no recording: the first line has to say {\"recording\": 1, …}")
        }
        guard version == 1 else {
            throw fault(
                "it is a recording of version \(Figures.fixed(version, decimals: version == version.rounded() ? 0 : 2)), and only version 1 is read here"
            )
        }
        guard let from else { throw fault("the header does not say from when it is, by \"from\"") }
        return .header(shape, from: from, to: to ?? .infinity)
    }

    private mutating func texts() throws(RecordingFault) -> [String] {
        var texts: [String] = []
        if try takeNull() { return texts }
        try openArray()
        while try nextElement() { texts.append(try string()) }
        return texts
    }

    private mutating func source() throws(RecordingFault) -> StoreShape.Source {
        var source = StoreShape.Source(name: "", type: "", interval: 10)
        while let word = try nextMember() {
            switch word {
            case .name: source.name = try name()
            case .type: source.type = try string()
            case .interval: source.interval = try number()
            default: try skip()
            }
        }
        guard !source.name.isEmpty, source.interval > 0 else {
            throw fault("a source has to have a name and an interval above 0")
        }
        return source
    }

    private mutating func flow() throws(RecordingFault) -> StoreShape.Flow {
        var flow = StoreShape.Flow("")
        while let word = try nextMember() {
            switch word {
            case .name: flow.name = try name()
            case .thing: flow.thing = try optionalString() ?? ""
            case .system: flow.system = try optionalString() ?? ""
            case .tier: flow.tier = try optionalNumber().flatMap { Int(exactly: $0) }
            case .safe_zone: flow.isInSafeZone = try bool()
            case .owner: flow.owner = try optionalString() ?? ""
            case .flags: flow.flags = try texts()
            case .queues: flow.queues = try texts()
            case .jobs: flow.jobs = try texts()
            case .checks: flow.checks = try texts()
            default: try skip()
            }
        }
        guard !flow.name.isEmpty else { throw fault("an integration has no name") }
        return flow
    }

    private mutating func plannedJob() throws(RecordingFault) -> StoreShape.Job {
        var job = StoreShape.Job(name: "", group: "default", every: 0, at: 0)
        while let word = try nextMember() {
            switch word {
            case .job, .name: job.name = try name()
            case .group: job.group = try name()
            case .every: job.every = try optionalNumber().map { $0 * 60 } ?? 0
            case .at: job.at = try optionalNumber().map { $0 * 60 } ?? 0
            default: try skip()
            }
        }
        guard !job.name.isEmpty else { throw fault("a job has no name") }
        return job
    }

    private mutating func expectation() throws(RecordingFault) -> StoreShape.Expected {
        var (entity, why): (EntityID?, String) = (nil, "")
        var (from, until): (Double?, Double?) = (nil, nil)
        while let word = try nextMember() {
            switch word {
            case .entity: entity = EntityID(named: try string())
            case .from: from = try secondOfDay()
            case .to: until = try secondOfDay()
            case .why: why = try optionalString() ?? ""
            default: try skip()
            }
        }
        guard let entity, let from, let until else {
            throw fault("what is expected has to have an entity, \"from\" and \"to\"")
        }
        return StoreShape.Expected(entity: entity, from: from, until: until, why: why)
    }

    /// `02:30`, up to `24:00`.
    private mutating func secondOfDay() throws(RecordingFault) -> Double {
        let text = try string()
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], 0...24 ~= hour, 0...59 ~= minute,
            hour * 60 + minute <= 1440
        else { throw fault("\(JSONShown.quoted(text)) is no time of day such as 02:30") }
        return Double(hour * 3600 + minute * 60)
    }
}
