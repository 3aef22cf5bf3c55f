"""Courses of any size, laid out for each program that is compared: the same words, the same folders."""

import random
from pathlib import Path

TERMS = (
    "value outcome service practice learner course lesson result change people work plan team need idea way part "
    "time place reason question answer step example method effect cost risk support level order group"
).split()
SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo zu".split()
# Enough other words for prose, in which a term stands now and then.
WORDS = [a + b + c for a in SYLLABLES for b in SYLLABLES[:10] for c in SYLLABLES[:8]]
PER_UNIT = 50
# One word in this many is a term.
TERM_EVERY = 30


class Course:
    """`count` lessons in units of fifty, by number from 0."""

    def __init__(self, count):
        self.count = count
        numbers = random.Random(7)
        self.bodies = [self._body(numbers) for _ in range(count)]

    def _body(self, numbers):
        parts = []
        for section in range(4):
            parts.append(f"## Section {section + 1}\n")
            for _ in range(3):
                sentence = " ".join(self._word(numbers) for _ in range(60))
                parts.append(f"{sentence.capitalize()}. A **strong** word and `code`.\n")
            parts.append("- one\n- two\n- three\n")
        return "\n".join(parts)

    def _word(self, numbers):
        return numbers.choice(TERMS if numbers.randrange(TERM_EVERY) == 0 else WORDS)

    def unit(self, number):
        return f"unit-{number // PER_UNIT:03}"

    def name(self, number):
        return f"lesson-{number:05}"

    def title(self, number):
        return f"Lesson {number}"

    def text(self, number, mark=""):
        return f"{self.bodies[number]}\n{mark}\n"

    def units(self):
        return sorted({self.unit(number) for number in range(self.count)})


def put(path, text):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


class Hornbook:
    name = "Hornbook"

    def __init__(self, program, folder, course):
        self.program, self.folder, self.course = program, Path(folder), course

    def lay_out(self):
        put(self.folder / "site.toml", 'title = "Bench"\nlanguage = "en"\n')
        put(self.folder / "content/index.md", "# Bench\n\nHome.\n")
        for unit in self.course.units():
            put(self.folder / f"content/{unit}/index.md", f"# {unit}\n\nText.\n")
        for word in TERMS:
            put(
                self.folder / f"content/glossary/{word}.md",
                f'+++\ntitle = "{word.capitalize()}"\ndefinition = "What {word} means."\n+++\n\nText.\n',
            )
        for number in range(self.course.count):
            put(self.file(number), self.text(number))

    def file(self, number):
        return self.folder / f"content/{self.course.unit(number)}/{self.course.name(number)}.md"

    def text(self, number, mark=""):
        return f"# {self.course.title(number)}\n\n{self.course.text(number, mark)}"

    def path(self, number):
        return f"/{self.course.unit(number)}/{self.course.name(number)}.html"

    def command(self, port):
        return [self.program, "serve", str(self.folder), "--port", str(port)]


class Hugo(Hornbook):
    name = "Hugo"

    def lay_out(self):
        put(self.folder / "hugo.toml", 'baseURL = "http://localhost/"\ntitle = "Bench"\n')
        put(
            self.folder / "layouts/_default/baseof.html",
            "<!doctype html><html><head><title>{{ .Title }}</title></head><body>"
            '{{ block "main" . }}{{ end }}</body></html>\n',
        )
        # As Hornbook's pages: the unit's entries around, the next and the previous one.
        put(
            self.folder / "layouts/_default/single.html",
            '{{ define "main" }}<nav>{{ range .CurrentSection.RegularPages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>'
            '{{ end }}</nav><h1>{{ .Title }}</h1>{{ .TableOfContents }}{{ .Content }}'
            '{{ with .NextInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}'
            '{{ with .PrevInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}{{ end }}\n',
        )
        put(
            self.folder / "layouts/_default/list.html",
            '{{ define "main" }}<h1>{{ .Title }}</h1><ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}'
            "</a></li>{{ end }}</ul>{{ end }}\n",
        )
        for unit in self.course.units():
            put(self.folder / f"content/{unit}/_index.md", f'+++\ntitle = "{unit}"\n+++\n\nText.\n')
        for number in range(self.course.count):
            put(self.file(number), self.text(number))

    def text(self, number, mark=""):
        return f'+++\ntitle = "{self.course.title(number)}"\n+++\n\n{self.course.text(number, mark)}'

    def path(self, number):
        return f"/{self.course.unit(number)}/{self.course.name(number)}/"

    def command(self, port):
        return [self.program, "server", "--source", str(self.folder), "--port", str(port), "--disableKinds", "RSS,sitemap,taxonomy,term"]


class MdBook(Hornbook):
    name = "mdBook"

    def lay_out(self):
        put(self.folder / "book.toml", '[book]\ntitle = "Bench"\nlanguage = "en"\n\n[output.html.search]\nenable = false\n')
        lines = ["# Summary\n"]
        for number in range(self.course.count):
            lines.append(f"- [{self.course.title(number)}]({self.course.unit(number)}/{self.course.name(number)}.md)")
            put(self.file(number), self.text(number))
        put(self.folder / "src/SUMMARY.md", "\n".join(lines) + "\n")

    def file(self, number):
        return self.folder / f"src/{self.course.unit(number)}/{self.course.name(number)}.md"

    def command(self, port):
        return [self.program, "serve", str(self.folder), "--port", str(port)]
