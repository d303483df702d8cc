import Documents

/// A log file, here or behind a command prefix.
package struct LogSettings: Sendable, Hashable {
    package enum Format: String, Sendable, Hashable, CaseIterable { case monolog, nginx, plain }

    package var path = ""
    package var format = Format.monolog
    /// nginx's own `log_format`, as it stands in its configuration; nil is `combined`.
    package var nginxFormat: String?
    /// `["ssh", "app1"]`; empty for a file here.
    package var via: [String] = []
    package var interval: Duration = .seconds(2)
    /// At most the interval.
    package var deadline: Duration = .seconds(2)

    package init() {}

    static var section: Section<LogSettings> {
        Section(
            "log", "A log file whose lines tell how the attempts of integrations ended.", LogSettings(),
            [
                Field(
                    "path", \.path, .path, "The file, on the machine that holds it.", required: true,
                    example: "/var/www/magento/var/log/system.log"),
                Field(
                    "format", \.format, .choice,
                    "How its lines are written; plain is any text, one record a line."),
                Field(
                    "log_format", \.nginxFormat, optional: .text("an nginx log_format"),
                    "For nginx: the text of its log_format, where it is not combined. Latency needs $request_time in it.",
                    example: "'$remote_addr [$time_local] \"$request\" $status $request_time'"),
                Field(
                    "via", \.via, .via, "A command prefix that leads to the file's machine.",
                    example: "[ssh, app1]"),
                Field("interval", \.interval, .interval, "How often it is read."),
                Field("deadline", \.deadline, .deadline, "How long one read may take, at most the interval."),
            ],
            finish: { node, value, reading in
                Timing.check(node, interval: value.interval, deadline: &value.deadline, &reading)
                if let format = node["log_format"], !format.isNull {
                    if value.format != .nginx {
                        reading.note("\"log_format\" needs format: nginx", at: format.place)
                    } else if let text = value.nginxFormat {
                        reading.claim(.logFormat(text), at: format.place)
                    }
                }
                if Programs.isHere(node), let path = node["path"], !value.path.isEmpty {
                    reading.claim(.log(value.path), at: path.place)
                }
            })
    }
}

/// Any program whose output tells how something is.
package struct CommandSettings: Sendable, Hashable {
    package enum Output: String, Sendable, Hashable, CaseIterable { case nagios, json }
    package enum Counts: String, Sendable, Hashable, CaseIterable {
        case sinceLast = "since_last"
        case totals
    }

    package var run: [String] = []
    /// `["ssh", "app1"]`; empty runs the program here.
    package var via: [String] = []
    package var output = Output.nagios
    package var counts = Counts.sinceLast
    package var interval: Duration = .seconds(60)
    /// At most the interval.
    package var deadline: Duration = .seconds(10)
    /// Bytes; what is more is a failed read.
    package var maxOutput = 64 << 10

    package init() {}

    static var section: Section<CommandSettings> {
        Section(
            "command", "A program that is run and says how something is.", CommandSettings(),
            [
                Field(
                    "run", \.run, .argv, "The program and its arguments; no shell reads them.",
                    required: true, example: "[/usr/lib/nagios/plugins/check_http, -H, shipping.example]"),
                Field(
                    "via", \.via, .via, "A command prefix that leads to another machine.",
                    example: "[ssh, app1]"),
                Field(
                    "output", \.output, .choice,
                    "nagios: exit code and performance data; json: an object of counts."),
                Field(
                    "counts", \.counts, .choice,
                    "since_last: its success, failure and retry count what was since the run before; totals: they only grow, and the difference of two runs counts."
                ),
                Field("interval", \.interval, .interval, "How often it is run."),
                Field(
                    "deadline", \.deadline, .deadline, "After so long it is stopped, at most the interval."),
                Field(
                    "max_output", \.maxOutput, .size(1024...(8 << 20)),
                    "So much of its output is read, more is an error."),
            ],
            finish: { node, value, reading in
                Timing.check(node, interval: value.interval, deadline: &value.deadline, &reading)
                Programs.check(value.run, of: "run", in: node, &reading)
            })
    }
}
