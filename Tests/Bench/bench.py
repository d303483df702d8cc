#!/usr/bin/env python3
"""Measures hypercare beside htop and btop over a pseudo-terminal, in the same run.

Python's standard library only. Prints medians and ratios; nothing passes or fails by time. Every program
gets the same size (120x40), TERM=xterm-256color and an empty home, and is ended by its own process id.

What the figures mean
  first paint   from just before exec until the reader has the first visible character of a screen
  bytes/s       what was written to the terminal in the steady state
  CPU           user and system time of the program and its children, from /proc, in ms a second
  RSS, RssAnon  of the program and its children, at the end of the steady state
  key           from writing a key to the first bytes of the answer, while every source hangs
  --version     from just before exec until the process has ended
"""
import argparse
import fcntl
import os
import re
import select
import shutil
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time

ROWS, COLUMNS = 40, 120
# Sequences that show nothing, so that what is left of the output is what a person sees.
INVISIBLE = re.compile(
    rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP.*?\x1b\\|\x1b\[[0-9:;<=>?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]|[\x00-\x20\x7f]",
    re.DOTALL,
)


class Program:
    """One program in one pseudo-terminal."""

    def __init__(self, arguments, home):
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
        }
        master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.master, self.bytes, self.status = master, 0, None
        self.started = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(master)
            login(slave)
            os.execve(arguments[0], arguments, environment)
        os.close(slave)

    def read(self, seconds):
        """The next bytes, or b"" when none came in time or the program is gone."""
        if not select.select([self.master], [], [], max(0, seconds))[0]:
            return b""
        try:
            found = os.read(self.master, 65536)
        except OSError:
            return b""
        self.bytes += len(found)
        return found

    def first_paint(self, limit=10.0):
        """Milliseconds until something can be seen; None when that is not within `limit` seconds."""
        seen = b""
        while (left := self.started + limit - time.monotonic()) > 0:
            seen += self.read(left)
            if INVISIBLE.sub(b"", seen):
                return (time.monotonic() - self.started) * 1000
        return None

    def drain(self, seconds):
        """Reads for so long, as a terminal does."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def settle(self, quiet=0.03, limit=2.0):
        """Reads until nothing came for `quiet` seconds."""
        end = time.monotonic() + limit
        while time.monotonic() < end and self.read(quiet):
            pass

    def key(self, key, limit=1.0):
        """Milliseconds from the key to the first bytes of the answer, None when there is none."""
        self.settle()
        begun = time.monotonic()
        os.write(self.master, key)
        return (time.monotonic() - begun) * 1000 if self.read(limit) else None

    def tree(self):
        """The program and what it started."""
        found, rest = [], [self.pid]
        while rest:
            pid = rest.pop()
            found.append(pid)
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{task}/children") as file:
                        rest += [int(child) for child in file.read().split()]
            except OSError:
                pass
        return found

    def cpu(self):
        """Nanoseconds on a processor so far, of all threads that live."""
        total = 0
        for pid in self.tree():
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{task}/schedstat") as file:
                        total += int(file.read().split()[0])
            except OSError:
                pass
        return total

    def memory(self):
        """RSS and RssAnon of the program itself, and RssAnon of all it started, in MB."""
        def of(pid):
            with open(f"/proc/{pid}/status") as file:
                text = file.read()
            return [int(re.search(rf"{name}:\s+(\d+)", text)[1]) / 1024 for name in ("VmRSS", "RssAnon")]
        rss, anonymous = of(self.pid)
        others = 0.0
        for pid in self.tree()[1:]:
            try:
                others += of(pid)[1]
            except (OSError, TypeError):
                pass
        return rss, anonymous, others

    def end(self, key=b"q"):
        """Asks it to leave; then ends it."""
        try:
            os.write(self.master, key)
        except OSError:
            pass
        for wait, number in ((1.0, signal.SIGTERM), (1.0, signal.SIGKILL), (1.0, None)):
            end = time.monotonic() + wait
            while time.monotonic() < end:
                self.read(0.01)
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    os.close(self.master)
                    return
            if number:
                os.kill(self.pid, number)
        os.close(self.master)


def login(slave):
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for number in range(3):
        os.dup2(slave, number)
    if slave > 2:
        os.close(slave)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def steady(arguments, home, warmup, seconds):
    program = Program(arguments, home)
    try:
        program.first_paint()
        program.drain(warmup)
        before, begun = program.cpu(), time.monotonic()
        start = program.bytes
        program.drain(seconds)
        spent = time.monotonic() - begun
        rss, anonymous, others = program.memory()
        return {
            "bytes/s": (program.bytes - start) / spent, "CPU ms/s": (program.cpu() - before) / 1e6 / spent,
            "RSS MB": rss, "RssAnon MB": anonymous, "helpers MB": others,
        }
    finally:
        program.end()


def first_paints(arguments, home, times):
    found = []
    for _ in range(times):
        program = Program(arguments, home)
        try:
            if (value := program.first_paint()) is not None:
                found.append(value)
            program.settle()
        finally:
            program.end()
    return found


def keys(binary, home, presses):
    """Zooms a pane and back: each press changes most of the screen."""
    program = Program([binary, "demo", "--hang"], home)
    try:
        program.first_paint()
        program.drain(1.0)
        found = [program.key(b"f") for _ in range(presses)]
        return [value for value in found if value is not None], found.count(None)
    finally:
        program.end()


def versions(binary, times):
    found = []
    with open(os.devnull, "w") as nothing:
        for _ in range(times):
            begun = time.monotonic()
            pid = os.posix_spawn(
                binary, [binary, "--version"], {}, file_actions=[(os.POSIX_SPAWN_DUP2, nothing.fileno(), 1)])
            os.waitpid(pid, 0)
            found.append((time.monotonic() - begun) * 1000)
    return found


def line(name, *values):
    print(f"  {name:<14}" + "".join(f"{value:>14}" for value in values), flush=True)


def shown(value, digits=1):
    return "-" if value is None else f"{value:.{digits}f}"


def main():
    global ROWS, COLUMNS
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--binary", required=True, help="the hypercare to measure, best a release build")
    options.add_argument("--seconds", type=float, default=20, help="length of the steady state (20)")
    options.add_argument("--repeat", type=int, default=7, help="starts and --version calls (7)")
    options.add_argument("--presses", type=int, default=200, help="keys pressed (200)")
    options.add_argument("--size", default=f"{COLUMNS}x{ROWS}", help=f"of the terminal ({COLUMNS}x{ROWS})")
    options = options.parse_args()
    if not (size := re.fullmatch(r"([1-9]\d{0,3})x([1-9]\d{0,3})", options.size)):
        sys.exit("bench: --size is COLUMNSxROWS, such as 200x60.")
    COLUMNS, ROWS = int(size[1]), int(size[2])
    binary = os.path.abspath(options.binary)
    if not os.access(binary, os.X_OK):
        sys.exit(f"bench: {options.binary} is not a program. Build it with `make release`.")
    programs = {"hypercare": [binary, "demo"]}
    for other in ("htop", "btop"):
        if path := shutil.which(other):
            programs[other] = [path]
        else:
            print(f"bench: {other} is not installed; it is left out.")
    with tempfile.TemporaryDirectory(prefix="hypercare-bench.") as home:
        print(f"{COLUMNS}x{ROWS}, steady state over {options.seconds:.0f} s, medians of {options.repeat} starts")
        line("", *programs)
        results = {}
        for name, arguments in programs.items():
            paints = first_paints(arguments, home, options.repeat)
            results[name] = {"first paint ms": statistics.median(paints) if paints else None}
            # htop and btop draw their first full screens from a second sample: all get the same warm-up.
            results[name] |= steady(arguments, home, 5.0, options.seconds)
        for figure in results["hypercare"]:
            line(figure, *(shown(results[name].get(figure)) for name in programs))
        print("ratio hypercare / other")
        for figure in ("first paint ms", "bytes/s", "CPU ms/s", "RSS MB"):
            ours = results["hypercare"][figure]
            ratios = []
            for name in programs:
                theirs = results[name][figure]
                ratios.append(shown(ours / theirs, 2) if ours is not None and theirs else "-")
            line(figure, *ratios)
        found, lost = keys(binary, home, options.presses)
        if found:
            print(
                f"key while every source hangs: p50 {statistics.median(found):.2f} ms, p99"
                f" {percentile(found, 0.99):.2f} ms, worst {max(found):.2f} ms of {len(found)}; {lost} unanswered")
        else:
            print("key while every source hangs: no answer at all")
        times = versions(binary, options.repeat * 3)
        print(f"--version: median {statistics.median(times):.2f} ms, worst {max(times):.2f} ms")


if __name__ == "__main__":
    main()
