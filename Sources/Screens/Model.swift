package import Display
package import EngineAPI
package import FeatureFlags
package import Monitoring

/// Everything one operator's screen is drawn from.
package struct Model: Sendable {
    /// The newest one; nil until the engine's first.
    package var snapshot: Snapshot? { didSet { hasNewRows() } }
    /// What `Z` holds on the screen while the data goes on.
    package var frozen: Snapshot? { didSet { hasNewRows() } }
    package var now: Timestamp
    package var size: Size

    /// What lies over the watch screen, the top one last.
    package var overlays: [Screen] = []
    package var focus: Pane = .queues
    package var isZoomed = false
    /// The row the cursor stands on; ask `cursor(in:)`, which knows what is there.
    package var cursors: [Pane: EntityID] = [:]
    package var eventCursor: Event?
    package var alertCursor: AlertKey?
    /// How the alerts stand while a person goes through them.
    var restingAlerts: [AlertKey] = []
    /// All that follows from the open alert is told.
    package var isUnfolded = false
    package var orders: [Pane: Order] = [:] { didSet { stamp = .init() } }
    package var filter = Filter("") { didSet { stamp = .init() } }
    /// The filter while it is typed.
    package var filterField: TextField?
    /// Where one was when it was begun.
    var focusBeforeFilter: Pane?
    /// What is typed after `:`.
    package var commandLine: CommandField?
    /// What was run so, the newest last.
    var commandHistory: [String] = []
    /// The rows that `y` and `Y` take.
    package var marked: Set<EntityID> = []
    /// What went to the clipboard last, in words.
    var sending = ""
    /// Keys that were told to do nothing.
    var explained: Set<Key> = []

    package var dialog: Dialog?
    /// The person's own command that is at work or was run last.
    package var run: RunState?
    package var notice: Notice?
    /// Requests on their way, by their number.
    package var pending: [Int: Request] = [:] { didSet { stamp = .init() } }
    /// The changes asked for here whose end is known, of the newest some.
    var answered: [String] = [] { didSet { stamp = .init() } }

    package var theme: String
    package var themes: [String]
    /// By a person; else it follows the terminal's background.
    package var isThemeChosen = false
    /// What `F2` goes back from while one is tried.
    package var themeBefore: String?
    /// How times are written, this machine's own clock, and the moment that they are told from.
    package internal(set) var zone = Clock.Zone.utc
    package var localClock: StoreClock?
    package internal(set) var timeMark: WallTime?
    /// Whether the mouse is asked for, and what it clicked last.
    package internal(set) var wantsMouse = false
    var clicked: Click?
    /// Whether a new critical row rings the terminal's bell, and when it did last.
    package var rings = false
    var rungAt: Timestamp?

    package var details: [EntityID: Detail] = [:]
    /// What was fetched for the open detail.
    package var histories: [SeriesID: History] = [:]
    package var detailView = DetailState()
    package var timeline = TimelineState()
    /// By its id.
    var silenceCursor: String?
    package var lines = LinesState()
    package var help = HelpState()

    /// Until then keys were meant for a question that is gone.
    var strayKeysUntil: Timestamp?
    /// The pane whose rows rest as they stand, because a person moved the cursor through them.
    var resting: Pane?
    /// The panes whose order has not seen which rows came or went, and how they are now.
    var (unplaced, unsorted): (Set<Pane>, Set<Pane>) = ([], [])
    /// Rows that became critical while one rests.
    var newlyCritical: Set<EntityID> = []
    /// Where one came from to a pane that does not stand among the others.
    var paneBefore: Pane?
    /// The problem that the keys for it went to last.
    var lastProblem: EntityID?
    /// What came under the cursor, and when, without a key.
    var arrival: (id: EntityID, at: Timestamp)?
    /// Of all that the board is made of, and of the rows among it.
    private(set) var (stamp, picture) = (BoardMemo.Stamp(), BoardMemo.Stamp())
    private let boards = BoardMemo()
    var nextRequest = 1
    var opIDs: OpIDs

    /// `themes` are the names `F2` goes through, `seed` is 128 random bits.
    package init(
        now: Timestamp, size: Size, themes: [String] = ["dark"], theme: String = "dark",
        seed: (UInt64, UInt64) = (0, 0)
    ) {
        self.now = now
        self.size = size
        self.themes = themes
        self.theme = theme
        opIDs = OpIDs(seed: seed)
    }

    package enum Screen: Hashable, Sendable {
        case watch
        case detail(EntityID)
        /// Why an alert is told.
        case alert(AlertKey)
        /// What happened when, with the figure of this.
        case timeline(EntityID?)
        /// Which alerts are told to nobody.
        case silences
        /// What the logs say behind it; over its detail.
        case lines(EntityID)
        case help
        /// What a person's command printed.
        case output
    }

    package var screen: Screen { overlays.last ?? .watch }

    /// What is drawn: the frozen picture, or the newest data.
    package var shown: Snapshot? { frozen ?? snapshot }

    /// What is decided of all rows of it.
    var board: Board { boards.board(of: self) }

    private mutating func hasNewRows() {
        (stamp, picture) = (.init(), .init())
        (unplaced, unsorted) = (Set(Pane.allCases), Set(Pane.allCases))
    }
}

/// One sentence in answer to what the operator did; it stands on the last line but one for a while.
package struct Notice: Hashable, Sendable {
    package var text: String
    /// Its sign and colour; nil for plain news.
    package var status: Status?
    package var until: Timestamp
    /// What it says of a flag, so that it is not said any more when it is no longer so.
    package var claim: Claim?

    package struct Claim: Hashable, Sendable {
        package var flag: EntityID
        package var value: FlagValue
        /// When it was said.
        package var at: Timestamp
        /// Seen so in a snapshot: one from before the change shows what was.
        package var isSeen = false
    }

    package init(_ text: String, status: Status? = nil, until: Timestamp) {
        self.text = text
        self.status = status
        self.until = until
    }
}

/// The question in the box; there is one at a time.
package enum Dialog: Hashable, Sendable {
    case flag(FlagDialog)
    case aside(AsideDialog)
    case takeBack(TakeBackQuestion)
    case silence(SilenceDialog)
    case endSilence(EndSilenceQuestion)
    case end(EndQuestion)
    case finish(FinishQuestion)
    case run(CommandQuestion)
    case quit(QuitQuestion)
}

/// How the open detail is looked at.
package struct DetailState: Hashable, Sendable {
    /// Hours the chart goes back.
    package var minutes = 360
    /// The operator chose it; else it shrinks to what there is.
    package var isSpanChosen = false
    /// Lines scrolled down.
    package var offset = 0
    var fetchedAt: Timestamp?
    /// When its charts were asked for, and which reading of the row its figures were asked for.
    var (drawnAt, readAt): (Timestamp?, Timestamp?)
    /// They were asked for and have not come.
    var isAwaited = false
    /// The engine has answered, if only that it knows no more.
    var isAnswered = false
}

/// How the help is looked at.
package struct HelpState: Hashable, Sendable {
    /// A word to be found is being typed.
    package var isTyping = false
    package var query = TextField(limit: 40)
    /// Of the lines found.
    package var chosen = 0
}
