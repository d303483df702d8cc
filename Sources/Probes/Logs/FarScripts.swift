/// What runs behind a command prefix: two small POSIX scripts that only read. What they are about comes as
/// arguments, so that no path is ever part of a script.
///
/// Both tell of themselves in lines that begin with a mark that no log can know. Every line of the second one
/// stands in the stream of bytes, so that what came before it is known to have come.
enum FarScripts {
    /// Arguments: the file, the bytes wanted of its end, the mark, an inode and an offset to end at (both
    /// empty at first). Says `look TIME INODE END FROM`, and the bytes from FROM on; `gone` when the file is
    /// another by now.
    static let look = #"""
        f=$1 l=$2 m=$3 i=$4 e=$5
        [ -f "$f" ] || { stat -- "$f" >/dev/null && echo "$f: it is not a regular file" >&2; exit 1; }
        exec 3<"$f" || exit 1
        set -- $(date +%s; stat -L -c '%i %s' /proc/self/fd/3)
        [ -n "$3" ] || exit 1
        [ "${i:-$2}" = "$2" ] || { echo "$m gone"; exit 0; }
        e=${e:-$3}
        n=$((e - l)); [ "$n" -gt 0 ] || n=0
        echo "$m look $1 $2 $e $n"
        tail -c "+$((n + 1))" <&3 | head -c "$((e - n))"
        """#

    /// Arguments: the file, the inode to go on with, the first byte wanted (from 1), seconds between two
    /// beats, the mark, and how many bytes before the end of the file are sent at most. Says `follows INODE BYTE` before the bytes of a file, `beat TIME INODE SIZE [INODE
    /// SIZE]` (the file that is read, the one at the path) before the bytes that came since, `late` and `on`
    /// around what came in the file that was there before, and `missed INODE` before all of a file that came
    /// and went between two beats. A rotated file is kept open for an hour, unless it was removed.
    static let follow = #"""
        f=$1 i=$2 n=$3 b=$4 m=$5 l=$6 o=0
        trap '' PIPE
        say() { echo "$m $*" || exit; }
        inode() { stat -L -c %i -- "$1" 2>/dev/null; }
        g=$f t=$(readlink -f -- "$f" 2>/dev/null) || t=$f
        [ "$(inode "$f")" = "$i" ] || for x in "$t"*; do
          [ -f "$x" ] && [ "$(inode "$x")" = "$i" ] && g=$x
        done
        [ -f "$g" ] || { stat -- "$g" >/dev/null && echo "$g: it is not a regular file" >&2; exit 1; }
        exec 3<"$g" || exit 1
        j=$(inode /proc/self/fd/3) || exit 1
        [ "$j" = "$i" ] || n=1
        z=$(stat -L -c %s /proc/self/fd/3)
        [ "$((z - n))" -lt "$l" ] || n=$((z - l + 1))
        say follows "$j" "$n"
        tail -c "+$n" <&3 || exit
        while :; do
          h=$(date +%s; stat -L -c '%i %s' /proc/self/fd/3 "$f" 2>/dev/null)
          say beat $h
          cat <&3 || exit
          if [ "$o" -gt 0 ]; then
            say late; cat <&4 || exit; say on
            o=$((o - b))
            [ "$(stat -L -c %h /proc/self/fd/4)" = 0 ] && [ "$o" -gt 60 ] && o=60
            [ "$o" -gt 0 ] || exec 4<&-
          fi
          set -- $h
          if [ "${4:-$2}" != "$2" ] && [ -f "$f" ]; then
            exec 4<&3
            o=3600 t=$(readlink -f -- "$f" 2>/dev/null) || t=$f
            for x in "$t"*; do
              case $x in *.gz | *.bz2 | *.xz | *.zst) continue ;; esac
              [ -f "$x" ] && [ ! -h "$x" ] && [ "$x" -nt /proc/self/fd/4 ] || continue
              k=$(inode "$x")
              [ "$k" = "$2" ] || [ "$k" = "$4" ] || { say missed "$k"; cat -- "$x"; }
            done
            command exec 3<"$f" || exit
            say follows "$(inode /proc/self/fd/3)" 1
            continue
          fi
          sleep "$b"
        done
        """#
}
