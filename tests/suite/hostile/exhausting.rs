//! Hostile rows: what would take memory or time. `pathological` has more, and larger ones.

use super::{Row, row};

pub fn rows() -> Vec<Row> {
    vec![
        row("quotations a thousand deep").body(">".repeat(1_000)),
        row("lists a thousand deep").body("- ".repeat(1_000) + "a"),
        row("brackets ten thousand deep").body("[".repeat(10_000)),
        row("emphasis ten thousand deep").body("*".repeat(10_000) + "a"),
        row("a table of a hundred thousand cells")
            .body("|a".repeat(100) + "|\n" + &"|-".repeat(100) + "|\n" + &"|b\n".repeat(1_000)),
        row("twenty thousand links").body("[z](z.md) ".repeat(20_000)),
        row("a thousand names of nobody are told")
            .file("site.toml", "[check]\nunknown-link = \"off\"")
            .body("[[nobody]] ".repeat(1_000)),
        row("a line of a megabyte").body("word ".repeat(200_000)),
        row("a word of a megabyte").body("a".repeat(1_000_000)),
        row("a thousand footnotes")
            .body((0..1_000).map(|n| format!("[^{n}]\n\n[^{n}]: a\n\n")).collect::<String>()),
        row("a thousand equal headings").body("## A\n\n".repeat(1_000)).makes("a.html"),
        row("YAML that nests deeply")
            .yaml(&format!("title: {}", "[".repeat(1_000)))
            .told("error[invalid-yaml] content/a.md:2"),
        row("TOML that nests deeply")
            .front(&format!("title = {}", "[".repeat(1_000)))
            .told("error[invalid-toml] content/a.md:2")
            .told("error[invalid-toml] content/a.md:2")
            .told("error[invalid-value] content/a.md:2"),
        row("a template that nests deeply")
            .raw()
            .file("site.toml", "theme = \"own\"")
            .file("themes/own/templates/lesson.html", "{% if page %}".repeat(1_000))
            .told("error[template-error] themes/own/templates/lesson.html:1"),
        row("a picture that claims to be huge")
            .body("![x](p.png)")
            .file("content/p.png", png(u32::MAX))
            .shows("a.html", "width=\"4294967295\""),
        row("a picture of no size")
            .body("![x](p.png)")
            .file("content/p.png", png(0))
            .shows("a.html", "p.png"),
        row("a picture that is cut off")
            .body("![x](p.png)")
            .file("content/p.png", &png(1)[..20])
            .lacks("a.html", "width=\"1\""),
        row("a picture that is something else")
            .body("![x](p.jpg)")
            .file("content/p.jpg", "<script>alert(1)</script>")
            .shows("a.html", "p.jpg"),
        row("a drawing of numbers that are none")
            .body("![x](p.svg)")
            .file("content/p.svg", "<svg width='1e999' height='-1' viewBox='0 0 nan inf'>")
            .lacks("a.html", "width=\"inf"),
        row("a drawing whose head does not end")
            .body("![x](p.svg)")
            .file("content/p.svg", "<!--".to_owned() + &" a".repeat(100_000))
            .shows("a.html", "p.svg"),
        row("a drawing with a thousand attributes")
            .body("![x](p.svg)")
            .file("content/p.svg", "<svg ".to_owned() + &"a='b' ".repeat(1_000) + ">")
            .shows("a.html", "p.svg"),
        row("a drawing of entities")
            .body("![x](p.svg)")
            .file(
                "content/p.svg",
                "<!DOCTYPE svg [<!ENTITY a \"&b;&b;\"><!ENTITY b \"&a;&a;\">]><svg width='&a;'/>",
            )
            .shows("a.html", "p.svg"),
        row("a question of a thousand options")
            .body(
                "```quiz\nWhich?\n\n".to_owned()
                    + &(0..1_000).map(|n| format!("- [ ] {n}\n")).collect::<String>()
                    + "- [x] a\n```\n",
            )
            .told("error[too-many-options] content/a.md:2"),
        row("an exam that draws more than there is")
            .front("exam = { draw = 9223372036854775807 }")
            .told("error[invalid-value] content/a.md:2")
            .told("error[small-pool] content/a.md:5"),
        row("an exam that lasts for ever")
            .front("exam = { draw = 1, minutes = 9223372036854775807 }")
            .told("error[invalid-value] content/a.md:2")
            .told("error[small-pool] content/a.md:2"),
        row("a thousand aliases")
            .front(&format!(
                "aliases = [{}]",
                (0..1_000).map(|n| format!("\"old/{n}\",")).collect::<String>()
            ))
            .makes("old/999.html"),
        row("folders two hundred deep")
            .file(&format!("content/{}a.md", "d/".repeat(200)), "# A\n")
            .makes("z.html"),
    ]
}

/// The head of a PNG that says it is so wide and high.
fn png(side: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend([side.to_be_bytes(), side.to_be_bytes()].concat());
    png.extend(b"\x08\0\0\0\0");
    png
}
