/// The words on the screens that are not plain English, each in a sentence.
package enum Glossary {
    package struct Entry: Hashable, Sendable {
        package var word: String
        package var text: String

        init(_ word: String, _ text: String) {
            self.word = word
            self.text = text
        }
    }

    /// By the alphabet; signs that stand at figures last.
    package static let entries = [
        Entry("backlog", "what is there to be done: messages of a queue, events of an indexer's changelog"),
        Entry(
            "baseline",
            "what the store was like before its upgrade, captured or imported once: `before` on a page"),
        Entry(
            "checks",
            "all that is judged: each queue, flow, job, indexer, flag and source, and cron as a whole"
        ),
        Entry(
            "comes and goes",
            "an alert that opened and ended again and again: it stays one until it rests for an hour"
        ),
        Entry(
            "cons", "who takes a queue's messages: a number of subscribers, `lock`, 0 for nobody, ? not seen"),
        Entry(
            "day 3/14", "the third day of the window after the upgrade, which the config makes 14 days long"),
        Entry("deadline", "how long a source is waited for before a read is given up"),
        Entry("depth", "messages of a queue that wait, are in work, or are to be retried"),
        Entry("due", "the time has come; of a cron job: a run was planned for now and has not begun"),
        Entry("events", "changes an indexer has still to take from its changelog"),
        Entry("fail%", "of the attempts that ended in five minutes, how many failed"),
        Entry("heartbeat", "how long ago any cron job ran: what shows that cron lives"),
        Entry("hold", "how long something must be so before it counts as trouble; until then it is pending"),
        Entry("in work", "a message that somebody has taken and not finished"),
        Entry(
            "in/s, out/s", "messages that came and were done with each second, as a mean of the last minute"),
        Entry("lag", "how long an indexer's view has not moved while events waited"),
        Entry("last ok", "how long ago an attempt of a flow, or a run of a job, last ended well"),
        Entry("lock", "Magento's note in the database that a consumer or a job is alive and holds its work"),
        Entry("missed", "cron found a planned run too late to start it, and left it out"),
        Entry("moved", "how long ago an indexer's view took events, so that its version grew"),
        Entry(
            "oldest", "how long the oldest message of a queue waits; in row 1: how old the oldest figure is"),
        Entry("on save", "the indexer works at each save in the shop's admin, so nothing can wait"),
        Entry("operate", "this console may switch flags; read-only only looks"),
        Entry("p50, p95", "half of the attempts, or 95 of 100, took no longer"),
        Entry("pace", "how much more, or less, waits each minute, as a mean of the last two minutes"),
        Entry(
            "pending",
            "found, but not yet for as long as its rule asks: nobody is told of it unless it lasts"
        ),
        Entry("retry", "an attempt that is put off and made again later: no success, and no failure yet"),
        Entry("safe zone", "a flow that must stay healthy at all costs: orders, stock, payment, customers"),
        Entry("set aside", "seen by a person, who says until when it is no trouble; nor is it counted as ok"),
        Entry(
            "silence",
            "alerts that nobody is told of for a while, by their names (keys s and 9)"
        ),
        Entry("source", "a server, file or program that is read"),
        Entry("stale", "read more than two intervals ago; after three it is unknown"),
        Entry(
            "tier",
            "how much a flow matters, 1 the most: limits go by it, and how bad what belongs to it is"),
        Entry("timeline", "what was changed and what went wrong on one axis of time: key 8"),
        Entry(
            "told to nobody",
            "the alert is silenced: it stays on the screen, and no letter, page or message tells of it"
        ),
        Entry("trend", "the last hour of the figure, oldest left, each row in its own scale"),
        Entry(
            "usual",
            "of a job's run what it takes as a rule; of a chart what nine of ten healthy half hours of that hour of the week keep to"
        ),
        Entry(
            "waits for its end",
            "nothing of the alert is found now: it is over once that has held for a while"
        ),
        Entry("window", "the days after the upgrade that the store is watched so closely for"),
        Entry("~", "reckoned, or counted over a part of the time only"),
        Entry(
            "+5 follow",
            "five more are wrong for the same cause: they are told with it and marked in their panes"
        ),
        Entry("5000+", "at least so many: counting on would cost the server too much"),
    ]
}
