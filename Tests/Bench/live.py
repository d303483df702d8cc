"""The console on real servers: MariaDB over TLS and RabbitMQ, filled with the store of the tests."""
import subprocess
import time

from program import Program


class LiveStore:
    """The servers, for as long as this is entered; `config` is the path of a config that watches them."""

    def __init__(self, holder):
        self.holder = holder

    def __enter__(self):
        self.process = subprocess.Popen([self.holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.config = self.answer()
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(60)

    def add_queues(self, count):
        """Empty queues beside those of the tests."""
        print(count, file=self.process.stdin, flush=True)
        self.answer()

    def answer(self):
        if line := self.process.stdout.readline().strip():
            return line
        raise SystemExit("bench: the servers did not come up; what they said is above.")


def attached(arguments, home, rows, columns, warmup, seconds):
    """Figures of the console over `seconds`, which begin `warmup` seconds after its start."""
    program = Program(arguments, home, rows, columns)
    try:
        program.drain(warmup)
        processor, written, begun = program.cpu(), program.bytes, time.monotonic()
        woken = program.wakes()
        samples = [program.memory()]
        while time.monotonic() < begun + seconds:
            program.drain(0.5)
            samples.append(program.memory())
        spent = time.monotonic() - begun
        return {
            "bytes/s": (program.bytes - written) / spent,
            "CPU ms/s": (program.cpu() - processor) / 1e6 / spent,
            "wakes/s": (program.wakes() - woken) / spent,
            "RSS MB": samples[-1][0], "RSS peak MB": max(program.peak(), *(rss for rss, _ in samples)),
            "RssAnon MB": samples[-1][1], "RssAnon peak MB": max(anonymous for _, anonymous in samples),
        }
    finally:
        program.end()
