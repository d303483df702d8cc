/// The topics that are prose.
extension HelpPages {
    var sources: HelpPage {
        HelpPage(
            title: "sources",
            blocks: [
                .text(
                    "Everything is only read. Each source has an interval and a deadline of its own; `hypercare doctor` tests each step by step and says what is missing."
                ),
                .heading("MySQL and MariaDB"),
                .text(
                    "One connection, one query at a time, each with a time limit. TLS is required unless the config says `tls: {mode: off}`, for this machine or with a reason as `insecure`; a socket needs none. Ask the primary: named locks and changelogs are not right on a replica. The smallest account:"
                ),
                .code([
                    "CREATE USER 'hypercare'@'bastion' IDENTIFIED BY '...' REQUIRE SSL WITH MAX_USER_CONNECTIONS 4;",
                    "GRANT PROCESS ON *.* TO 'hypercare'@'bastion';",
                    "GRANT SELECT ON magento.* TO 'hypercare'@'bastion';",
                ]),
                .text(
                    "Instead of the whole database, SELECT on these tables is enough: queue, queue_message_status, cron_schedule, indexer_state, mview_state, every changelog (its name ends with _cl), for bulk operations magento_operation, for topics of waiting messages queue_message, and for what changed core_config_data, store, store_website, setup_module, patch_list and queue_poison_pill. PROCESS shows who holds a lock and since when; it may be left out. trigger_check is on and needs TRIGGER, which is a right to make triggers too: without it the triggers are not looked at, and an indexer that is no longer fed is not seen."
                ),
                .heading("RabbitMQ"),
                .text(
                    "Through the management plugin. The tag monitoring shows figures, empty permissions on each virtual host show its queues and allow nothing else. Without them RabbitMQ answers with an empty list, which is drawn as no access, never as no queues:"
                ),
                .code([
                    "rabbitmqctl add_user hypercare '...'", "rabbitmqctl set_user_tags hypercare monitoring",
                    "rabbitmqctl set_permissions -p / hypercare '^$' '^$' '^$'",
                ]),
                .text(
                    "Whether a queue is served is decided by what leaves it: what was acknowledged, or taken without. The broker's own rates are not used. Queues of one connection, and those the server named, are not listed. With the tag management alone queues are seen, and nodes and partitions are not. Of more than 100 queues, those that are empty and do not move are read in full each half minute, all others at every read."
                ),
                .heading("Log files"),
                .text(
                    "Monolog (its line and its JSON formatter) and nginx access lines, here or behind a prefix such as [ssh, app1]. An integration's outcomes name the lines that are a success, a failure or a retry: as literal text with * for any text, or by pattern (PCRE2, with limits), levels or status. Every rule is asked of the whole record: a failure decides over a retry, a retry over a success. Name the levels of a text (levels: [info]): an error may quote it."
                ),
                .text(
                    "Each record counts at the time it carries. At a start the last hour is read back, at most 32 MB of it here and 8 MB behind a prefix; where that does not reach, a share stands on less and carries ~. Lines of format plain carry no time and count from the start on. Rotation, copies and links to today's file are followed, and a writer that goes on in a rotated file for an hour. What could not be seen makes a figure a lower bound, drawn with +, and Sources says why."
                ),
                .text(
                    "Behind a prefix one connection stays. Over there it needs sh, stat, date, head, tail, cat and readlink, which only read: the end of the file at a start, then what comes. At each interval it tells its clock and the file's inode and size, so that a quiet log and a stalled connection are told apart; times are taken by the clock of the machine that wrote them."
                ),
                .heading("Releases"),
                .text(
                    "What was changed is told beside what went wrong soon after. The database shows saved settings, by their paths alone and never with a value, versions of modules and patches, and restarts of consumers: SELECT on core_config_data, setup_module, patch_list and queue_poison_pill; a table that may not be read is left out, and `hypercare doctor` names the right. A source of type release looks each ten seconds whether var/.maintenance.flag is there and where a deploy's link leads, here or behind a prefix; over there it needs sh, stat, date and readlink. Nothing is opened:"
                ),
                .code([
                    "release:", "  type: release", "  root: /var/www/magento/current",
                    "  release: /var/www/magento/current", "  via: [ssh, app1]",
                ]),
                .text(
                    "A deploy script says what no server can: `hypercare mark deploy \"2.4.8-p1, carrier fix\"`."
                ),
                .heading("Commands"),
                .text(
                    "Any program, run without a shell, with a deadline and a cap on its output. A Nagios plugin: its exit code is one attempt of the integration, a success or a failure, unless it has figures named success, failure and retry. Or JSON, everything optional:"
                ),
                .code([
                    "{\"success\": 12, \"failure\": 1, \"retry\": 0, \"latency\": [0.8],",
                    " \"last_success\": \"2026-11-21T10:02:13Z\", \"last_error\": \"timeout\",",
                    " \"last_error_at\": \"2026-11-21T10:02:13Z\",",
                    " \"queues\": [{\"name\": \"out\", \"ready\": 5, \"in_progress\": 1, \"retry\": 0,",
                    "   \"error\": 2, \"arrived\": 900, \"left\": 895, \"oldest\": 90, \"consumers\": 1}],",
                    " \"status\": \"warning\", \"text\": \"disk 91 % full\"}",
                ]),
                .text(
                    "`counts` says what its counts are. since_last: what was since the run before; they are spread over the time between the two, and those of the first run, of a time nobody watched, are no rate. totals: they only grow, as a Nagios figure with the unit c, and the difference of two runs counts; one that is smaller than before has begun again. A queue's arrived and left are always totals. A figure that is no number, negative or absent where it is needed is a failed read, never 0."
                ),
            ])
    }

    var glossary: HelpPage {
        HelpPage(
            title: "glossary",
            blocks: [
                .text(
                    "The words that the screens and `hypercare status` use, where they are not plain English. What each rule looks at is in `hypercare help rules`."
                ),
                .items(words),
            ])
    }

    var flags: HelpPage {
        HelpPage(
            title: "flags",
            blocks: [
                .text(
                    "A flag can be changed only where the config says `access: operate`. A change is asked for with t in the Flags pane, and confirmed in a dialog that names the store, the flag, what it is now and what it will be; Cancel is chosen first."
                ),
                .text(
                    "It is written to the audit log before it is sent; if that cannot be done, nothing is sent. It is sent only while the flag is still as it was shown. Then it is read back. The answer is one of five words:"
                ),
                .items([
                    HelpPage.Item("confirmed", "it was sent and is now as asked"),
                    HelpPage.Item(
                        "saved",
                        "it is now as asked, and the program that set it did not end well: the config cache may be as before. The row says so, over restarts, until c has cleaned it (bin/magento cache:clean config, asked for first and on record) or the flag is changed again from here"
                    ),
                    HelpPage.Item("refused", "nothing was changed, and why"),
                    HelpPage.Item(
                        "conflict",
                        "somebody else changed it since it was shown, and nothing was sent; or another program wrote the same file while it was changed, and it is said what is in force and where the other's text is"
                    ),
                    HelpPage.Item(
                        "unknown",
                        "it was sent, and whether it took could not be seen: look before trying again"),
                ]),
                .heading("flagd"),
                .text(
                    "A file in flagd's format, JSON or YAML. One value is changed in place; comments, order and every other byte are kept, and the file is replaced at once. Off means the variant that is false. DISABLED, and a flag without a default variant, is shown as `code default`: the application's own default decides, which may be on. A targeting rule that decides for each request is `by rule`, and is not switched here."
                ),
                .text(
                    "Owner, mode, ACL and extended attributes stay, and who follows the file goes on following; a link that leads to it stays a link. Consoles wait for one another. What an editor or a script writes at the same moment, or within ten seconds after, is never replaced untold: the change is told as a conflict, and a text that did not come into force is kept beside the file as `NAME.kept-…`, which is a warning until somebody has put it right and removed it. A file that belongs to another user is changed by root only; one that Kubernetes puts there not at all; one that everybody on the machine may write, or whose folder is so, is told by `doctor` and not changed in production."
                ),
                .text(
                    "The file is checked as flagd checks it. A default variant that is none of the variants, or a value of the wrong type, makes flagd refuse the whole file and go on with what it had: the file and the flag at fault are critical, nothing else in it is known, and nothing in it can be switched until it is mended."
                ),
                .heading("magento-config"),
                .text(
                    "A setting of the store, read and set by its own bin/magento (config:show, config:set), optionally behind a prefix such as [ssh, app1]. Never by SQL. Each call starts the store's PHP, about a second of CPU; settings of one group are asked for in one call where the store's version can do that."
                ),
                .text(
                    "config:set is never stopped, since it saves first and cleans the cache last: it runs in a session of its own, goes on when the console or its connection ends, and the next console waits for it. While it runs the flag says so and cannot be switched; only a person ends it, by t on that flag and a dialog that says what may be half done. How it ended is read: a save whose command did not end well is told as saved, with what may be undone."
                ),
                .text(
                    "With `database`, the name of a mysql source, its table core_config_data is looked at instead: config:show is asked when a row of these settings has changed, and every five minutes, because env.php and config.php go before the table and are not in it. A value is shown only as the command says it."
                ),
                .text(
                    "A setting has a scope: the default, a website (`scope: websites/base`) or a store view (`scope: stores/de`). What narrower scopes say is read with the table's help and shown: `OFF, but ON in 2 store views`. Switching the default does not change them. Narrower values that stand in env.php or config.php alone are not found."
                ),
                .text(
                    "An empty line from config:show is a setting that nothing gives a value, which Magento takes for no: OFF. No answer at all, an error sentence, or a path that the store does not know any more is unknown, with the reason."
                ),
                .heading("Commands of your own"),
                .text(
                    "`commands` in the config names programs by the kind of row they are for. They stand on the row's page, and ! there, or :run NAME, asks first: the dialog shows the whole line with the row's values, and in production the command's name has to be typed. It runs as you, without a shell, from /, with PATH, HOME, USER, LOGNAME, TZ and SSH_AUTH_SOCK of yours. That it begins goes to the audit log before, how it ended after. What it prints is shown when it has ended, up to 256 KB of each stream. At its deadline, and with the console, it is ended with all that it started: what it did until then is not known."
                ),
                .text(
                    "A row fills in letters, digits and _ . / : @ % + , - only, and nothing that begins with -: a name comes from a server, and behind ssh a shell reads it once more. Any other value is refused with a sentence, and nothing is run."
                ),
                .heading("Names"),
                .text(
                    "Only names of letters, digits and . _ : / - can be changed; others are shown, because characters that look alike must not switch the wrong flag."
                ),
                .heading("The audit log"),
                .text(
                    "audit.jsonl in $XDG_STATE_HOME/hypercare/NAME. Each record carries the hash of the one before: `hypercare audit verify` finds a record that was changed, `hypercare audit show` prints them. audit.head beside it says which record is the newest: a log that was cut, emptied or replaced takes no further record, so no change is sent, until both are moved away together; then a new one is begun. A running console also tells an older copy of both from the newest it wrote or read."
                ),
                .text(
                    "Whoever owns the folder can make both anew. So a line with the hash of each newest record goes to the system's log (/dev/log, as authpriv.notice, when it is there) and to where `audit: {anchor: PATH}` says, a file that only grows, or a program, [PROGRAM, ARGUMENT], that reads the line: choose a place that this user cannot change. A place that takes nothing is told on the screen and asked again; the change goes on, as its record stands. `audit verify` compares the log with that file, and with `--anchors FILE`, such as `journalctl -t hypercare > FILE`: a log made anew is named line by line. Where there is no anchor to compare with it says so."
                ),
            ])
    }

    var exitCodes: HelpPage {
        HelpPage(
            title: "exit codes",
            blocks: [
                .text("`hypercare status` ends as Nagios plugins do, with the first of these that holds:"),
                .items([
                    HelpPage.Item("2", "critical: a check is critical"),
                    HelpPage.Item(
                        "3",
                        "unknown: a figure is missing or old, a rule could not be judged, --entity names nothing, or the command line or the config is wrong"
                    ),
                    HelpPage.Item(
                        "1",
                        "warning: a check is a warning, or something is pending and nothing remembers since when"
                    ),
                    HelpPage.Item("0", "ok, also while something is pending that is remembered"),
                ]),
                .text(
                    "pending: what a rule looks for is so, and its hold is not over: `nobody takes messages, critical in 80 s`. not judged: a rule needs a second reading that it did not get; status reads twice where one asks for it, within --patience seconds."
                ),
                .text(
                    "Holds go on from look to look. While a console of this user watches, its state is read and nothing is written; else status remembers in $XDG_STATE_HOME/hypercare/NAME/status, or in DIR/NAME with --state DIR, a folder for its user alone: Nagios has its own. Looks at most 15 minutes apart go on with a hold; when the one before was longer ago, what is pending is a warning. Of two looks at once the second remembers nothing and says so."
                ),
                .text(
                    "`hypercare status --json` holds every figure; `hypercare status --schema` prints its JSON Schema. The document's version grows when a member goes or means something else; members may be added."
                ),
                .text("Every other command:"),
                .items([
                    HelpPage.Item("0", "done"),
                    HelpPage.Item(
                        "1",
                        "not done, or something was found: a source that fails, a touched audit record, a recording that cannot be read"
                    ),
                    HelpPage.Item("2", "the command line or the config is wrong; nothing was done"),
                ]),
            ])
    }
}
