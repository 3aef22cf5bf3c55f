//! Hostile rows: site.toml, front matter and what all texts may hold.

use super::{Row, row};

pub fn rows() -> Vec<Row> {
    vec![
        row("site.toml that is no TOML")
            .file("site.toml", "title = ")
            .told("error[invalid-toml] site.toml:1"),
        row("site.toml that is not UTF-8")
            .file("site.toml", b"title = \"\xff\"")
            .told("error[not-utf8] site.toml:1"),
        row("site.toml of zeros")
            .file("site.toml", [0; 64])
            .told("error[invalid-toml] site.toml:1")
            .told("error[invalid-toml] site.toml:1"),
        row("site.toml with a key twice")
            .file("site.toml", "title = \"a\"\ntitle = \"b\"")
            .told("error[invalid-toml] site.toml:2"),
        row("site.toml with wrong types")
            .file("site.toml", "title = []\nlanguage = 1\nsearch = 2")
            .told("error[invalid-value] site.toml:1")
            .told("error[invalid-value] site.toml:2")
            .told("error[invalid-value] site.toml:3"),
        row("a language that is markup")
            .file("site.toml", "language = \"en\\\"><script>\"")
            .told("error[invalid-value] site.toml:1"),
        row("a base_url that is a script")
            .file("site.toml", "base_url = \"javascript:alert(1)\"")
            .told("error[invalid-value] site.toml:1"),
        row("a base_url with markup")
            .file("site.toml", "base_url = \"https://a.org/\\\"><script>\"")
            .told("error[invalid-value] site.toml:1"),
        row("a share that is too large")
            .file("site.toml", "[quiz]\npass = 9223372036854775807")
            .told("error[invalid-value] site.toml:2"),
        row("a number that is too large for TOML")
            .file("site.toml", "[quiz]\npass = 99999999999999999999")
            .told("error[invalid-value] site.toml:2"),
        row("a severity for what does not exist")
            .file("site.toml", "[check]\n\"<script>\" = \"off\"")
            .told("warning[unknown-key] site.toml:2"),
        row("a title with all that HTML minds")
            .file("site.toml", "title = \"\\\"'><script>alert(1)</script>&amp;\"")
            .shows("z.html", "&lt;script&gt;")
            .lacks("z.html", "<script>alert"),
        row("a description with all that HTML minds")
            .file("site.toml", "title = \"T\"\ndescription = \"\\\"><script>alert(1)</script>\"")
            .lacks("index.html", "<script>alert"),
        row("front matter that does not end")
            .body("+++\ntitle = \"a\"\n")
            .told("error[unclosed-front-matter] content/a.md:1"),
        row("front matter in JSON").body("{\n\"title\": \"a\"\n}\n").shows("a.html", "title"),
        row("TOML with wrong types")
            .front("title = [1]\ndraft = \"yes\"\norder = {}")
            .told("error[invalid-value] content/a.md:2")
            .told("error[invalid-value] content/a.md:3")
            .told("error[invalid-value] content/a.md:4"),
        row("TOML with huge numbers")
            .front("order = 99999999999999999999\nminutes = -9223372036854775808")
            .told("error[invalid-value] content/a.md:2")
            .told("error[invalid-value] content/a.md:3"),
        row("TOML with a number that is none")
            .front("order = nan")
            .told("error[invalid-value] content/a.md:2"),
        row("TOML with a day that is none")
            .front("date = 2026-02-30")
            .told("error[invalid-toml] content/a.md:2"),
        row("TOML with dotted keys that clash")
            .front("params.a = 1\nparams = 2")
            .told("error[invalid-toml] content/a.md:3"),
        row("YAML that is none").yaml("title: [").told("error[invalid-yaml] content/a.md:3"),
        row("YAML with an unknown anchor")
            .yaml("title: *nothing")
            .told("error[invalid-yaml] content/a.md:2"),
        row("YAML with a billion laughs")
            .yaml(&laughs(30))
            .told("error[invalid-yaml] content/a.md:16"),
        row("YAML with tags of programs")
            .yaml("title: !!python/object/apply:os.system [\"id\"]")
            .told("error[invalid-value] content/a.md:2"),
        row("YAML with a merge key")
            .yaml("base: &b {title: x}\n<<: *b")
            .told("warning[unknown-key] content/a.md:2")
            .told("warning[unknown-key] content/a.md:3"),
        row("YAML with a key twice")
            .yaml("title: a\ntitle: b")
            .told("error[invalid-yaml] content/a.md:3"),
        row("YAML with a list for a key")
            .yaml("title: A\n? [a, b]\n: c")
            .told("warning[unknown-key] content/a.md:3"),
        row("YAML with tabs").yaml("title:\n\t- a").told("error[invalid-yaml] content/a.md:3"),
        row("YAML with two documents").body("---\ntitle: A\n...\n---\ntitle: B\n---\n"),
        row("YAML that is a text").yaml("just a text").shows("a.html", "just a text"),
        row("YAML that is not a number")
            .yaml("order: .nan\nminutes: .inf")
            .told("error[invalid-value] content/a.md:2")
            .told("error[invalid-value] content/a.md:3"),
        row("a title of line breaks").front("title = \"a\\n\\n# b\\r\\n\"").shows("a.html", "<h1"),
        row("a title of control characters")
            .front("title = \"a\\u0001\\u001b[31m\\u007f\\u0085b\"")
            .lacks("a.html", "\u{1b}")
            .lacks("index.html", "\u{1}"),
        row("control characters by YAML's escapes")
            .yaml("title: \"a\\x01\\e[31m\\x7f\\x85b\"")
            .lacks("a.html", "\u{1b}"),
        row("an unknown key that a terminal would act upon")
            .front("\"\\u001b[2J\" = 1")
            .told("warning[unknown-key] content/a.md:2"),
        row("a wrong value that a terminal would act upon")
            .front("date = \"\\u001b]0;x\\u0007\"")
            .told("error[invalid-value] content/a.md:2"),
        row("a NUL in a lesson").body("a\0b").shows("a.html", "a\u{fffd}b"),
        row("control characters in a lesson")
            .body("a\x01b \x1b[31m c\x7f \u{85} \u{fffe}")
            .shows("a.html", "a\u{fffd}b")
            .lacks("a.html", "\x1b")
            .lacks("a.html", "\u{fffe}"),
        row("control characters as entities")
            .body("&#1; &#x1b; &#127; &#xfffe; &#x1ffff;")
            .lacks("a.html", "\x01")
            .lacks("a.html", "\u{1ffff}"),
        row("entities that are no characters")
            .body("&#0; &#xD800; &#x110000; &#99999999999;")
            .shows("a.html", "\u{fffd}"),
        row("a byte order mark")
            .body("\u{feff}# A title\n")
            .shows("a.html", "<h1 id=\"a-title\">A title"),
        row("a byte order mark before front matter")
            .body("\u{feff}+++\ntitle = \"A title\"\n+++\n")
            .shows("a.html", ">A title</h1>"),
        row("carriage returns alone").body("# A title\r\rText.\r").shows("a.html", "<p>Text.</p>"),
        row("mixed line ends")
            .body("+++\r\ntitle = \"A title\"\n+++\r\nText.\r\n")
            .shows("a.html", ">A title</h1>"),
        row("a lesson that is not UTF-8")
            .body(b"# A\n\nText \xff\xfe.\n")
            .told("error[not-utf8] content/a.md:3"),
        row("a lesson in UTF-16").body(b"\xff\xfe#\0 \0A\0").told("error[not-utf8] content/a.md:1"),
        row("surrogates in UTF-8").body(b"a \xed\xa0\x80 b").told("error[not-utf8] content/a.md:1"),
        row("a lesson of zeros").body([0; 4096]),
        row("a lesson of random bytes")
            .body((0..=255).rev().collect::<Vec<u8>>())
            .raw()
            .told("error[not-utf8] content/a.md:1"),
        row("bidirectional overrides")
            .front("title = \"a \\u202e b\"")
            .body("+++\ntitle = \"a \\u202e b\"\n+++\n\u{202e}Text\u{2066}.\n")
            .shows("a.html", "Text"),
        row("an empty lesson").body("").makes("a.html"),
        row("a lesson of white space").body(" \t\n\u{a0}\u{3000}\n").makes("a.html"),
        row("a string of a theme that is markup")
            .file("site.toml", "theme = \"own\"")
            .file("themes/own/strings/en.toml", "[page]\nnext = \"<script>alert(1)</script>\"\n")
            .body("Text.")
            .lacks("a.html", "<script>alert"),
        row("a string with a placeholder that is none")
            .file("site.toml", "theme = \"own\"")
            .file("themes/own/strings/en.toml", "[page]\nnext = \"{{ 7 * 7 }}\"\n")
            .body("Text.")
            .lacks("a.html", "49"),
    ]
}

/// YAML whose last value holds two to the power of `depth` letters.
fn laughs(depth: usize) -> String {
    let mut yaml = "a0: &a0 [x, x]\n".to_owned();
    for number in 1..depth {
        let last = number - 1;
        yaml.push_str(&format!("a{number}: &a{number} [*a{last}, *a{last}]\n"));
    }
    yaml
}
