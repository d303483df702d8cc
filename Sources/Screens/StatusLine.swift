package import Display
import EngineAPI
import Monitoring
import Text

extension Model {
    /// The last row but one: what is held back from the eye comes first (a frozen picture, a filter and the
    /// bad rows it hides), then the answer to the last key, else the newest event.
    package func statusLine(width: Int, _ glyphs: GlyphSet) -> Line {
        var parts: [Line] = []
        if let frozen {
            let age = Age.text(seconds: now.seconds(since: frozen.at))
            parts.append(
                Line([
                    Span("FROZEN", .warning),
                    Span(" at \(clock.withSeconds(frozen.at.wall)), \(age) ago", .text),
                ]))
        }
        if let recording = snapshot?.recording { parts.append(recording.line) }
        if themeBefore != nil { return themeText(width, glyphs) }
        if let commandLine { return commandText(commandLine).cut(to: width, glyphs) }
        if filterField != nil || !filter.isEmpty {
            let used = parts.reduce(1) { $0 + $1.width(glyphs) + 3 }
            parts.append(filterLine(max(12, width - used), glyphs))
        }
        let used = parts.reduce(1) { $0 + $1.width(glyphs) + 3 }
        let room = max(12, width - used)
        if let notice {
            parts.append(notice.line(room, glyphs))
        } else if let storage = shown?.storage, storage.status.isTrouble {
            // What is decided is lost with the process while this lasts: it outweighs any news.
            let reason = Sanitizer.line(storage.reason.joined(separator: " · "))
            parts.append(
                Line([
                    Span(storage.status.glyph + " ", storage.status.role),
                    Span(Sentence.line(reason, width: room - 2, glyphs), .text),
                ]))
        } else if parts.isEmpty, !hasEventsInFront, let event = shown?.events.last {
            let at = clock.text(event.at)
            let words = Sentence.line(
                Sanitizer.line(event.text), width: room - glyphs.width(at) - 1, glyphs)
            parts.append(Line([Span(at, .dim), Span(" " + words, .text)]))
        }
        var row = Line(" ")
        for (index, part) in parts.enumerated() { row += (index == 0 ? Line() : Line(" · ", .dim)) + part }
        return row.cut(to: width, glyphs)
    }

    /// The newest one stands there already.
    private var hasEventsInFront: Bool {
        screen == .watch && focus == .events && (isZoomed || Layout(size) == .large)
    }

    /// What is typed, and what Tab would make of it.
    private func commandText(_ line: CommandField) -> Line {
        var row = Line([Span(" :", .dim), Span(line.text + "_", .strong)])
        let (typed, isWhole) = (line.text, line.text.contains(" "))
        var offers = candidates(for: typed).filter { $0 != typed }
        if isWhole {
            let start = typed.prefix { $0 != " " }.count + 1
            offers = offers.map { String($0.dropFirst(start)) }
        }
        row.append(
            "  " + offers.map { $0.hasSuffix(" ") ? String($0.dropLast()) : $0 }.joined(separator: "  "),
            .faint)
        return row
    }

    /// All of them, or the one that is tried and which of how many it is.
    private func themeText(_ width: Int, _ glyphs: GlyphSet) -> Line {
        var row = Line(" theme ", .dim)
        for name in themes { row.append(name + "  ", name == theme ? .strong : .dim) }
        guard row.width(glyphs) > width else { return row }
        let place = (themes.firstIndex(of: theme) ?? 0) + 1
        let short = Line(" theme ", .dim) + Line(theme, .strong)
        return (short + Line(", \(place) of \(themes.count)", .dim)).cut(to: width, glyphs)
    }

    /// As much as fits of what is hidden and of where else something was found.
    private func filterLine(_ width: Int, _ glyphs: GlyphSet) -> Line {
        let typed = Span(filter.text + (filterField == nil ? "" : "_"), .strong)
        var line = Line([Span("filter ", .dim), typed])
        guard !filter.isEmpty else {
            line.append("  word !word name:word", .faint)
            return line
        }
        if focus.isList {
            let (found, all) = extent(of: focus)
            line.append(": \(found) of \(Figures.counted(all, focus.thing))", .text)
            return line
        }
        // What is said of all is counted where it is said: cron as a whole is a check like its jobs.
        let (all, hidden) = (board.verdict.checks, hiddenByFilter)
        let found = Pane.allCases.reduce(0) { $0 + self.found(in: $1) }
        let count = Span(": \(found) of \(all)", .text)
        line.spans.append(count)
        let elsewhere = matchesElsewhere.isEmpty ? Line() : Line(" · \(matchesElsewhere): n", .dim)
        let worst = StatusCounts(hidden, of: [.critical, .unknown, .warning])
        let told = worst.isEmpty ? Line() : line + Line(", hides ", .text)
        let forms =
            worst.isEmpty
            ? [line + elsewhere, line]
            : [
                told + worst.trouble(separator: ", ") + elsewhere, told + worst.trouble(separator: ", "),
                told + worst.trouble(separator: ", ", short: true), told + worst.signs,
                Line([Span("/", .dim), typed, count, Span(", hides ", .text)]) + worst.signs,
            ]
        return forms.first { $0.width(glyphs) <= width } ?? forms[forms.count - 1]
    }
}

extension RecordingShown {
    /// `REC 12 MB night.zst`
    fileprivate var line: Line {
        guard ended == nil else {
            return Line([Span(Status.warning.glyph + " ", .warning), Span(sentence, .text)])
        }
        let name = path.utf8.split(separator: UInt8(ascii: "/")).last.map {
            String(decoding: $0, as: UTF8.self)
        }
        return Line([
            Span("REC", .strong),
            Span(" \(size) \(Name.cut(Sanitizer.line(name ?? path, maxBytes: 128), to: 24))", .text),
        ])
    }

    /// `12 MB` of a large one, so that it does not flicker.
    private var size: String { bytes < 1 << 20 ? "\(bytes >> 10) KB" : "\(bytes >> 20) MB" }

    /// `12 MB recorded in /tmp/night.zst: record stop ends it`
    var sentence: String {
        let path = Sanitizer.line(path, maxBytes: 300)
        guard let ended else { return "\(size) recorded in \(path): record stop ends it" }
        return
            "recording ended with \(size) in \(path): \(Sanitizer.line(ended)); record stop takes this away"
    }
}

extension Notice {
    fileprivate func line(_ room: Int, _ glyphs: GlyphSet) -> Line {
        let sign = status.map { Line($0.glyph + " ", $0.role) } ?? Line()
        let words = Sentence.line(Sanitizer.line(text), width: room - sign.width(glyphs), glyphs)
        return sign + Line(words, .text)
    }
}
