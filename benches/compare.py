"""Full builds by Hornbook, its peers and the least that any of them must do, of the same lessons, side by side.

    python3 benches/compare.py --lessons 1000 10000 --rounds 5

Writes tables in Markdown. All programs build in turn, round by round, each into a folder that is new; see README.md.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from guided import guided
from peers import Built, Hornbook, Limit, add_options, find_peers, machine

HERE = Path(__file__).resolve().parent
MODES = {
    "plain": "without search, questions and feeds",
    "full": "with search, questions and feeds",
}
WHAT = ("seconds", "processor", "memory")
AGAIN = ", nothing changed"
# The rows of a course in the table of all of them.
SUMMARY = (
    ("time", "", "seconds"),
    ("nothing changed", AGAIN, "seconds"),
    ("processor", "", "processor"),
    ("memory", "", "memory"),
)


class Builds:
    """Builds of one course by several programs, in a folder of their own."""

    def __init__(self, built, programs, lessons, mode, folder):
        self.programs, self.folder, self.lessons, self.mode = programs, folder, lessons, mode
        self.runs = {}
        self.counts = None
        for key in dict.fromkeys(program.key for program in programs):
            program = next(program for program in programs if program.key == key)
            counts = built.lay_out(program, folder / key, lessons, everything=mode == "full")
            # Told of Hornbook's: the others' differ by front matter and templates.
            self.counts = counts if key == Hornbook.key else self.counts
        self.given = {path for path in folder.glob("*/*")}

    def round(self, counts):
        """Every program builds once. The first round of all, which fills caches, does not count."""
        for program in self.programs:
            self.forget()
            out = self.folder / "out"
            source = self.folder / program.key
            self.run(program.name, program.build(source, out), counts)
            if program.builds_again:
                self.run(program.name + AGAIN, program.build(source, out), counts)

    def run(self, name, command, counts):
        measured = [sys.executable, "-I", "-S", str(HERE / "measured.py"), *command]
        caches = str(self.folder / "cache")
        environment = {**os.environ, "XDG_CACHE_HOME": caches, "HUGO_CACHEDIR": caches}
        told = subprocess.run(measured, capture_output=True, text=True, env=environment)
        if told.returncode != 0:
            sys.exit(f"{name}: {' '.join(command)} failed\n{told.stderr}")
        if counts:
            self.runs.setdefault(name, []).append(json.loads(told.stdout))

    def forget(self):
        """Removes what an earlier run has left, beside the lessons too."""
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        shutil.rmtree(self.folder / "cache", ignore_errors=True)
        for path in set(self.folder.glob("*/*")) - self.given:
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def median(self, name, what):
        return statistics.median(run[what] for run in self.runs[name])

    def share(self, name, what):
        return self.median(name, what) / self.lessons

    def cell(self, name, suffix, what):
        if name + suffix not in self.runs:
            return ""
        told = self.shown(name + suffix, what)
        ratio = self.median(name + suffix, what) / self.median(Hornbook.name + suffix, what)
        return told if name == Hornbook.name else f"{told} ({times(ratio)})"

    def shown(self, name, what):
        median = self.median(name, what)
        if what != "memory":
            return duration(median)
        at_most = "≤ " if median <= self.median(name, "least") * 1.05 else ""
        return f"{at_most}{median / 1e6:,.0f} MB"

    def table(self):
        bytes_ = f"{self.counts['bytes'] / 1e6:,.1f} MB"
        yield f"### {self.lessons:,} lessons, {MODES[self.mode]}\n"
        yield f"{self.counts['words']:,} words, {bytes_}, {self.counts['files']:,} files.\n"
        ratios = "× limit | × Hornbook"
        yield f"| program | time | from, to | {ratios} | processor | {ratios} | memory | {ratios} |"
        yield "| --- |" + " ---: |" * 10
        for name, runs in self.runs.items():
            seconds = [run["seconds"] for run in runs]
            cells = [name]
            for what in WHAT:
                cells.append(self.shown(name, what))
                if what == "seconds":
                    cells.append(f"{duration(min(seconds))}, {duration(max(seconds))}")
                for other in (Limit.name, Hornbook.name):
                    cells.append(f"{self.median(name, what) / self.median(other, what):.2f}")
            yield f"| {' | '.join(cells)} |"
        yield ""


def side_by_side(courses, names):
    """One table of all medians: what a reader wants to know who does not ask for more."""
    yield "### Side by side\n"
    yield f"| lessons | course | | {' | '.join(names)} |"
    yield "| ---: | --- | --- |" + " ---: |" * len(names)
    for course in courses:
        for title, suffix, what in SUMMARY:
            cells = [course.cell(name, suffix, what) for name in names]
            yield f"| {course.lessons:,} | {course.mode} | {title} | {' | '.join(cells)} |"
    yield "\nIn parentheses: how many times Hornbook's.\n"


def times(ratio):
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}" if ratio >= 1 else f"{ratio:.2f}"


def duration(seconds):
    return f"{seconds:,.2f} s" if seconds >= 1 else f"{seconds * 1000:,.0f} ms"


def cost_per_lesson(courses):
    """What a lesson costs in courses of different sizes, and how many times that of the smallest."""
    yield "### A lesson's share\n"
    yield "| program | course | lessons | time | × smallest | processor | × smallest | memory |"
    yield "| --- | --- |" + " ---: |" * 6
    for name in (Limit.name, Hornbook.name):
        for mode in MODES:
            sizes = sorted((course for course in courses if course.mode == mode), key=lambda course: course.lessons)
            for course in sizes:
                cells = [name, mode, f"{course.lessons:,}"]
                for what in ("seconds", "processor"):
                    share = course.share(name, what)
                    cells += [f"{share * 1e6:,.0f} µs", f"{share / sizes[0].share(name, what):.2f}"]
                cells.append(f"{course.share(name, 'memory') / 1e3:,.1f} KB")
                yield f"| {' | '.join(cells)} |"
    yield ""


def head(chosen, programs):
    about = machine(chosen.folder)
    yield f"{about['cores']} cores, {about['memory']}, written to {about['file system']}."
    yield f"Medians of {chosen.rounds} rounds, after one that does not count.\n"
    for program in programs:
        yield f"- {program.name} {program.version()}"
    for program in programs:
        if program.largest and program.largest < max(chosen.lessons):
            yield f"\n{program.name} is left out above {program.largest:,} lessons: {program.reason}."
    yield ""


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--lessons", type=int, nargs="+", default=[100, 1_000, 10_000])
    arguments.add_argument("--courses", nargs="+", choices=MODES, default=list(MODES))
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--guided", action="store_true", help="measure Hornbook guided by a profile too (guided.py)")
    add_options(arguments)
    chosen = arguments.parse_args()

    built = Built()
    own = [Limit(built.limit), Hornbook(built.hornbook)]
    others = [Hornbook(guided(), "Hornbook, guided")] if chosen.guided else []
    limits = [
        Limit(built.limit, "limit with a template", "--template"),
        Limit(built.limit, "limit with matching", "--matching"),
    ]
    peers = [*others, *find_peers(chosen.tools, chosen.without, not chosen.no_install)]
    tell(head(chosen, [*own, *peers]))
    courses = []
    for lessons in chosen.lessons:
        able = [peer for peer in peers if lessons <= (peer.largest or lessons)]
        for mode in chosen.courses:
            with tempfile.TemporaryDirectory(dir=chosen.folder, prefix="compare-") as folder:
                course = Builds(built, [own[0], *limits, own[1], *able], lessons, mode, Path(folder))
                for round_ in range(chosen.rounds + 1):
                    course.round(counts=round_ > 0)
            tell(course.table())
            courses.append(course)
    if len(chosen.lessons) > 1:
        tell(cost_per_lesson(courses))
    tell(side_by_side(courses, [each.name for each in (own[1], own[0], limits[0], *peers)]))
    if chosen.json:
        chosen.json.write_text(json.dumps(record(chosen, [*own, *peers], courses), indent=1) + "\n")


def tell(lines):
    print("\n".join(lines), flush=True)


def record(chosen, programs, courses):
    """Every single measurement: seconds, and bytes of memory."""
    return {
        "machine": machine(chosen.folder),
        "versions": {program.name: program.version() for program in programs},
        "courses": [
            {"lessons": course.lessons, "course": course.mode, **course.counts, "runs": course.runs}
            for course in courses
        ],
    }


if __name__ == "__main__":
    main()
