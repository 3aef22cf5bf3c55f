"""How long a saved change takes to the page that is served, for Hornbook and its peers side by side.

    python3 benches/serve.py --lessons 1000 10000

The clock starts when the rename of the new file into its place has returned, and stops when the page, asked for over a
connection that stays open, holds the new text. Lessons are edited first, then the template of lessons, where a program
lets authors change it. See README.md.
"""

import argparse
import http.client
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from peers import CLOSING, Built, Hornbook, add_options, find_peers, machine

PATIENCE = 120
# Edits before those that count.
WARM_UP = 3


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

    def wait_for(self, path, text):
        """Seconds until the page holds the text. Who takes long is asked less often, and so kept busy less."""
        begin = time.perf_counter()
        while text not in self.get(path):
            waited = time.perf_counter() - begin
            if waited > PATIENCE:
                sys.exit(f"{path} does not come to hold {text!r}")
            time.sleep(max(0.0002, waited / 100))
        return time.perf_counter() - begin


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def save(path, text):
    """Saves as most editors do. The name of the file beside it is one that every program leaves out."""
    new = path.with_name(f".{path.name}.tmp")
    new.write_bytes(text)
    os.rename(new, path)


def edited(path, edition):
    """A lesson with another last sentence, and that sentence."""
    closing = b"Closing words, edition %06d." % edition
    return CLOSING.sub(closing, path.read_bytes()), closing


def memory(process):
    """Bytes that a process holds and has held at most, where the system tells."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return None
    return {name: int(re.search(rf"{name}:\s+(\d+)", status)[1]) * 1024 for name in ("VmRSS", "VmHWM")}


def rest(numbers):
    """At any moment of a program's own rhythm, after it has come to rest."""
    time.sleep(0.3 + numbers.random())


def edit_lessons(program, folder, page, edits, numbers):
    lessons = program.lessons(folder)
    for edition in range(1, edits + WARM_UP + 1):
        rest(numbers)
        path = numbers.choice(lessons)
        text, closing = edited(path, edition)
        save(path, text)
        seconds = page.wait_for(program.address(path.relative_to(folder / program.content)), closing)
        if edition > WARM_UP:
            yield seconds


def edit_template(program, folder, page, edits, numbers):
    path = folder / program.template
    lesson = numbers.choice(program.lessons(folder))
    address = program.address(lesson.relative_to(folder / program.content))
    for mark in range(1, edits + WARM_UP + 1):
        rest(numbers)
        # It is in view.
        page.get(address)
        save(path, program.template_text(path.read_text(), mark).encode())
        seconds = page.wait_for(address, f"mark {mark}</p>".encode())
        if mark > WARM_UP:
            yield seconds


def measure(program, folder, edits, numbers):
    """Seconds and bytes of memory, from the start of a server to its end."""
    if program.template:
        program.open_template(folder)
    port = free_port()
    begin = time.perf_counter()
    server = subprocess.Popen(program.serve(folder, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        page = Page(port)
        first = program.lessons(folder)[0].relative_to(folder / program.content)
        page.wait_for(program.address(first), b"Closing words")
        found = {"start": time.perf_counter() - begin}
        rest(numbers)
        found["memory at first"] = memory(server)
        found["lessons"] = list(edit_lessons(program, folder, page, edits, numbers))
        found["memory after edits"] = memory(server)
        if program.template:
            found["template"] = list(edit_template(program, folder, page, edits, numbers))
        return found
    finally:
        server.terminate()
        server.wait()


def row(lessons, program, found):
    cells = [f"{lessons:,}", program.name, f"{found['start']:.2f} s"]
    cells += spread(found["lessons"]) + spread(found.get("template"))
    for when in ("memory at first", "memory after edits"):
        held = found[when]
        cells.append(f"{held['VmRSS'] / 1e6:,.0f}, {held['VmHWM'] / 1e6:,.0f} MB" if held else "")
    return f"| {' | '.join(cells)} |"


def spread(seconds):
    """The median, and the time that nine in ten need at most."""
    if not seconds:
        return ["", ""]
    tenth = sorted(seconds)[int(len(seconds) * 0.9)]
    return [f"{each * 1000:,.1f} ms" for each in (statistics.median(seconds), tenth)]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--lessons", type=int, nargs="+", default=[1000])
    arguments.add_argument("--edits", type=int, default=30)
    add_options(arguments)
    chosen = arguments.parse_args()
    built = Built()
    programs = [Hornbook(built.hornbook), *find_peers(chosen.tools, chosen.without, not chosen.no_install)]
    about = machine(chosen.folder)
    versions = {program.name: program.version() for program in programs}
    print(f"{about['cores']} cores, {about['memory']}, {about['file system']}; {chosen.edits} edits of each kind.")
    print(", ".join(f"{name} {version}" for name, version in versions.items()) + ".\n")
    print("| lessons | program | start | lesson | 90 % | template | 90 % | memory, peak | after edits, peak |")
    print("| ---: | --- |" + " ---: |" * 7, flush=True)
    courses = []
    for lessons in chosen.lessons:
        for program in programs:
            if program.largest and lessons > program.largest:
                continue
            with tempfile.TemporaryDirectory(dir=chosen.folder, prefix="serve-") as folder:
                # Nobody else is asked for a search index.
                everything = isinstance(program, Hornbook)
                built.lay_out(program, Path(folder), lessons, everything=everything)
                found = measure(program, Path(folder), chosen.edits, random.Random(lessons))
            print(row(lessons, program, found), flush=True)
            courses.append({"lessons": lessons, "program": program.name, **found})
    if chosen.json:
        record = {"machine": about, "versions": versions, "courses": courses}
        chosen.json.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
