import EngineAPI
import FeatureFlags
import Monitoring

/// What is decided of a row before a word of it is written: whether it gets a line, and how many.
struct RowHead: Hashable, Sendable, Ranked {
    var status: Status
    var isAside = false
    /// A line at the top of the pane already says why: the row is worth no more than an ok one.
    var isExplained = false
    /// Parts of its reason.
    var parts = 0
    /// A line that belongs to the row above it and cannot be chosen.
    var isPart = false
    /// When what is well was changed: news for a while.
    var changedAt: WallTime?

    init(_ status: Status, parts: Int = 0, isExplained: Bool = false) {
        self.status = status
        self.parts = parts
        self.isExplained = isExplained
    }

    /// As `RowStyle.reason` has it.
    init(_ judgement: Judgement, readAt: Timestamp?, isExplained: Bool) {
        status = judgement.status
        isAside = judgement.aside != nil
        self.isExplained = isExplained
        if isAside {
            parts = 1 + judgement.reason.count
        } else if status.isTrouble, !isExplained {
            parts = readAt == nil ? max(1, judgement.reason.count) : judgement.reason.count
        }
    }

    /// It is well and has something to say for a moment.
    func hasNews(at now: WallTime) -> Bool {
        guard parts == 0, let changedAt else { return false }
        return now.seconds(since: changedAt) < FlagsPane.recently
    }
}

/// How much a row matters among others.
protocol Ranked {
    var status: Status { get }
    /// A person has set it aside.
    var isAside: Bool { get }
}

extension Ranked {
    var isTrouble: Bool { status.isTrouble && !isAside }
    /// By what it is sorted among rows of all panes.
    var urgency: Status { isAside ? .stale : status }
    /// As what it gets room: what is aside is a good row that has something to say.
    var budgeted: Status { isAside ? .ok : status }
}

/// The rows of a pane by how much they matter, each kind in the order of the rows.
struct RowRanks: Hashable, Sendable {
    /// In trouble, and no banner says why: of each status, and all of them.
    private(set) var open: [Status: [Int]] = [:]
    private(set) var trouble: [Int] = []
    /// In trouble, and a banner says why.
    private(set) var explained: [Int] = []
    /// Good ones that have something to say, and all good ones.
    private(set) var telling: [Int] = []
    private(set) var good: [Int] = []
    /// Rows with a reason; critical ones with one.
    private(set) var reasoned = 0
    private(set) var criticalReasoned = 0
    let count: Int

    init(_ heads: some Collection<RowHead>) {
        count = heads.count
        for (index, head) in heads.enumerated() {
            if head.parts > 0 { reasoned += 1 }
            if !head.budgeted.isTrouble {
                good.append(index)
                if head.parts > 0 { telling.append(index) }
            } else if head.isExplained {
                explained.append(index)
            } else {
                trouble.append(index)
                open[head.status, default: []].append(index)
                if head.status == .critical, head.parts > 0 { criticalReasoned += 1 }
            }
        }
    }

    func open(_ status: Status) -> [Int] { open[status] ?? [] }
}
