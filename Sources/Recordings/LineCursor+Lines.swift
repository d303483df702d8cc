import Monitoring

extension LineCursor {
    /// The line as a whole; the first one has to be the header.
    mutating func recordingLine(isFirst: Bool) throws(RecordingFault) -> RecordingLine {
        try openObject()
        if isFirst { return try header() }
        var (at, source): (Double?, String?) = (nil, nil)
        var fact: Observation.Fact?
        var (heartbeat, settledTo): (Double?, Double?) = (nil, nil)
        var queues: (place: Int, end: Int)?
        while let word = try nextMember() {
            switch word {
            case .at: at = try time()
            case .source: source = try name()
            case .heartbeat: heartbeat = try optionalTime()
            case .settled_to: settledTo = try optionalTime()
            case .history: return try finished(.past(try history()))
            case .event:
                guard let at else { throw fault("an event has to say when it was, by \"at\", before it") }
                return try finished(.event(try event(at: at)))
            case .queues:
                // Whether they are a broker's or a database's is told by their members.
                skipSpace()
                let begin = place
                try skip()
                queues = (begin, place)
            case .outcomes:
                fact = .outcomes(try rows { (cursor) throws(RecordingFault) in try cursor.outcomes() })
            case .cron:
                fact = .cron(try rows { (cursor) throws(RecordingFault) in try cursor.job() }, heartbeat: nil)
            case .indexers:
                fact = .indexers(try rows { (cursor) throws(RecordingFault) in try cursor.indexer() })
            case .checks:
                fact = .checks(
                    try rows { (cursor) throws(RecordingFault) in try cursor.check() }, settledTo: nil)
            case .flags: fact = .flags(try rows { (cursor) throws(RecordingFault) in try cursor.flag() })
            case .failed: fact = try failure()
            default: try skip()
            }
        }
        if let queues { fact = try self.queues(queues) }
        switch fact {
        case .cron(let rows, _): fact = .cron(rows, heartbeat: heartbeat)
        case .checks(let rows, _): fact = .checks(rows, settledTo: settledTo)
        default: break
        }
        guard let at else { throw fault("it does not say when it was, by \"at\"") }
        guard let source else { throw fault("it says neither \"source\" nor \"event\"") }
        // A fact of a later version: the source answered, and this is all that is known of it.
        return .observed(Observation(at: at, source: source, fact: fact ?? .flags([])))
    }

    /// The rest of a line whose first part said all.
    private mutating func finished(_ line: RecordingLine) throws(RecordingFault) -> RecordingLine {
        while try nextMember() != nil { try skip() }
        return line
    }

    mutating func rows<Row>(
        _ row: (inout LineCursor) throws(RecordingFault) -> Row
    ) throws(RecordingFault) -> [Row] {
        var rows: [Row] = []
        try openArray()
        while try nextElement() {
            try openObject()
            rows.append(try row(&self))
        }
        return rows
    }

    private mutating func queues(_ range: (place: Int, end: Int)) throws(RecordingFault) -> Observation.Fact {
        let behind = place
        place = range.place
        var broker: [Observation.BrokerQueue] = []
        var database: [Observation.DatabaseQueue] = []
        try openArray()
        while try nextElement() {
            try openObject()
            let row = try queue()
            if let row = row.database { database.append(row) } else { broker.append(row.broker) }
        }
        place = behind
        // A list without rows says that all is as before.
        return database.isEmpty ? .brokerQueues(broker) : .databaseQueues(database)
    }

    private mutating func failure() throws(RecordingFault) -> Observation.Fact {
        var (kind, message) = ("failed", "")
        try openObject()
        while let word = try nextMember() {
            switch word {
            case .kind: kind = try name()
            case .message: message = try string()
            default: try skip()
            }
        }
        return .failed(kind: kind, message: message)
    }

    private mutating func event(at: Double) throws(RecordingFault) -> StoreEvent {
        var event = StoreEvent(at: at, kind: .note, text: "")
        try openObject()
        while let word = try nextMember() {
            switch word {
            case .kind: event.kind = StoreEvent.Kind(rawValue: try name()) ?? .note
            case .text: event.text = try optionalString() ?? ""
            case .entity: event.entity = try optionalString().flatMap { EntityID(named: $0) }
            default: try skip()
            }
        }
        return event
    }

    mutating func history() throws(RecordingFault) -> PastSeries {
        var (entity, measure): (EntityID?, PastSeries.Measure?) = (nil, nil)
        var (from, step): (Double?, Double) = (nil, 1800)
        var values: [Double] = []
        try openObject()
        while let word = try nextMember() {
            switch word {
            case .entity: entity = EntityID(named: try string())
            case .measure: measure = PastSeries.Measure(rawValue: try string())
            case .from: from = try time()
            case .step: step = try number()
            case .values:
                try openArray()
                while try nextElement() { values.append(try optionalNumber() ?? .nan) }
            default: try skip()
            }
        }
        guard let entity, let from else { throw fault("a history has to name its entity and its \"from\"") }
        guard step > 0 else { throw fault("the step of a history has to be above 0") }
        // A measure of a later version is none that is judged.
        guard let measure else {
            return PastSeries(entity: entity, measure: .depth, from: from, step: step, values: [])
        }
        return PastSeries(entity: entity, measure: measure, from: from, step: step, values: values)
    }
}

extension EntityID {
    /// `queue:erp.order.export`: all behind the first colon is the name, as it stands.
    init?(named text: String) {
        guard let colon = text.utf8.firstIndex(of: 0x3A), let kind = Kind(rawValue: String(text[..<colon]))
        else {
            return nil
        }
        let name = String(text[text.utf8.index(after: colon)...])
        guard !name.isEmpty else { return nil }
        self.init(kind, name)
    }
}
