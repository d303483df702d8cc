/// Alerts, and who is told of them.
extension HelpPages {
    var alerts: HelpPage {
        HelpPage(
            title: "alerts",
            blocks: [
                .text(
                    "What is wrong is told as alerts, one a cause: what follows from it is folded into it. An alert opens, worsens and is resolved; `7` in the console shows them, Enter opens one as an argument: what was expected, what came, since when, how sure, what changed before it began, what follows, what to do. Greyed below them stands what is pending: told at that time, if it lasts. `8` puts all that happened on one axis of time with the figure of what is selected: deploys, flags, settings, failed jobs and notes above the alerts, from their beginning to their end; Left and Right go from one to the next."
                ),
                .heading("Rules of your own"),
                .text(
                    "`rules` of an environment compare a figure of the charts, above or below a limit, for so long; they speak as custom:NAME. `tuning` switches a rule off for some things, or lets a learned one wait for more evidence; the page says so, and why. `expected` names hours in which something is no news."
                ),
                .code([
                    "rules:",
                    "  - {name: erp-depth, of: \"queue:erp.*\", measure: depth, above: 400, for: 5m}",
                    "tuning:",
                    "  - {of: integration:tax, rule: slower, tolerance: 2, why: slow on Mondays}",
                    "  - {of: \"queue:legacy.*\", rule: oldest, off: true, why: emptied hourly}",
                ]),
                .heading("Who is told"),
                .text(
                    "`alerts.file` gets a line of JSON for each change, `alerts.notify` starts a program that gets the same on its standard input, in order, again until it ends with 0. A change may come twice after a crash, by the same id. `heartbeat` runs a program again and again, so that silence is noticed. Without a screen: `hypercare watch --headless`; a console that opens beside it keeps the environment and hands it back when it ends."
                ),
                .heading("Silences"),
                .text(
                    "`s` on an alert, or `:silence queue:erp.* kind=growing source=rabbit severity=warning 2h WHY`, has those alerts told to nobody for a while; what that hides now and would have hidden in 24 h is part of the question. `notify` is not called for them, the file has them with silenced: true, no row changes; what gets worse than severity= says is told. It ends by itself, or by `9`: what is open then is told as unsilenced. `a` sets one thing aside as it is now."
                ),
                .heading("A program for mail"),
                .code([
                    "#!/bin/sh", "line=$(cat)",
                    "subject=$(printf %s \"$line\" | jq -r '\"\\(.what) \\(.severity): \\(.entity)\"')",
                    "printf %s \"$line\" | jq -r .summary | mail -s \"$subject\" oncall@example.org",
                ]),
                .heading("For Slack"),
                .code([
                    "#!/bin/sh", "jq '{text: \"\\(.what) \\(.severity): \\(.summary)\"}' |",
                    "  curl -fsS -m 10 -H 'Content-Type: application/json' -d @- \\",
                    "    \"$(cat /etc/hypercare/slack-url)\"",
                ]),
                .heading("For PagerDuty"),
                .text(
                    "By its Events API, version 2; the alert's key and kind make one incident of its changes:"
                ),
                .code([
                    "#!/bin/sh", "jq --rawfile key /etc/hypercare/pagerduty-key '{",
                    "  routing_key: ($key | rtrimstr(\"\\n\")),",
                    "  event_action: (if .what == \"resolved\" then \"resolve\" else \"trigger\" end),",
                    "  dedup_key: \"\\(.environment) \\(.key) \\(.kind)\",",
                    "  payload: {summary, source: .environment, severity}}' |",
                    "  curl -fsS -m 10 -H 'Content-Type: application/json' -d @- \\",
                    "    https://events.pagerduty.com/v2/enqueue",
                ]),
                .heading("What is usual"),
                .text(
                    "Detectors compare with what the kept history says of each half hour of the week, from three days on, or with a baseline: `hypercare baseline capture` before the upgrade. `hypercare mark deploy TEXT` from a deploy script tells what no server can. `hypercare record` takes down what sources answer, `replay` plays it on the console, `backtest` tells the alerts of it."
                ),
            ])
    }
}
