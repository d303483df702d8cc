import Monitoring

/// What runs behind a command prefix: a small POSIX script that only looks. What it is about comes as arguments, so
/// that no path is ever part of a script.
enum ReleaseScript {
    /// Arguments: the folder, the link (empty where there is none), the mark. Says, each in a line that begins with the
    /// mark, `time SECONDS`; `flag SECONDS` or `noflag`; `link SECONDS`, what the link says and `end`, or `nolink`.
    static let look = #"""
        d=$1 l=$2 m=$3
        [ -d "$d" ] || { stat -- "$d" >/dev/null && echo "$d: it is not a folder" >&2; exit 1; }
        v=${d%/}/var
        if [ -d "$v" ] && [ ! -x "$v" ]; then echo "$v: Permission denied" >&2; exit 1; fi
        echo "$m time $(date +%s)"
        t=$(stat -c %Y -- "$v/.maintenance.flag" 2>/dev/null) && echo "$m flag $t" || echo "$m noflag"
        [ -n "$l" ] || exit 0
        if t=$(stat -c %Y -- "$l" 2>/dev/null) && [ -h "$l" ]; then
          echo "$m link $t"; readlink -- "$l"; echo "$m end"
        else
          echo "$m nolink"
        fi
        """#

    /// Nil where the answer makes no sense.
    static func reading(_ output: [UInt8], mark: String, hasLink: Bool) -> ChangesReading? {
        let newline = UInt8(ascii: "\n")
        var rest = output[...]
        func take() -> [String]? {
            guard let end = rest.firstIndex(of: newline) else { return nil }
            let words = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ").map(String.init)
            rest = rest[(end + 1)...]
            return words.first == mark ? Array(words.dropFirst()) : nil
        }
        func time(_ words: [String]) -> WallTime? {
            guard words.count == 2, let seconds = Int64(words[1]), (0..<100_000_000_000).contains(seconds)
            else {
                return nil
            }
            return WallTime(seconds: seconds)
        }
        guard let first = take(), first.first == "time", let now = time(first) else { return nil }
        var reading = ChangesReading(readAt: now)
        guard let flag = take() else { return nil }
        if flag == ["noflag"] {
            reading.maintenance = .init(since: nil)
        } else {
            guard flag.first == "flag", let since = time(flag) else { return nil }
            reading.maintenance = .init(since: since)
        }
        guard hasLink else { return rest.isEmpty ? reading : nil }
        guard let link = take() else { return nil }
        if link == ["nolink"] {
            reading.release = .init(target: nil)
            return rest.isEmpty ? reading : nil
        }
        let end = Array("\n\(mark) end\n".utf8)
        guard link.first == "link", let made = time(link), rest.count >= end.count,
            rest.suffix(end.count).elementsEqual(end)
        else { return nil }
        reading.release = .init(target: ReleaseProbe.text(rest.dropLast(end.count)), made: made)
        return reading
    }
}
