"""A program in a pseudo-terminal: what it writes, when, and what it takes from the machine."""
import fcntl
import os
import re
import select
import signal
import struct
import termios
import time

# Sequences that show nothing, so that what is left of the output is what a person sees.
INVISIBLE = re.compile(
    rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP.*?\x1b\\|\x1b\[[0-9:;<=>?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]|[\x00-\x20\x7f]",
    re.DOTALL,
)


class Program:
    """One program in one pseudo-terminal."""

    def __init__(self, arguments, home, rows, columns, screen=None):
        """What is read is drawn on `screen` when there is one."""
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
        }
        master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.master, self.screen, self.bytes = master, screen, 0
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
        self.read_at = time.monotonic()
        self.bytes += len(found)
        if self.screen:
            self.screen.feed(found)
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

    def press(self, key, is_done, limit=1.0):
        """Milliseconds from writing the key until the bytes are here that make `is_done` true of the screen.

        None when they did not come, or when it was true before.
        """
        if is_done():
            return None
        begun = time.monotonic()
        os.write(self.master, key)
        while (left := begun + limit - time.monotonic()) > 0:
            if self.read(left) and is_done():
                return (self.read_at - begun) * 1000
        return None

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
        return self.sum("schedstat", lambda text: text.split()[0])

    def wakes(self):
        """How often its threads, and those of its children, have waited and gone on so far."""
        return self.sum("status", lambda text: text.split("\nvoluntary_ctxt_switches:")[1].split()[0])

    def sum(self, name, figure):
        """A figure of a file in /proc of each thread that lives, added up."""
        total = 0
        for pid in self.tree():
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{task}/{name}") as file:
                        total += int(figure(file.read()))
            except OSError:
                pass
        return total

    def memory(self):
        """RSS and RssAnon of the program itself, in MB."""
        return memory(self.pid)

    def helpers(self):
        """RssAnon of all it started, in MB."""
        return sum(memory(pid)[1] for pid in self.tree()[1:])

    def peak(self):
        """The most RSS it ever had, in MB, by the kernel's own count."""
        return status(self.pid, "VmHWM")[0]

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


def status(pid, *names):
    """Figures of /proc/PID/status in MB, zeroes when the process is gone."""
    try:
        with open(f"/proc/{pid}/status") as file:
            text = file.read()
    except OSError:
        return [0.0] * len(names)
    found = [re.search(rf"{name}:\s+(\d+)", text) for name in names]
    return [int(match[1]) / 1024 if match else 0.0 for match in found]


def memory(pid):
    return status(pid, "VmRSS", "RssAnon")
