"""How long a saved change takes to the page that is served, for Hornbook, Hugo and mdBook side by side.

    python3 benches/serve.py --lessons 1000 --hornbook target/release/hornbook --hugo hugo --mdbook mdbook

The clock starts when the rename of the new file into its place has returned, and stops when the page, asked for over a
connection that stays open, holds the new text. See README.md.
"""

import argparse
import http.client
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from course import Course, Hornbook, Hugo, MdBook

PATIENCE = 120


class Page:
    """A page that is asked for again and again over one connection."""

    def __init__(self, port):
        self.port = port
        self.connection = None

    def get(self, path):
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
                self.connection.connect()
                self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connection.request("GET", path)
            return self.connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            self.connection = None
            return b""

    def wait_for(self, path, text, pause):
        begin = time.perf_counter()
        while text not in self.get(path):
            if time.perf_counter() - begin > PATIENCE:
                sys.exit(f"{path} does not come to hold {text!r}")
            time.sleep(pause)
        return time.perf_counter() - begin


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def save(path, text):
    """Saves as most editors do. The name of the file beside it is one that every program leaves out."""
    new = path.with_name(f".{path.name}.tmp")
    new.write_text(text)
    os.rename(new, path)


def measure(site, edits, numbers):
    port = free_port()
    begin = time.perf_counter()
    server = subprocess.Popen(site.command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        page = Page(port)
        page.wait_for(site.path(0), b"Section 4", 0.01)
        start = time.perf_counter() - begin
        times = []
        for edit in range(-3, edits):
            # At any moment of a program's own rhythm, after it has come to rest.
            time.sleep(0.3 + numbers.random())
            number = numbers.randrange(site.course.count)
            mark = f"mark-{edit + 3}-{numbers.randrange(10**9)}"
            save(site.file(number), site.text(number, mark))
            taken = page.wait_for(site.path(number), mark.encode(), 0.0002)
            if edit >= 0:
                times.append(taken * 1000)
        return start, times
    finally:
        server.terminate()
        server.wait()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--lessons", type=int, nargs="+", default=[1000])
    arguments.add_argument("--edits", type=int, default=30)
    for kind in (Hornbook, Hugo, MdBook):
        arguments.add_argument(f"--{kind.name.lower()}", metavar="PROGRAM", help="left out: not measured")
    chosen = arguments.parse_args()
    print("| lessons | program | start | median | 90 % | longest |")
    print("| ---: | --- | ---: | ---: | ---: | ---: |")
    for count in chosen.lessons:
        course = Course(count)
        for kind in (Hornbook, Hugo, MdBook):
            program = getattr(chosen, kind.name.lower())
            if not program:
                continue
            with tempfile.TemporaryDirectory() as folder:
                site = kind(program, folder, course)
                site.lay_out()
                start, times = measure(site, chosen.edits, random.Random(count))
            tenth = sorted(times)[int(len(times) * 0.9)]
            figures = [statistics.median(times), tenth, max(times)]
            cells = " | ".join(f"{figure:.1f} ms" for figure in figures)
            print(f"| {count} | {kind.name} | {start:.2f} s | {cells} |", flush=True)


if __name__ == "__main__":
    main()
