import Documents
import Monitoring
import Text

/// What can stand in a member of a row.
protocol RecordedValue: Hashable, Sendable {
    func write(to line: inout LineWriter)
    /// Nil of a word that this program does not know: the member is as if it were not told.
    static func read(from line: inout LineCursor) throws(RecordingFault) -> Self?
    /// As it would be written: texts by their bytes.
    func isSame(as other: Self) -> Bool
}

extension RecordedValue {
    func isSame(as other: Self) -> Bool { self == other }
}

extension Optional: RecordedValue where Wrapped: RecordedValue {
    func write(to line: inout LineWriter) {
        if let self { self.write(to: &line) } else { line.null() }
    }

    static func read(from line: inout LineCursor) throws(RecordingFault) -> Wrapped?? {
        if try line.takeNull() { return .some(nil) }
        return try Wrapped.read(from: &line)
    }

    func isSame(as other: Wrapped?) -> Bool {
        guard let self, let other else { return (self == nil) == (other == nil) }
        return self.isSame(as: other)
    }
}

extension String: RecordedValue {
    func isSame(as other: String) -> Bool { ExactName.same(self, other) }
    func write(to line: inout LineWriter) { line.string(self) }
    static func read(from line: inout LineCursor) throws(RecordingFault) -> String? { try line.name() }
}

extension Bool: RecordedValue {
    func write(to line: inout LineWriter) { line.bool(self) }
    static func read(from line: inout LineCursor) throws(RecordingFault) -> Bool? { try line.bool() }
}

extension Double: RecordedValue {
    func write(to line: inout LineWriter) { line.number(self) }
    static func read(from line: inout LineCursor) throws(RecordingFault) -> Double? {
        try line.optionalNumber()
    }
}

extension Int: RecordedValue {
    func write(to line: inout LineWriter) { line.integer(self) }
    static func read(from line: inout LineCursor) throws(RecordingFault) -> Int? {
        Int(clamping: try line.integer())
    }
}

extension Int64: RecordedValue {
    func write(to line: inout LineWriter) { line.integer(self) }
    static func read(from line: inout LineCursor) throws(RecordingFault) -> Int64? {
        Int64(clamping: try line.integer())
    }
}

extension UInt64: RecordedValue {
    func write(to line: inout LineWriter) { line.integer(self) }
    static func read(from line: inout LineCursor) throws(RecordingFault) -> UInt64? {
        UInt64(clamping: try line.integer())
    }
}

extension UInt32: RecordedValue {
    func write(to line: inout LineWriter) { line.integer(self) }
    static func read(from line: inout LineCursor) throws(RecordingFault) -> UInt32? {
        UInt32(clamping: try line.integer())
    }
}

extension WallTime: RecordedValue {
    func write(to line: inout LineWriter) { line.time(self) }
    static func read(from line: inout LineCursor) throws(RecordingFault) -> WallTime? {
        WallTime(recorded: try line.time())
    }

    /// Seconds since 1970.
    init(recorded seconds: Double) {
        self.init(milliseconds: Int64(exactly: (seconds * 1000).rounded()) ?? 0)
    }
}

/// `12`, and `"12+"` where it is a bound.
extension Count: RecordedValue {
    func write(to line: inout LineWriter) {
        if isBound { line.string("\(value)+") } else { line.integer(value) }
    }

    static func read(from line: inout LineCursor) throws(RecordingFault) -> Count? {
        guard line.peek() == 0x22 else { return Count(Int(clamping: try line.integer())) }
        let text = try line.string()
        return Int(text.dropLast()).map { Count($0, isBound: true) }
    }
}

/// Of an enumeration, its word.
protocol RecordedWord: RecordedValue, RawRepresentable<String> {}

extension RecordedWord {
    func write(to line: inout LineWriter) { line.string(rawValue) }
    static func read(from line: inout LineCursor) throws(RecordingFault) -> Self? {
        Self(rawValue: try line.name())
    }
}

extension QueueReading.Transport: RecordedWord {}
extension QueueReading.Overflow: RecordedWord {}
extension CronJobReading.Lock: RecordedWord {}
extension CronRun.End: RecordedWord {}
extension IndexerReading.Mode: RecordedWord {}
extension Outcome: RecordedWord {}
extension ConsumerLock.State: RecordedWord {}
extension ReadFailure.Kind: RecordedWord {}
extension Status: RecordedWord {}

/// The number of subscriptions, `0` for nobody, `"lock"` for a lock that is held.
extension QueueReading.Consumers: RecordedValue {
    func write(to line: inout LineWriter) {
        switch self {
        case .subscribed(let count): line.integer(count)
        case .lockHeld: line.string("lock")
        case .nobody: line.string("nobody")
        case .unreadable: line.null()
        }
    }

    static func read(from line: inout LineCursor) throws(RecordingFault) -> Self? {
        if try line.takeNull() { return .unreadable }
        guard line.peek() == 0x22 else { return .subscribed(Int(clamping: try line.integer())) }
        switch try line.name() {
        case "lock": return .lockHeld
        case "nobody": return .nobody
        default: return .unreadable
        }
    }
}

/// A value that encodes itself: rare ones, whose members are many.
protocol RecordedDocument: RecordedValue, Codable {}

extension RecordedDocument {
    func write(to line: inout LineWriter) { line.document(self) }
    static func read(from line: inout LineCursor) throws(RecordingFault) -> Self? {
        try line.document(Self.self)
    }
}

extension QueueTopics: RecordedDocument {}
