import Documents
import Monitoring
import Text

/// Lists, page by page.
extension RabbitMQReader {
    /// The API's largest page: a broker pays 150 ms for 500 queues in pages of 100 and half of it in one.
    static let pageSize = 500
    /// At most so many queues are read; beyond it is said how many there are.
    static let queueLimit = 2000
    private static let restarts = 2

    struct Listing {
        var queues: [RabbitMQQueue.Key: RabbitMQQueue] = [:]
        var total = 0
        var nameless = 0
        /// There are more than are read.
        var isCut = false

        var notices: [SourceNotice] {
            var notices: [SourceNotice] = []
            if isCut {
                let text = "\(Figures.count(queues.count)) of \(Figures.count(total)) queues are read"
                notices.append(SourceNotice(.warning, text))
            }
            if nameless > 0 {
                let text = Figures.counted(nameless, "entry", "entries")
                notices.append(SourceNotice(.unknown, "\(text) of the list of queues without a name"))
            }
            return notices
        }
    }

    enum Listed {
        case pages(Listing)
        /// The first page was no list: a virtual host that is closed or gone, or worse.
        case refused(RabbitMQAnswer)
    }

    /// Turns the pages of one list. Queues that come and go meanwhile move the others from page to page, so that
    /// one is missed or met twice: then it begins again.
    mutating func list(
        _ place: String, of host: ExactName?, _ query: String
    ) async throws(ReadFailure) -> Listed {
        var seen: [RabbitMQQueue.Key: RabbitMQQueue] = [:]
        for restart in 0... {
            var listing = Listing()
            var hasShifted = false
            var page = 1
            while true {
                let path = "\(place)?page=\(page)&page_size=\(Self.pageSize)&\(query)"
                let answer = try await get(path)
                if answer.status == 400, RabbitMQBodies.Complaint(answer).error == "page_out_of_range",
                    page > 1
                {
                    guard restart < Self.restarts else { throw RabbitMQBodies.failure(answer, from: path) }
                    hasShifted = true
                    break
                }
                if page == 1, RabbitMQBodies.isClosed(answer) || RabbitMQBodies.isAbsent(answer) {
                    return .refused(answer)
                }
                let node = try RabbitMQBodies.json(answer, from: path)
                let pages = try add(node, page: page, from: place, of: host, to: &listing, &hasShifted)
                if page >= pages { break }
                if listing.queues.count >= Self.queueLimit || page >= 4 * Self.queueLimit / Self.pageSize {
                    listing.isCut = true
                    break
                }
                page += 1
            }
            if page > 1, !listing.isCut, listing.queues.count + listing.nameless < listing.total {
                hasShifted = true
            }
            seen.merge(listing.queues) { _, new in new }
            if !hasShifted { return .pages(listing) }
            if restart >= Self.restarts {
                // Never still: then all that was seen, of which some may be gone by now.
                listing.queues = seen
                return .pages(listing)
            }
        }
        return .pages(Listing())
    }

    /// Takes one page; answers how many there are.
    private func add(
        _ node: Node, page: Int, from place: String, of host: ExactName?, to listing: inout Listing,
        _ hasShifted: inout Bool
    ) throws(ReadFailure) -> Int {
        guard let items = node["items"]?.elements ?? node.elements else {
            throw ReadFailure(.malformed, "\(place): the answer has no list of queues")
        }
        if let told = node["page"]?.int, told != page {
            throw ReadFailure(.malformed, "\(place): page \(told) came where \(page) was asked for")
        }
        for item in items {
            guard var queue = RabbitMQQueue(item) else {
                listing.nameless += 1
                continue
            }
            // Names are kept as they were read first: each is held once, not once a read and place.
            if let place = known.queues.index(forKey: queue.key) { queue.key = known.queues[place].key }
            if let host, queue.key.virtualHost != host {
                throw ReadFailure(
                    .malformed, "\(place): the answer is about another virtual host",
                    advice: "Something between may mix up answers.")
            }
            listing.queues[queue.key] = queue
        }
        let total = RabbitMQFigure(node["filtered_count"] ?? node["total_count"]).value ?? items.count
        if page > 1, total != listing.total { hasShifted = true }
        listing.total = total
        return RabbitMQFigure(node["page_count"]).value ?? 1
    }
}
