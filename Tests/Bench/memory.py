#!/usr/bin/env python3
"""Measures the most memory that hypercare takes for each kind of source, when that source answers as much as it may.

Python's standard library only; every server is one of ours, on loopback. Each kind is watched alone for so many
seconds, by a console in a pseudo-terminal of 120x40; the peak is the kernel's (VmHWM). Ends with 1 where a kind takes
more than its limit above the console that watches one small file: a limit that is not held is a fault, not a figure.
"""
import argparse
import http.server
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time

from program import Program

# Megabytes above the console that watches next to nothing: what is held, a fifth above what was measured where that is
# much. README.md says the same. Rows are dear, some 25 KB a queue with a name of 700 letters, 15 KB with a short one;
# junk costs nothing.
LIMITS = {"rabbitmq": 32, "rabbitmq queues": 230, "2000 queues": 45, "log": 16, "log of one line": 16, "command": 16,
          "flagd": 110, "names": 100}


class Rogue(http.server.BaseHTTPRequestHandler):
    """Answers every question with the body of the kind that is measured."""
    body = b""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        try:
            self.wfile.write(self.body)
        except OSError:
            pass

    def log_message(self, *_):
        pass


def queue(number, name):
    return {"name": name, "vhost": "/", "type": "classic", "state": "running", "node": "rabbit@a", "messages": number,
            "messages_ready": number, "messages_unacknowledged": 0, "consumers": 0}


def overview():
    return {"rabbitmq_version": "3.13.0", "management_version": "3.13.0", "cluster_name": "c", "node": "rabbit@a",
            "rates_mode": "basic", "object_totals": {"queues": 9000}, "page": 1, "page_count": 1, "total_count": 9000}


class Case:
    def __init__(self, home):
        self.home = home
        self.port = None

    def path(self, name):
        return os.path.join(self.home, name)

    def write(self, name, text, mode=0o600):
        with open(self.path(name), "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        os.chmod(self.path(name), mode)

    def rabbitmq(self, body):
        Rogue.body = body
        return (f"rabbit: {{type: rabbitmq, url: 'http://127.0.0.1:{self.port}', user: u, "
                "password: {env: HOME}, interval: 1s, deadline: 1s}")

    def source(self, kind):
        """The lines of the source, and what happens each second."""
        if kind == "rabbitmq":
            return self.rabbitmq(b"[" + b"0," * (4 << 20) + b"0]"), None
        if kind == "rabbitmq queues":
            items = [queue(n, f"q{n}-" + "n" * 700) for n in range(8000)]
            return self.rabbitmq(json.dumps({**overview(), "items": items}).encode()), None
        if kind == "2000 queues":
            items = [queue(n, f"shop.integration.topic-{n}") for n in range(2000)]
            return self.rabbitmq(json.dumps({**overview(), "items": items}).encode()), None
        if kind == "names":
            def again():
                items = [queue(n, f"q{random.random()}") for n in range(4000)]
                Rogue.body = json.dumps({**overview(), "items": items}).encode()
            again()
            return self.rabbitmq(Rogue.body), again
        if kind.startswith("log"):
            line = b'[2026-11-30T00:00:00.000000+00:00] main.INFO: ' + b"x" * (200 if kind == "log" else 40 << 20)
            text = (line + b" [] []\n") * ((40 << 20) // len(line) + 1)
            self.write("store.log", text)
            def more():
                with open(self.path("store.log"), "ab") as file:
                    file.write(text)
                if os.path.getsize(self.path("store.log")) > 1 << 30:
                    os.truncate(self.path("store.log"), 0)
            return f"log: {{type: log, path: {self.path('store.log')}, interval: 1s, deadline: 1s}}", more
        if kind == "command":
            self.write("talk", "#!/bin/sh\nhead -c 20000000 /dev/zero | tr '\\0' x\n", 0o700)
            return f"talk: {{type: command, run: [{self.path('talk')}], interval: 1s, deadline: 1s}}", None
        self.write("store.log", "")
        return f"log: {{type: log, path: {self.path('store.log')}}}", None

    def config(self, kind):
        line, each = self.source(kind)
        sources = f"    sources:\n      {line}\n"
        count = 12_000 if kind == "flagd" else 1
        flags = {f"flag-{n}-" + "n" * 150: {"state": "ENABLED", "variants": {"on": True, "off": False},
                                            "defaultVariant": "on"} for n in range(count)}
        self.write("flags.json", json.dumps({"flags": flags}))
        self.write("config.yaml", "environments:\n  shop:\n    production: false\n" + sources
                   + f"    flags:\n      f: {{type: flagd, path: {self.path('flags.json')}}}\n")
        return each


def measure(binary, kind, seconds, port):
    home = tempfile.mkdtemp(prefix="hypercare-memory.")
    try:
        case = Case(home)
        case.port = port
        each = case.config(kind)
        program = Program([binary, "--config", case.path("config.yaml")], home, 40, 120)
        try:
            most, late = 0, time.monotonic() + seconds
            tick = time.monotonic() + 3
            while time.monotonic() < late:
                program.read(0.2)
                most = max(most, program.peak())
                if each and time.monotonic() > tick:
                    each()
                    tick = time.monotonic() + 1
            return most
        finally:
            program.end()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--binary", required=True)
    options.add_argument("--seconds", type=int, default=20)
    options.add_argument("kinds", nargs="*")
    options = options.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Rogue)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    base = measure(options.binary, "nothing", 5, port)
    print(f"{'one small file':18} {base:7.1f} MB")
    over = False
    for kind in options.kinds or LIMITS:
        most = measure(options.binary, kind, options.seconds, port) - base
        over = over or most > LIMITS[kind]
        print(f"{kind:18} {most:+7.1f} MB, limit {LIMITS[kind]}", flush=True)
    server.shutdown()
    sys.exit(1 if over else 0)


main()
