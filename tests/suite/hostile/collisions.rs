//! Hostile rows: two things in one place.

use super::{Row, row};

/// As long as a file system takes it, and longer when `.md` becomes `.html`.
const LONG: &str = concat!(
    "content/",
    "0123456789012345678901234567890123456789012345678901234567890123456789",
    "0123456789012345678901234567890123456789012345678901234567890123456789",
    "0123456789012345678901234567890123456789012345678901234567890123456789",
    "012345678901234567890123456789012345678901.md"
);

pub fn rows() -> Vec<Row> {
    vec![
        row("pages whose names differ by case")
            .file("content/One.md", "# One\n")
            .file("content/one.md", "# Two\n")
            .told("error[duplicate-address] content/one.md:1"),
        row("assets whose names differ by case")
            .file("content/P.svg", "<svg/>")
            .file("content/p.svg", "<svg/>")
            .told("error[duplicate-address] content/p.svg"),
        row("folders whose names differ by case")
            .file("content/U/a.txt", "1")
            .file("content/u/A.txt", "2")
            .told("error[duplicate-address] content/u/A.txt"),
        row("pages whose names differ by normal form")
            .file("content/e\u{301}.md", "# One\n")
            .file("content/\u{e9}.md", "# Two\n")
            .told("error[duplicate-address] content/\u{e9}.md:1"),
        row("assets whose names differ by normal form")
            .file("content/e\u{301}.svg", "<svg/>")
            .file("content/\u{e9}.svg", "<svg/>")
            .told("error[duplicate-address] content/\u{e9}.svg"),
        row("an asset and a page of one address")
            .file("content/b.html", "<p>")
            .file("content/b.md", "# B\n")
            .told("error[duplicate-address] content/b.html")
            .raw(),
        row("pages that differ by their numbers")
            .file("content/01-b.md", "# B\n")
            .file("content/02-b.md", "# C\n")
            .told("error[duplicate-address] content/02-b.md:1"),
        row("a slug that is taken")
            .front("slug = \"z\"")
            .told("error[duplicate-address] content/z.md:1"),
        row("two slugs that differ by case")
            .file("content/b.md", "+++\nslug = \"One\"\n+++\n")
            .file("content/c.md", "+++\nslug = \"one\"\n+++\n")
            .told("error[duplicate-address] content/c.md:1"),
        row("a lesson and a folder of one name")
            .file("content/u.md", "# One\n")
            .file("content/u/a.md", "# A\n")
            .makes("u.html")
            .makes("u/a.html"),
        row("a page and a folder of its address")
            .file("content/b.html/a.md", "# A\n")
            .file("content/b.md", "# B\n")
            .told("error[duplicate-address] content/b.md:1")
            .fails("b.html"),
        row("an asset and a folder of its name")
            .file("content/b/a.md", "# A\n")
            .file("content/c/x.txt", "")
            .makes("c/x.txt"),
        row("two home pages")
            .file("content/index.md", "# One\n")
            .file("content/_index.md", "# Two\n")
            .told("error[duplicate-address] content/index.md:1"),
        row("a home page and a reading aid")
            .file("content/index.md", "# One\n")
            .file("content/README.md", "# Two\n")
            .makes("index.html"),
        row("an alias that is a page")
            .front("aliases = [\"z.html\"]")
            .told("error[duplicate-address] content/a.md:2"),
        row("an alias that is a page but for case")
            .front("aliases = [\"Z.html\"]")
            .told("error[duplicate-address] content/a.md:2"),
        row("an alias that is a page but for its normal form")
            .file("content/\u{e9}.md", "# E\n")
            .front("aliases = [\"e\u{301}.html\"]")
            .told("error[duplicate-address] content/a.md:2"),
        row("an alias that is the page itself")
            .front("aliases = [\"a.html\", \"./a\"]")
            .makes("a.html"),
        row("an alias that is an asset")
            .file("content/b.html", "<p>")
            .raw()
            .front("aliases = [\"b.html\"]")
            .told("error[duplicate-address] content/a.md:2"),
        row("an alias of two pages")
            .front("aliases = [\"old\"]")
            .file("content/b.md", "+++\naliases = [\"old\"]\n+++\n")
            .told("error[duplicate-address] content/b.md:2"),
        row("an alias in a page")
            .front("aliases = [\"z.html/a\"]")
            .told("error[duplicate-address] content/a.md:2"),
        row("an alias that is a folder")
            .file("content/u.html/x.txt", "")
            .front("aliases = [\"u\"]")
            .told("error[duplicate-address] content/a.md:2"),
        row("an alias in the folder of an alias")
            .front("aliases = [\"old.html\", \"old.html/a\"]")
            .told("error[duplicate-address] content/a.md:2"),
        row("an alias in the theme's folder")
            .front("aliases = [\"theme/x\"]")
            .told("error[duplicate-address] content/a.md:2"),
        row("an alias that is the map")
            .front("aliases = [\"map\"]")
            .file("content/b.md", "# B\n")
            .makes("map.html"),
        row("an alias that is the home page")
            .front("aliases = [\"/index.html\"]")
            .told("error[duplicate-address] content/a.md:2"),
        row("an asset over the theme")
            .file("content/theme/style.css", "")
            .told("error[duplicate-address] content/theme/style.css"),
        row("a unit called as the theme's folder")
            .file("content/theme/a.md", "# A\n")
            .told("error[duplicate-address] content/theme/a.md:1")
            .told("error[duplicate-address] content/theme"),
        row("an asset over the search index")
            .file("content/Theme/search/index.js", "")
            .told("error[duplicate-address] content/Theme/search/index.js"),
        row("an asset over the map")
            .file("content/map.html", "<p>")
            .raw()
            .file("content/b.md", "# B\n")
            .makes("course-map.html"),
        row("an asset over the home page")
            .file("content/index.html", "<p>")
            .raw()
            .told("error[duplicate-address] content/index.html"),
        row("a unit called as the glossary")
            .file("content/Glossary/t.md", "# Word\n\nText.\n")
            .file("content/glossary/u.md", "# Other\n\nText.\n")
            .told("warning[unused-term] content/Glossary/t.md:1")
            .told("warning[unused-term] content/glossary/u.md:1")
            .told("error[duplicate-address] content/glossary"),
        row("terms of one name")
            .file("content/glossary/a.md", "# Word\n\nText.\n")
            .file("content/glossary/b.md", "# word\n\nText.\n")
            .body("A word.")
            .told("error[duplicate-form] content/glossary/b.md:1"),
        row("ids of one name")
            .body("# A\n\n## B {#x}\n\n## C {#x}\n")
            .told("error[duplicate-id] content/a.md:5"),
        row("an id that the theme has").body("# A\n\n## B {#main}\n\n## C {#search}\n"),
        row("a lesson that is a device")
            .file("content/con.md", "# C\n")
            .told("warning[unportable-address] content/con.md:1"),
        row("an asset that is a device")
            .file("content/COM1.txt", "")
            .told("warning[unportable-address] content/COM1.txt"),
        row("a folder that is a device")
            .file("content/aux/a.md", "# A\n")
            .told("warning[unportable-address] content/aux/a.md:1")
            .told("warning[unportable-address] content/aux"),
        row("an asset whose name ends in a dot")
            .file("content/a.", "")
            .told("warning[unportable-address] content/a."),
        row("a name that is too long with its ending").file(LONG, "# L\n").makes("z.html"),
        row("a file that is called as the list of files")
            .file("content/.hornbook.json", "{}")
            .makes("z.html"),
    ]
}
