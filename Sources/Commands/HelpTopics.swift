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
                    "One connection, one query at a time, each with a time limit. TLS is required unless the config says `tls: {mode: off}`; a socket needs none. Ask the primary: named locks and changelogs are not right on a replica. The smallest account:"
                ),
                .code([
                    "CREATE USER 'hypercare'@'bastion' IDENTIFIED BY '...' REQUIRE SSL WITH MAX_USER_CONNECTIONS 4;",
                    "GRANT PROCESS ON *.* TO 'hypercare'@'bastion';",
                    "GRANT SELECT ON magento.* TO 'hypercare'@'bastion';",
                ]),
                .text(
                    "Instead of the whole database, SELECT on these tables is enough: queue, queue_message_status, cron_schedule, indexer_state, mview_state, every changelog (its name ends with _cl), and for bulk operations magento_operation. PROCESS shows who holds a lock and since when; it may be left out. trigger_check is on and needs TRIGGER, which is a right to make triggers too: without it the triggers are not looked at, and an indexer that is no longer fed is not seen."
                ),
                .heading("RabbitMQ"),
                .text(
                    "Through the management plugin. The tag monitoring shows figures, empty permissions on each virtual host show its queues and allow nothing else. Without them RabbitMQ answers with an empty list, which is drawn as no access, never as no queues:"
                ),
                .code([
                    "rabbitmqctl add_user hypercare '...'", "rabbitmqctl set_user_tags hypercare monitoring",
                    "rabbitmqctl set_permissions -p / hypercare '^$' '^$' '^$'",
                ]),
                .heading("Log files"),
                .text(
                    "Monolog and nginx access lines, here or behind a prefix such as [ssh, app1]. Rotation is followed. An integration's outcomes name the lines that are a success, a failure or a retry: as literal text with * for any text, or by pattern (PCRE2, with limits), level or status. Lines from before the start tell the last success and are not counted: until five minutes and an hour were watched, a share stands on less and carries ~."
                ),
                .heading("Commands"),
                .text(
                    "Any program, run without a shell, with a deadline and a cap on its output: a Nagios plugin, or JSON."
                ),
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
                    "It is written to the audit log before it is sent; if that cannot be done, nothing is sent. It is sent only while the flag is still as it was shown. Then it is read back. The answer is one of four words:"
                ),
                .items([
                    HelpPage.Item("confirmed", "it was sent and is now as asked"),
                    HelpPage.Item("refused", "nothing was changed, and why"),
                    HelpPage.Item("conflict", "somebody else changed it meanwhile; nothing was sent"),
                    HelpPage.Item(
                        "unknown",
                        "it was sent, and whether it took could not be seen: look before trying again"),
                ]),
                .heading("flagd"),
                .text(
                    "A file in flagd's format, JSON or YAML. One value is changed in place; comments, order and every other byte are kept, and the file is replaced at once. Off means the variant that is false. DISABLED is shown as `code default`: the application's own default decides, which may be on."
                ),
                .heading("magento-config"),
                .text(
                    "A setting of the store, read and set by its own bin/magento (config:show, config:set), optionally behind a prefix such as [ssh, app1]. Never by SQL."
                ),
                .heading("Names"),
                .text(
                    "Only names of letters, digits and . _ : / - can be changed; others are shown, because characters that look alike must not switch the wrong flag."
                ),
                .heading("The audit log"),
                .text(
                    "audit.jsonl in $XDG_STATE_HOME/hypercare/NAME. Each record carries the hash of the one before: `hypercare audit verify` finds a record that was changed, `hypercare audit show` prints them."
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
                    "pending: what a rule looks for is so, and its hold is not over: `no consumer, critical in 80 s`. not judged: a rule needs a second reading that it did not get; status reads twice where one asks for it, within --patience seconds."
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
                        "not done, or something was found: a source that fails, a touched audit record"
                    ),
                    HelpPage.Item("2", "the command line or the config is wrong; nothing was done"),
                ]),
            ])
    }
}
