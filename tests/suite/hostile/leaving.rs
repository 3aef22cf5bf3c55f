//! Hostile rows: what tries to leave the folder, or is no file at all.

use super::{Row, row};

pub fn rows() -> Vec<Row> {
    vec![
        row("a link that climbs out")
            .body("[x](../../secret.md)")
            .told("error[unknown-link] content/a.md:1"),
        row("a link that climbs out and back")
            .body("[x](../../site/content/z.md)")
            .told("error[unknown-link] content/a.md:1"),
        row("a link that climbs out percent-encoded")
            .body("[x](%2e%2e/%2e%2e/secret.md)")
            .told("error[unknown-link] content/a.md:1"),
        row("a link that climbs in the course alone")
            .body("[x](unit/../z.md)")
            .shows("a.html", "href=\"z.html\""),
        row("a link to a file of the machine")
            .body("[x](/etc/passwd)")
            .told("error[unknown-link] content/a.md:1"),
        row("a link with a drive letter")
            .body("[x](c:\\secret.md)")
            .told("error[unknown-link] content/a.md:1"),
        row("a link with backslashes")
            .body("[x](..\\..\\secret.md)")
            .told("error[unknown-link] content/a.md:1"),
        row("a link to a share")
            .body("[x](\\\\host\\secret.md)")
            .told("error[unknown-link] content/a.md:1"),
        row("an image that climbs out")
            .body("![x](../../secrets/secret.txt)")
            .told("error[unknown-link] content/a.md:1"),
        row("an image of raw HTML that climbs out")
            .raw()
            .body("<img alt=x src=\"../../secrets/secret.txt\">")
            .told("error[unknown-link] content/a.md:1"),
        row("a name that climbs out")
            .body("[[../../secret]]")
            .told("error[unknown-link] content/a.md:1"),
        row("an embedded file that climbs out")
            .body("![[../../secrets/secret.txt]]")
            .told("error[unknown-asset] content/a.md:1"),
        row("an embedded file of the machine")
            .body("![[/etc/passwd]]")
            .told("error[unknown-link] content/a.md:1"),
        row("a chapter of SUMMARY.md that climbs out")
            .file("content/SUMMARY.md", "- [Z](z.md)\n- [x](../../secret.md)\n")
            .told("error[unknown-link] content/SUMMARY.md:2"),
        row("a prerequisite that climbs out")
            .front("prerequisites = [\"../../secret.md\"]")
            .told("error[unknown-prerequisite] content/a.md:2"),
        row("a slug that climbs out").front("slug = \"../../secret\"").makes("-..-secret.html"),
        row("a slug of dots").front("slug = \"..\"").makes("page.html"),
        row("a slug with a NUL").front("slug = \"a\\u0000b\"").makes("a-b.html"),
        row("the slug of a unit that climbs out")
            .file("content/u/index.md", "+++\nslug = \"../../x\"\n+++\n")
            .file("content/u/a.md", "Text.\n")
            .makes("-..-x/a.html"),
        row("an alias that climbs out")
            .front("aliases = [\"../../secret.html\"]")
            .told("error[invalid-value] content/a.md:2"),
        row("an alias that climbs out late")
            .front("aliases = [\"x/../../secret.html\"]")
            .told("error[invalid-value] content/a.md:2"),
        row("an alias from the root of the machine")
            .front("aliases = [\"/etc/passwd\"]")
            .makes("etc/passwd.html"),
        row("an alias with a drive letter")
            .front("aliases = [\"c:/secret.html\"]")
            .told("error[invalid-value] content/a.md:2"),
        row("an alias with backslashes")
            .front("aliases = [\"..\\\\secret.html\"]")
            .told("error[invalid-value] content/a.md:2"),
        row("an alias with a NUL")
            .front("aliases = [\"a\\u0000.html\"]")
            .told("error[invalid-value] content/a.md:2"),
        row("an alias that is a web address")
            .front("aliases = [\"https://example.org/a.html\"]")
            .told("error[invalid-value] content/a.md:2"),
        row("an alias that names nothing")
            .front("aliases = [\"/\", \".\", \"\"]")
            .told("error[invalid-value] content/a.md:2")
            .told("error[invalid-value] content/a.md:2")
            .told("error[invalid-value] content/a.md:2"),
        row("an alias that is too long for a file")
            .front(&format!("aliases = [\"{}\"]", "a".repeat(300)))
            .told("error[invalid-value] content/a.md:2"),
        row("an alias called as the list of files")
            .front("aliases = [\".hornbook\"]")
            .makes(".hornbook.html"),
        row("an alias that is a device")
            .front("aliases = [\"nul\"]")
            .told("warning[unportable-address] content/a.md:2"),
        row("a theme that climbs out")
            .file("site.toml", "theme = \"../../secrets\"")
            .told("error[invalid-value] site.toml:1"),
        row("a theme with a drive letter")
            .file("site.toml", "theme = \"c:secrets\"")
            .told("error[unknown-theme] site.toml:1"),
        row("a theme from the root of the machine")
            .file("site.toml", "theme = \"/tmp\"")
            .told("error[invalid-value] site.toml:1"),
        row("a theme that is hidden")
            .file("site.toml", "theme = \".git\"")
            .told("error[invalid-value] site.toml:1"),
        row("a template that includes what lies outside")
            .raw()
            .file("site.toml", "theme = \"own\"")
            .file("themes/own/templates/lesson.html", "{% include \"../../../../secret.md\" %}")
            .told("error[template-error] themes/own/templates/lesson.html:1"),
        row("a template that extends a file of the machine")
            .raw()
            .file("site.toml", "theme = \"own\"")
            .file("themes/own/templates/lesson.html", "{% extends \"/etc/passwd\" %}")
            .told("error[template-error] themes/own/templates/lesson.html:1"),
        row("a lesson that is a link to what lies outside")
            .link("content/s.md", "../../secret.md")
            .told("warning[outside-file] content/s.md")
            .leaves_out("s.html"),
        row("an asset that is a link to what lies outside")
            .link("content/s.txt", "../../secrets/secret.txt")
            .told("warning[outside-file] content/s.txt")
            .leaves_out("s.txt"),
        row("a unit that is a link to what lies outside")
            .link("content/s", "../../secrets")
            .told("warning[outside-file] content/s")
            .leaves_out("s"),
        row("a link to a file of the machine on disk")
            .link("content/p.txt", "/etc/passwd")
            .told("warning[outside-file] content/p.txt")
            .leaves_out("p.txt"),
        row("a link to a device on disk")
            .link("content/p.png", "/dev/zero")
            .told("warning[outside-file] content/p.png")
            .leaves_out("p.png"),
        row("a link to a link that leads outside")
            .link("content/one.txt", "two.txt")
            .link("content/two.txt", "../../secrets/secret.txt")
            .told("warning[outside-file] content/one.txt")
            .told("warning[outside-file] content/two.txt"),
        row("a link to a hidden file of the site")
            .file(".env", "TOP-SECRET-4711")
            .link("content/e.txt", "../.env")
            .told("warning[outside-file] content/e.txt")
            .leaves_out("e.txt"),
        row("a link into a hidden folder of the site")
            .file(".git/config", "TOP-SECRET-4711")
            .link("content/g", "../.git")
            .told("warning[outside-file] content/g")
            .leaves_out("g"),
        row("a link to what lies in the site")
            .file("shared/b.txt", "Text.")
            .link("content/b.txt", "../shared/b.txt")
            .makes("b.txt"),
        row("a link to nothing").link("content/n.md", "nothing.md").leaves_out("n.html"),
        row("a link to itself").link("content/n.md", "n.md").fails("cannot read "),
        row("links in a circle")
            .link("content/one", "two")
            .link("content/two", "one")
            .fails("cannot read "),
        row("a link to the folder above it").link("content/up", "."),
        row("a theme that is a link to what lies outside")
            .file("site.toml", "theme = \"own\"")
            .link("themes/own", "../../secrets")
            .told("error[unknown-theme] site.toml:1")
            .told("warning[outside-file] themes/own"),
        row("a template that is a link to what lies outside")
            .file("site.toml", "theme = \"own\"")
            .file("themes/own/strings/en.toml", "")
            .link("themes/own/templates/part.html", "../../../../secret.md")
            .told("warning[outside-file] themes/own/templates/part.html"),
        row("a file of a theme that is a link to what lies outside")
            .file("site.toml", "theme = \"own\"")
            .file("themes/own/strings/en.toml", "")
            .link("themes/own/static/s.txt", "../../../../secrets/secret.txt")
            .told("warning[outside-file] themes/own/static/s.txt")
            .leaves_out("theme/s.txt"),
        row("themes that are a link to what lies outside")
            .link("themes", "../secrets")
            .told("warning[outside-file] themes"),
        row("content that is a link to what lies outside")
            .link("content", "../secrets")
            .told("warning[outside-file] content")
            .told("error[empty-course]"),
        row("site.toml that is a link to what lies outside")
            .link("site.toml", "../secret.md")
            .told("warning[outside-file] site.toml"),
        row("a pipe among the lessons").pipe("content/p.md").leaves_out("p.html"),
        row("a pipe among the images")
            .pipe("content/p.png")
            .body("![x](p.png)")
            .told("error[unknown-asset] content/a.md:1"),
        row("a pipe for site.toml").pipe("site.toml"),
        row("a pipe in a theme")
            .file("site.toml", "theme = \"own\"")
            .file("themes/own/strings/en.toml", "")
            .pipe("themes/own/templates/lesson.html")
            .makes("z.html"),
        row("a link to a pipe")
            .pipe("content/p.bin")
            .link("content/q.md", "p.bin")
            .leaves_out("q.html"),
        row("a socket among the lessons").socket("content/s.md").leaves_out("s.html"),
        row("a folder called as a lesson").file("content/d.md/x.txt", "Text.").makes("d.md/x.txt"),
        row("a folder called site.toml").file("site.toml/x", "Text.").makes("z.html"),
        row("a name that is not UTF-8")
            .nameless(b"content/\xff.md")
            .told("error[not-utf8] content/\u{fffd}.md"),
        row("an asset whose name is not UTF-8")
            .nameless(b"content/\xff.png")
            .told("error[not-utf8] content/\u{fffd}.png"),
    ]
}
