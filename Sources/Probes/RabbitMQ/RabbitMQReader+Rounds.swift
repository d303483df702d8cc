import Monitoring
import Platform
import Text

/// Which figures are read now: how much waits in each queue at every read, and all the rest for those that do
/// anything. Of an empty queue in which nothing came or left, who is seen there and what was counted may be half a
/// minute old: a broker pays three times as much for those figures as for the depths.
extension RabbitMQReader {
    /// Below so many queues everything is read each time.
    private static let many = 100
    /// With more than so many that do something, one page of all is cheaper.
    private static let busyLimit = 100
    /// Bytes of the names that are asked for in one address.
    private static let patternLimit = 3000
    private static let stillness = 25.0
    private static let withoutStatistics = "&disable_stats=true&enable_queue_totals=true"

    mutating func round(
        _ place: String, of host: ExactName?, _ overview: RabbitMQOverview
    ) async throws(ReadFailure) -> Listed {
        guard overview.hasStatistics else {
            return try await list(
                place, of: host, "columns=\(RabbitMQQueue.columns)\(Self.withoutStatistics)")
        }
        if !known.refusesNames, let last = known.rounds[place], last.queues.count > Self.many,
            last.queues.count - last.still.count <= Self.busyLimit,
            started.seconds(since: last.readAt) < Self.stillness,
            let listing = try await changes(since: last, place, of: host)
        {
            return .pages(listing)
        }
        let listed = try await list(place, of: host, "columns=\(RabbitMQQueue.columns)")
        guard case .pages(let listing) = listed, !listing.isCut else {
            known.rounds[place] = nil
            return listed
        }
        let before = known.rounds[place]?.queues ?? [:]
        let still = listing.queues.filter { key, queue in
            before[key].map { queue.isStill(since: $0) } ?? false
        }
        known.rounds[place] = RabbitMQMemory.Round(
            readAt: started, queues: listing.queues, still: Set(still.keys))
        return listed
    }

    /// The depths of all and every figure of those that do something; nil when all had better be read.
    private mutating func changes(
        since last: RabbitMQMemory.Round, _ place: String, of host: ExactName?
    ) async throws(ReadFailure) -> Listing? {
        let query = "columns=\(RabbitMQQueue.totals)\(Self.withoutStatistics)"
        guard case .pages(var listing) = try await list(place, of: host, query), !listing.isCut else {
            return nil
        }
        let busy = listing.queues.filter { key, queue in
            !queue.isPassing && !(last.still.contains(key) && queue.isEmpty)
        }
        for (key, queue) in last.queues where listing.queues[key] != nil { listing.queues[key] = queue }
        guard !busy.isEmpty else { return listing }
        guard busy.count <= Self.busyLimit, let pattern = Self.pattern(busy.keys.map(\.name)) else {
            return nil
        }
        let filter = "name=\(HTTPRequest.encode(pattern))&use_regex=true&columns=\(RabbitMQQueue.columns)"
        let fresh: Listing
        do throws(ReadFailure) {
            guard case .pages(let listing) = try await list(place, of: host, filter) else { return nil }
            fresh = listing
        } catch  where error.kind == .malformed {
            // A proxy may refuse so long an address, and would the next time.
            known.refusesNames = true
            return nil
        }
        for key in busy.keys {
            guard let queue = fresh.queues[key] else { return nil }
            listing.queues[key] = queue
        }
        return listing
    }

    /// Names exactly these, byte by byte; nil when that is too long for an address.
    private static func pattern(_ names: [ExactName]) -> String? {
        let digits = Array("0123456789abcdef".utf8)
        var bytes = Array("^(?:".utf8)
        for (index, name) in names.sorted().enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "|")) }
            for byte in name.text.utf8 {
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    bytes.append(byte)
                default: bytes += Array("\\x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
            }
            if bytes.count > patternLimit { return nil }
        }
        return String(decoding: bytes, as: UTF8.self) + ")$"
    }
}
