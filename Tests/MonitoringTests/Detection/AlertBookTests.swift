import Monitoring
import Testing

@Suite struct AlertBookTests {
    private var book: AlertBook
    private let queue = EntityID(.queue, "erp.order")
    private let flow = EntityID(.integration, "orders")
    private let check = EntityID(.recon, "orders")

    init() {
        var shape = StoreShape()
        var orders = StoreShape.Flow("orders")
        orders.system = "ERP"
        orders.queues = ["erp.order"]
        orders.checks = ["orders"]
        var stock = StoreShape.Flow("stock")
        stock.system = "ERP"
        shape.flows = [orders, stock]
        book = AlertBook(CauseMap(shape))
    }

    private func found(
        _ entity: EntityID, _ kind: Finding.Kind, _ severity: AlertSeverity = .warning, since: Double = 0,
        records: [String] = []
    ) -> Finding {
        Finding(entity, kind, severity, since: since, "it is so", records: records)
    }

    private mutating func words(_ findings: [Finding], at now: Double) -> [String] {
        book.update(findings, at: now).map { "\($0.what.rawValue) \($0.alert.key.entity)" }
    }

    @Test mutating func `an alert opens once, gets worse once, and ends when it has been gone for a while`() {
        #expect(words([found(flow, .failing)], at: 0) == ["opened integration:orders"])
        #expect(words([found(flow, .failing)], at: 10) == [])
        #expect(words([found(flow, .failing, .critical)], at: 20) == ["worsened integration:orders"])
        #expect(words([found(flow, .failing)], at: 30) == [])
        #expect(words([], at: 40) == [])
        #expect(words([found(flow, .failing)], at: 50) == [])
        #expect(words([], at: 60) == [])
        #expect(words([], at: 170) == [])
        #expect(words([], at: 180) == ["resolved integration:orders"])
        #expect(book.open.isEmpty)
    }

    @Test
    mutating func `what waits for its end says since when and until when, and no more once it is found`() {
        func end(_ book: AlertBook) -> [Double?] { [book.open.first?.gone, book.open.first?.ends] }
        _ = book.update([found(flow, .failing)], at: 0)
        #expect(end(book) == [nil, nil])
        _ = book.update([], at: 40)
        _ = book.update([], at: 50)
        #expect(end(book) == [40, 160])
        _ = book.update([found(flow, .failing)], at: 60)
        #expect(end(book) == [nil, nil])
        _ = book.update([], at: 70)
        _ = book.update([], at: 189)
        #expect(end(book) == [70, 190])
        #expect(words([], at: 190) == ["resolved integration:orders"], "when it said")
    }

    @Test mutating func `what an earlier run found last is said to be awaited, not to be gone since now`() {
        var earlier = book
        _ = earlier.update([found(flow, .failing)], at: 0)
        book.take(earlier.open)
        _ = book.update([], at: 100)
        #expect(book.open.first?.isAwaited == true && book.open.first?.ends == 700)
        _ = book.update([found(flow, .failing)], at: 110)
        #expect(book.open.first?.isAwaited == false && book.open.first?.ends == nil)
    }

    @Test mutating func `new records are told, known ones are not`() {
        _ = book.update([found(check, .missing, records: ["1"])], at: 0)
        #expect(words([found(check, .missing, records: ["1"])], at: 60) == [])
        #expect(words([found(check, .missing, records: ["1", "2"])], at: 120) == ["worsened recon:orders"])
    }

    @Test
    mutating func
        `what stands upstream and shows later is its head, and what lives on when it is over itself`()
    {
        _ = book.update([found(flow, .slow)], at: 0)
        #expect(book.open.first?.head == nil && book.open.first?.isFound == true)
        let follower = found(queue, .noConsumer, .critical)
        _ = book.update([found(flow, .slow), follower], at: 10)
        #expect(book.open.map(\.head) == [follower] && book.open.first?.current == .critical)
        // A milder thing upstream is not told with the sign of what is worse.
        _ = book.update([found(flow, .slow, .critical), found(queue, .noConsumer)], at: 15)
        #expect(book.open.first?.head == nil)
        // It is no longer slow, and what it left behind still grows: nothing says that it is slow.
        let left = found(queue, .growing)
        _ = book.update([left], at: 20)
        let open = book.open.first
        #expect(open?.head == left && open?.isFound == false && open?.current == .warning)
        #expect(open?.severity == .critical && open?.living == [left.key])
        _ = book.update([], at: 30)
        #expect(book.open.first?.head == nil && book.open.first?.current == nil)
    }

    @Test mutating func `what follows from a cause folds under it, though both come at once`() {
        let all = [found(check, .missing), found(flow, .silent), found(queue, .noConsumer)]
        #expect(words(all, at: 0) == ["opened queue:erp.order"])
        #expect(book.open.first?.folded.count == 2)
    }

    @Test
    mutating func `a cause stays open while what follows from it lives, and then its consequences may heal`()
    {
        _ = book.update([found(queue, .noConsumer), found(flow, .silent)], at: 0)
        #expect(words([found(flow, .silent)], at: 3600) == [])
        #expect(words([], at: 3610) == [])
        #expect(words([], at: 3640) == ["resolved queue:erp.order"])
        #expect(words([found(check, .missing)], at: 3700) == [])
        #expect(words([found(check, .missing, since: 3800)], at: 4300) == ["opened recon:orders"])
    }

    @Test mutating func `the same trouble of two flows of one system is one alert`() {
        let stock = EntityID(.integration, "stock")
        #expect(words([found(stock, .failing)], at: 0) == ["opened integration:stock"])
        #expect(words([found(stock, .failing), found(flow, .failing)], at: 600) == [])
        #expect(words([found(stock, .failing), found(flow, .failing)], at: 7200) == [])
    }

    @Test mutating func `trouble of another kind an hour later is told`() {
        let stock = EntityID(.integration, "stock")
        _ = book.update([found(stock, .failing)], at: 0)
        #expect(
            words([found(stock, .failing), found(flow, .failing)], at: 7200) == ["opened integration:orders"])
    }

    @Test mutating func `what opens and ends again and again becomes one alert that flaps`() {
        var now = 0.0
        var changes = 0
        for _ in 0..<12 {
            changes += book.update([found(queue, .noConsumer)], at: now).count
            now += 30
            _ = book.update([], at: now)
            now += 30
            changes += book.update([], at: now).count
            now += 30
        }
        #expect(changes <= 6)
        #expect(book.open.first?.isFlapping == true)
    }
}
