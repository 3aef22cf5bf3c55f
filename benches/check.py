"""Whether every program makes of the lessons what the comparison takes for granted.

    python3 benches/check.py

Builds a hundred lessons with each program, with everything on, and looks at the pages: each lesson has one with its
question, every link within the course leads somewhere, the unit's entries and the lessons before and after are there, and
so are a search index and a feed, as far as the program has them. Ends with 1 if anything is missing.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from peers import ADDRESS, Built, Hornbook, add_options, find_peers

LESSONS = 100
# How many lessons a unit has.
UNIT = 50


class Links(HTMLParser):
    """Where the links of a page lead, and what can be led to in it."""

    def __init__(self, path):
        super().__init__()
        # What browsers know by themselves.
        self.ids = {"", "top"}
        self.links = set()
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids.add(attributes.get("id"))
        if tag == "a" and attributes.get("href"):
            self.links.add(attributes["href"])


def target(out, page, link):
    """The file and the anchor that a link leads to; nothing where it leaves the course."""
    parts = urlsplit(link[len(ADDRESS) - 1 :] if link.startswith(ADDRESS) else link)
    if parts.scheme or parts.netloc:
        return None
    path = unquote(parts.path)
    file = out / path.lstrip("/") if path.startswith("/") else page.parent / path if path else page
    file = file.resolve()
    return file / "index.html" if file.is_dir() else file, parts.fragment


def wrong(program, folder, out):
    """What is wrong with the site that a program has built."""
    pages = {path.resolve(): Links(path) for path in out.rglob("*.html")}
    leads = {}
    for path, page in pages.items():
        targets = {link: target(out, path, link) for link in page.links}
        leads[path] = {found[0] for found in targets.values() if found}
        for link, found in targets.items():
            if found and (not found[0].exists() or found[0] in pages and found[1] not in pages[found[0]].ids):
                yield f"{path}: {link} leads nowhere"
    lessons = program.lessons(folder)
    addresses = [program.address(path.relative_to(folder / program.content)) for path in lessons]
    files = [target(out, out, address)[0] for address in addresses]
    for at, (lesson, file) in enumerate(zip(lessons, files)):
        if file not in pages:
            yield f"{file} is missing"
            continue
        html = file.read_text()
        if not all(sentence in html for sentence in (question(lesson.read_text()), "Closing words, edition 000000.")):
            yield f"{file} has not all of its text"
        # The first and the last lesson of a unit have other pages beside them, or none.
        beside = {files[at - 1], files[at + 1]} if at % UNIT not in (0, UNIT - 1) else set()
        if not beside <= leads[file]:
            yield f"{file} does not lead to the lessons beside it"
        unit = at - at % UNIT
        entries = leads[file].intersection(files[unit : unit + UNIT])
        if program.lists_unit and len(entries) < 10:
            yield f"{file} has not the entries of its unit"
    for name in filter(None, (program.index, program.feed)):
        if not any(path.stat().st_size > 1_000 for path in out.rglob(name)):
            yield f"there is no {name}"


def question(text):
    """What the question of a lesson asks. Where there are no questions, it is a block of code."""
    return re.search(r"^```(?:quiz|text)\n(.*)$", text, re.MULTILINE)[1]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(arguments)
    chosen = arguments.parse_args()
    built = Built()
    failed = False
    for program in [Hornbook(built.hornbook), *find_peers(chosen.tools, chosen.without, not chosen.no_install)]:
        with tempfile.TemporaryDirectory(dir=chosen.folder, prefix="check-") as folder:
            source, out = Path(folder) / "lessons", Path(folder).resolve() / "out"
            built.lay_out(program, source, LESSONS, everything=True)
            subprocess.run(program.build(source, out), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            found = list(wrong(program, source, out))
        failed |= bool(found)
        print("\n".join([f"{program.name} {program.version()}: {len(found)} faults", *found[:10]]), flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
