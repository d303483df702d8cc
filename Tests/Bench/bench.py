#!/usr/bin/env python3
"""Measures hypercare beside htop and btop over a pseudo-terminal, and on real servers.

Python's standard library only. Prints figures, ratios and what is wanted; nothing passes or fails by time.
Every program gets the same size (120x40), TERM=xterm-256color and an empty home, draws every 2 seconds, and is
ended by its own process id. htop and btop draw what the machine runs: how many processes that is is printed.

What the figures mean
  first paint   from just before exec until the reader has the first visible character of a screen
  bytes/s       what was written to the terminal in the steady state
  CPU           time on a processor of the program and its children, in ms a second
  wakes         times a second that a thread of theirs has waited for something and goes on
  RSS, RssAnon  of the program, at the end of the steady state; the peak is the most of any moment before
  key           from writing a key until the reader has the bytes that change the cells it is to change: those
                of the row marker, and of the titles of the other panes when one is zoomed
  --version     from just before exec until the process has ended
"""
import argparse
import os
import re
import shutil
import statistics
import sys
import tempfile
import time

from keys import Keys
from live import LiveStore, attached
from program import Program

# What `htop -d 20` is for btop, which skips the first line.
BTOP_SETTINGS = "#? Config file for btop\nupdate_ms = 2000\n"


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Bench:
    def __init__(self, options, home, rows, columns):
        self.options, self.home = options, home
        self.size = rows, columns
        self.binary = os.path.abspath(options.binary)

    def steady(self, arguments, warmup=5.0):
        # htop and btop draw their first full screens from a second sample: all get the same warm-up.
        program = Program(arguments, self.home, *self.size)
        try:
            program.drain(warmup)
            processor, written, begun = program.cpu(), program.bytes, time.monotonic()
            woken = program.wakes()
            program.drain(self.options.seconds)
            spent = time.monotonic() - begun
            rss, anonymous = program.memory()
            return {
                "bytes/s": (program.bytes - written) / spent,
                "CPU ms/s": (program.cpu() - processor) / 1e6 / spent,
                "wakes/s": (program.wakes() - woken) / spent,
                "RSS MB": rss, "RssAnon MB": anonymous, "helpers MB": program.helpers(),
            }
        finally:
            program.end()

    def first_paint(self, arguments):
        """The median of some starts, None when none showed anything."""
        found = []
        for _ in range(self.options.repeat):
            program = Program(arguments, self.home, *self.size)
            try:
                if (value := program.first_paint()) is not None:
                    found.append(value)
                program.settle()
            finally:
                program.end()
        return statistics.median(found) if found else None

    def beside(self):
        """hypercare's demo, htop and btop, one after the other."""
        programs = {"hypercare": [self.binary, "demo"]}
        for other, settings in ("htop", ["-d", "20"]), ("btop", []):
            if path := shutil.which(other):
                programs[other] = [path, *settings]
            else:
                print(f"bench: {other} is not installed; it is left out.")
        os.makedirs(f"{self.home}/.config/btop")
        with open(f"{self.home}/.config/btop/btop.conf", "w") as file:
            file.write(BTOP_SETTINGS)
        rows, columns = self.size
        print(
            f"{columns}x{rows}, each draws every 2 s (htop -d 20, btop update_ms 2000), steady state over"
            f" {self.options.seconds:.0f} s, medians of {self.options.repeat} starts;"
            f" {processes()} processes for htop and btop to show")
        line("", *programs, wanted="wanted of hypercare")
        results = {
            name: {"first paint ms": self.first_paint(arguments)} | self.steady(arguments)
            for name, arguments in programs.items()
        }
        htop = results.get("htop", {})

        def limit(figure, most, share=1.0):
            theirs = htop.get(figure)
            return most if theirs is None else min(most, share * theirs)

        limits = {
            "first paint ms": limit("first paint ms", 20, 0.5), "bytes/s": limit("bytes/s", 1200),
            "CPU ms/s": limit("CPU ms/s", 4), "RSS MB": 15, "RssAnon MB": 6,
        }
        for figure, ours in results["hypercare"].items():
            values = (shown(results[name].get(figure)) for name in programs)
            line(figure, *values, wanted=wanted(ours, limits.get(figure)))
        print("  20 ms and half of htop's first paint, 1200 bytes/s and htop's, 4 ms/s and htop's: the lower counts")
        print("ratio hypercare / other")
        for figure in ("first paint ms", "bytes/s", "CPU ms/s", "RSS MB"):
            ours = results["hypercare"][figure]
            theirs = (results[name][figure] for name in programs)
            line(figure, *(shown(ours / value, 2) if ours is not None and value else "-" for value in theirs))

    def program_file(self):
        size = os.path.getsize(self.binary) / 1e6
        print(f"file: {size:.2f} MB; {wanted(size, 10)}")
        found = []
        with open(os.devnull, "w") as nothing:
            for _ in range(self.options.repeat * 3):
                begun = time.monotonic()
                pid = os.posix_spawn(
                    self.binary, [self.binary, "--version"], {},
                    file_actions=[(os.POSIX_SPAWN_DUP2, nothing.fileno(), 1)])
                os.waitpid(pid, 0)
                found.append((time.monotonic() - begun) * 1000)
        median = statistics.median(found)
        print(f"--version: median {median:.2f} ms, worst {max(found):.2f} ms; {wanted(median, 5)}")

    def keys(self, what, arguments, pane, ready):
        rows, columns = self.size
        by_step = Keys(arguments, self.home, rows, columns, pane).measure(self.options.presses, ready)
        found = [value for values in by_step.values() for value in values if value is not None]
        lost = ", ".join(
            f"{values.count(None)} of {len(values)} {step}" for step, values in by_step.items() if None in values)
        if not found:
            print(f"key to changed cell, {what}: no key changed its cell")
            return
        p99 = percentile(found, 0.99)
        print(
            f"key to changed cell, {what}: p50 {statistics.median(found):.2f} ms, p99 {p99:.2f} ms, worst"
            f" {max(found):.2f} ms of {len(found)}; did not change it: {lost or 'none'}; {wanted(p99, 16)}")

    def live(self):
        """The console on real servers, first with the rows of the tests, then with many queues besides."""
        with LiveStore(os.path.abspath(self.options.live)) as store:
            arguments = [self.binary, "--config", store.config]
            self.attached("MariaDB over TLS and RabbitMQ, the rows of the tests", arguments)
            store.add_queues(self.options.queues)
            what = f"{self.options.queues} queues more"
            if htop := shutil.which("htop"):
                self.attached("htop -d 20, for comparison", [htop, "-d", "20"])
            self.attached(f"MariaDB over TLS and RabbitMQ, {what}", arguments)
            self.keys(what, arguments, "1 Queues", "shop.topic.")

    def attached(self, what, arguments):
        rows, columns = self.size
        seconds = max(60.0, self.options.seconds)
        found = attached(arguments, self.home, rows, columns, 5.0, seconds)
        print(f"{what}: {seconds:.0f} s from 5 s after the start, default intervals")
        limits = {"wakes/s": 4, "RSS MB": 24, "RSS peak MB": 24, "RssAnon MB": 8, "RssAnon peak MB": 8}
        for figure, value in found.items():
            line(figure, shown(value), wanted=wanted(value, limits.get(figure)))


def processes():
    return sum(name.isdigit() for name in os.listdir("/proc"))


def line(name, *values, wanted=""):
    print(f"  {name:<16}" + "".join(f"{value:>12}" for value in values) + (f"   {wanted}" if wanted else ""), flush=True)


def shown(value, digits=1):
    return "-" if value is None else f"{value:.{digits}f}"


def wanted(value, most):
    """The limit and whether it is kept, in words."""
    if most is None:
        return ""
    return f"wanted at most {most:.4g}: {'yes' if value is not None and value <= most else 'no'}"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--binary", required=True, help="the hypercare to measure, best a release build")
    options.add_argument("--live", help="measure on real servers, which this program (live-store) holds")
    options.add_argument("--queues", type=int, default=500, help="RabbitMQ queues in the second part of that (500)")
    options.add_argument("--seconds", type=float, default=20, help="length of the steady state (20)")
    options.add_argument("--repeat", type=int, default=7, help="starts and --version calls (7)")
    options.add_argument("--presses", type=int, default=200, help="keys pressed (200)")
    options.add_argument("--size", default="120x40", help="of the terminal (120x40)")
    options = options.parse_args()
    if not (size := re.fullmatch(r"([1-9]\d{0,3})x([1-9]\d{0,3})", options.size)):
        sys.exit("bench: --size is COLUMNSxROWS, such as 200x60.")
    for program in filter(None, (options.binary, options.live)):
        if not os.access(program, os.X_OK):
            sys.exit(f"bench: {program} is not a program. `make bench` builds it.")
    with tempfile.TemporaryDirectory(prefix="hypercare-bench.") as home:
        bench = Bench(options, home, int(size[2]), int(size[1]))
        if options.live:
            bench.live()
            return
        bench.beside()
        demo = [bench.binary, "demo", "--hang"]
        bench.keys("while every source hangs", demo, "2 Integrations", "2 Integrations")
        bench.program_file()


if __name__ == "__main__":
    main()
