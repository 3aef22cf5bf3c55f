//! Broken input: whatever stands in the files, nothing panics, every place lies within its text, and every report can be
//! written.

use std::fs;
use std::path::Path;

use libtest_mimic::{Failed, Trial};
use proptest::prelude::*;
use proptest::sample::Index;
use walkdir::WalkDir;

use crate::random;
use crate::sound::check;

/// How many inputs of each sort are tried where PROPTEST_CASES does not say.
const INPUTS: u32 = 60;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("broken: any text is a lesson", any_text),
        Trial::test("broken: any question is read", any_question),
        Trial::test("broken: any front matter is read", any_front_matter),
        Trial::test("broken: any site.toml is read", any_config),
        Trial::test("broken: any SUMMARY.md is read", any_summary),
        Trial::test("broken: any template is compiled", any_template),
        Trial::test("broken: lessons cut into pieces are read", cut_lessons),
        Trial::test("broken: fixed nasties are read", fixed_nasties),
    ]
}

/// Pieces of text that mean something to one parser or another.
const PIECES: &[&str] = &[
    "a",
    "value",
    " ",
    " ",
    "\n",
    "\n",
    "\n\n",
    "\t",
    "    ",
    "\r",
    "\r\n",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "\u{200d}",
    "\u{301}",
    "\u{7f}",
    "\u{1b}[31m",
    "é",
    "値",
    "🙂",
    "ß",
    "İ",
    "# ",
    "## ",
    "###### ",
    "===\n",
    "---\n",
    "+++\n",
    "...\n",
    "%{\n",
    "> ",
    "> [!NOTE]",
    "> [!NOTE]- ",
    "[!",
    "]-",
    "- ",
    "* ",
    "1. ",
    "10) ",
    "- [x] ",
    "- [ ] ",
    "```",
    "```quiz\n",
    "~~~",
    "`",
    "``",
    "*",
    "**",
    "_",
    "~",
    "~~",
    "^",
    "\\",
    "[",
    "]",
    "(",
    ")",
    "](",
    "[]()",
    "![",
    "![](",
    "[[",
    "]]",
    "![[",
    "|",
    "\\|",
    "[[|]]",
    "[[#]]",
    "[[#a|b]]",
    "[[value#x]]",
    "[^",
    "[^1]",
    "[^1]: ",
    "[a]: b",
    "{#",
    "{#a}",
    "{.b}",
    "{}",
    "{",
    "}",
    "| a | b |\n| - | - |\n",
    ": ",
    "<",
    ">",
    "</",
    "<a href=",
    "<a href=\"",
    "<img src='",
    "<img>",
    "id=\"x\"",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<div>\n",
    "<![CDATA[",
    "<?",
    "&",
    "&amp;",
    "&#0;",
    "&#x110000;",
    "&lt;",
    "https://",
    "www.",
    "www.a.b",
    "@",
    "a@b.c",
    "mailto:",
    "#",
    "?",
    "%",
    "%20",
    "%C3",
    "/",
    "../",
    "./",
    ".md",
    ".html",
    "value.md#x",
    "\"",
    "'",
    "=",
    ":",
    "::",
    "//",
];

fn text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..40);
    prop_oneof![
        4 => pieces.prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

fn any_text() -> Result<(), Failed> {
    random::check(INPUTS * 3, (text(), text()), |(lesson, term)| {
        check(&[("content/a.md", &lesson), ("content/glossary/value.md", &term)])
    })
}

/// Pieces of questions.
const QUESTION_PIECES: &[&str] = &[
    "Which?\n\n",
    "- [ ] a\n",
    "- [x] b\n",
    "* [X] 値\n",
    "- [] c\n",
    "-\t[x]\td\n",
    "1. [x] e\n",
    "1. f\n",
    "- g\n",
    "  > feedback [[value]]\n",
    "> unindented\n",
    "  ",
    "    ",
    "\t",
    "\n",
    "? hint\n",
    "? [x](y.md)",
    "?\n",
    "[[gap]]",
    "[[gap\\|值|é]]",
    "[[= 42]]",
    "[[= 3.14 ± 0.01]]",
    "[[= -1..1e3]]",
    "[[= x]]",
    "[[=]]",
    "[[ ]]",
    "[[",
    "]]",
    "---\n",
    "***\n",
    "| a | b |\n| - | - |\n",
    "| c | [[d]] |\n",
    "| | e |\n",
    "| f | |\n",
    "|a|\n|-|\n|b|\n",
    "|a|b|c|\n|-|-|-|\n",
    "```\n",
    "````\n",
    "````quiz\n",
    "```quiz multiple\n",
    "~~~quiz\n",
    "~~~\n",
    "<quiz>\n",
    "</quiz>\n",
    "<quiz",
    "# heading\n",
    "![](p.png)",
    "[^1]",
    "[^1]: note\n",
    "[r]: a.md\n",
    "[r]",
    "> [!NOTE]\n",
    "all of the above",
    "never always",
    "value",
    "é",
    "\u{301}",
    "\r",
    "\0",
];
const QUESTION_INFOS: &[&str] = &[
    "",
    " multiple",
    " single",
    " fill-in",
    " order",
    " match",
    " id=a",
    " id=\"é 値\"",
    " points=0 é=1 =",
    ",shuffle=false,",
    " '",
    "\u{a0}x",
];

/// A question of random parts, plain, in a quotation or in a list, and an exam that draws it.
fn any_question() -> Result<(), Failed> {
    let piece = prop_oneof![
        6 => prop::sample::select(QUESTION_PIECES),
        1 => prop::sample::select(PIECES),
    ];
    let info = prop::sample::select(QUESTION_INFOS);
    let question = (info, prop::collection::vec(piece, 0..24), 0..7_usize);
    let questions = prop::collection::vec(question, 1..4);
    random::check(INPUTS * 5, questions, |questions| {
        let written = questions.into_iter().map(|(info, pieces, form)| {
            let text = pieces.concat();
            let fence = format!("````quiz{info}\n{text}\n````\n");
            match form {
                0 => format!("<quiz>\n{text}\n</quiz>\n"),
                1 => format!("    <quiz>\n{text}\n</quiz>\n").replace('\n', "\n    "),
                2 => format!("> {}", fence.replace('\n', "\n> ")),
                3 => format!("- {}", fence.replace('\n', "\n  ")),
                4 => format!("1.\t{}", fence.replace('\n', "\n\t")),
                _ => fence,
            }
        });
        let lesson = written.collect::<Vec<_>>().join("\n");
        check(&[
            ("content/a.md", &lesson),
            ("content/unit/b.md", &lesson),
            ("content/exam.md", "+++\nexam = { draw = 2 }\n+++\n[[a]]"),
            ("content/glossary/value.md", &lesson),
        ])
    })
}

fn any_front_matter() -> Result<(), Failed> {
    let keys: &[&str] = &[
        "title",
        "description",
        "draft",
        "order",
        "slug",
        "aliases",
        "objectives",
        "prerequisites",
        "minutes",
        "authors",
        "date",
        "updated",
        "glossary",
        "definition",
        "link",
        "see_also",
        "exam",
        "exam.from",
        "exam.draw",
        "case_sensitive",
        "tags",
        "params",
        "nonsense",
        "\"\"",
        "a.b",
        "é",
    ];
    let values: &[&str] = &[
        "1",
        "-1",
        "0",
        "1.5",
        "nan",
        "inf",
        "1e400",
        "9999999999999999999",
        "0x10",
        "true",
        "off",
        "null",
        "~",
        "\"\"",
        "\"a\"",
        "'é値'",
        "\"\\u0000\"",
        "\"\\n\"",
        "[]",
        "[1, \"a\"]",
        "[[]]",
        "{}",
        "{ a = 1 }",
        "{ draw = 3, from = [\"a\"], minutes = 1e9, pass = -1 }",
        "{a: 1}",
        "2026-11-20",
        "2026-13-45",
        "0000-00-00",
        "10:00:00",
        "\"\"\"",
        "'''",
        "|\n  a\n  b",
        "> \n",
        "&a b",
        "*a",
        "!!int a",
        "!t",
        "- a\n- b",
        "\n  - a",
        "\n\t- b",
        "[",
        "{",
        "\"a",
        "# b",
        "a: b: c",
        "\"[[value]]\"",
        "\"../a\"",
        "\"a/b\"",
        "\".\"",
        "\"..\"",
        "\"a\\u0000b\"",
        "\"con\"",
        "\"日本\"",
        "\"🙂\"",
    ];
    let line = (prop::sample::select(keys), prop::sample::select(values), 0..5_usize).prop_map(
        |(key, value, form)| match form {
            0 | 1 => format!("{key} = {value}"),
            2 | 3 => format!("{key}: {value}"),
            _ => format!("[{key}]\n{value}"),
        },
    );
    let lines = prop::collection::vec(prop_oneof![5 => line, 1 => text()], 0..8);
    random::check(INPUTS * 3, (lines, any::<bool>(), text()), |(lines, is_toml, body)| {
        let fence = if is_toml { "+++" } else { "---" };
        let lesson = format!("{fence}\n{}\n{fence}\n{body}", lines.join("\n"));
        let term = lesson.clone();
        check(&[("content/a.md", &lesson), ("content/glossary/value.md", &term)])
    })
}

fn any_config() -> Result<(), Failed> {
    let keys: &[&str] = &[
        "title",
        "language",
        "description",
        "base_url",
        "theme",
        "extra",
        "glossary",
        "quiz",
        "check",
        "glossary.link",
        "check.unknown-link",
        "check.missing-alt",
        "nonsense",
        "\"\"",
    ];
    let values: &[&str] = &[
        "1",
        "true",
        "\"\"",
        "\"en\"",
        "\"x-\"",
        "\"https://\"",
        "\"https://a\\u0000\"",
        "\"own\"",
        "\"..\"",
        "\"off\"",
        "\"error\"",
        "{}",
        "{ link = \"every\" }",
        "{ link = 1 }",
        "[1]",
        "\"",
        "2026-11-20",
        "\"値\"",
        "",
    ];
    let line = (prop::sample::select(keys), prop::sample::select(values), 0..4_usize).prop_map(
        |(key, value, form)| match form {
            0..3 => format!("{key} = {value}"),
            _ => format!("[{key}]"),
        },
    );
    let lines = prop::collection::vec(prop_oneof![5 => line, 1 => text()], 0..8);
    random::check(INPUTS, lines, |lines| {
        let config = lines.join("\n");
        check(&[("site.toml", &config), ("content/a.md", "[[b]] ![](c)")])
    })
}

fn any_summary() -> Result<(), Failed> {
    let pieces: &[&str] = &[
        "- [One](a.md)\n",
        "  - [Two](b.md)\n",
        "    - [Three](c/d.md)\n",
        "- [Draft]()\n",
        "# Part\n",
        "---\n",
        "[Preface](index.md)\n",
        "- [[b]]\n",
        "1. [a](a.md)\n",
        "  ",
        "- text\n",
        "\n",
        "- [x](SUMMARY.md)\n",
        "- [x](c/)\n",
        "> - [q](a.md)\n",
        "+++\ndraft = true\n+++\n",
    ];
    let pieces = prop::collection::vec(
        prop_oneof![
            5 => prop::sample::select(pieces).prop_map(str::to_owned),
            1 => text(),
        ],
        0..10,
    );
    random::check(INPUTS, pieces, |pieces| {
        let summary = pieces.concat();
        check(&[
            ("content/SUMMARY.md", &summary),
            ("content/a.md", "# One"),
            ("content/b.md", "# Two"),
            ("content/c/d.md", "# Three"),
        ])
    })
}

fn any_template() -> Result<(), Failed> {
    let pieces: &[&str] = &[
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "{{ page.title }}",
        "{{ page.body | safe }}",
        "page",
        "é",
        "{% if page %}",
        "{% endif %}",
        "{% for a in page.items %}",
        "{% endfor %}",
        " | ",
        "upper",
        "{% extends \"base.html\" %}",
        "{% include \"lesson.html\" %}",
        "{% block main %}",
        "nothing",
        "{% endblock %}",
        "{{ <title page={page} /> }}",
        "{%- component a() -%}",
        "\n",
        "\r\n",
        "値",
        "{% endcomponent a %}",
        "{{ [1, 2] }}",
        "{{ 1 / 0 }}",
        "{{ \"a",
        "{% raw %}",
        "{% set a = 1 %}",
    ];
    let pieces = prop::collection::vec(
        prop_oneof![
            5 => prop::sample::select(pieces).prop_map(str::to_owned),
            1 => text(),
        ],
        0..12,
    );
    random::check(INPUTS, pieces, |pieces| {
        let template = pieces.concat();
        let strings = format!("[page]\nnext = '''{template}'''\n{template}");
        check(&[
            ("site.toml", "theme = \"own\""),
            ("themes/own/templates/lesson.html", &template),
            ("themes/own/strings/en.toml", &strings),
            ("content/a.md", "Text."),
        ])
    })
}

/// Real lessons with parts left out, doubled and swapped.
fn cut_lessons() -> Result<(), Failed> {
    let lessons = real_lessons();
    let cut = (any::<Index>(), any::<Index>(), any::<Index>(), 0..3_usize);
    let cuts = prop::collection::vec(cut, 1..6);
    random::check(INPUTS, (any::<Index>(), cuts), |(which, cuts)| {
        let mut text = which.get(&lessons).clone();
        for (from, to, at, how) in cuts {
            text = cut_text(&text, [from, to, at], how);
        }
        check(&[("content/a.md", &text), ("content/glossary/value.md", &text)])
    })
}

fn real_lessons() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut lessons = vec![String::new()];
    for folder in ["content", "docs", "src/starter/course"] {
        let files = WalkDir::new(root.join(folder)).sort_by_file_name().into_iter();
        let paths = files.filter_map(Result::ok).map(|file| file.into_path());
        let is_markdown = |path: &Path| path.extension().is_some_and(|ending| ending == "md");
        lessons.extend(
            paths.filter(|path| is_markdown(path)).filter_map(|path| fs::read_to_string(path).ok()),
        );
    }
    lessons
}

fn cut_text(text: &str, places: [Index; 3], how: usize) -> String {
    let mut places = places.map(|place| text.floor_char_boundary(place.index(text.len() + 1)));
    places.sort_unstable();
    let [one, two, three] = places;
    let (start, first, second, end) =
        (&text[..one], &text[one..two], &text[two..three], &text[three..]);
    match how {
        0 => [start, second, end].concat(),
        1 => [start, first, first, second, end].concat(),
        _ => [start, second, first, end].concat(),
    }
}

fn fixed_nasties() -> Result<(), Failed> {
    let nasties = [
        "",
        "\u{feff}",
        "\0",
        "\r",
        "+++",
        "+++\n+++",
        "---\n---",
        "---\n...\n---",
        "---\na: *b\n---",
        "---\n? [a]\n: b\n---",
        "---\n--- \n",
        "---\ntitle: \u{7}\n---\n",
        "+++\ntitle = \"\\u0000\"\n+++\n# \u{0}",
        "+++\nslug = \"..\"\n+++\n",
        "+++\nslug = \"\"\n+++\n",
        "+++\nslug = \"index\"\n+++\n",
        "+++\naliases = [\"a.html/b\", \"/\", \".\", \"con\", \"\\u0001\"]\n+++\n",
        "#",
        "# {#}",
        "# {#a}\n# {#a}",
        "## \u{301}",
        "[[",
        "[[]]",
        "[[|]]",
        "![[]]",
        "[[#]]",
        "[[ ]]",
        "[[[[a]]]]",
        "[[\n]]",
        "[[a\\|b]]",
        "[^]: x",
        "[^1]: [^1]",
        "[^1]: [^2]\n\n[^2]: [^1]",
        "x[^1]\n\n[^1]:\n    [^2]: y[^1]",
        "> [!NOTE]\n>",
        "> [!é]",
        "> [!NOTE]+-",
        "> \u{a0}[!NOTE]",
        "- > [!NOTE]",
        "&#91;!NOTE]",
        "x~2~^3^~",
        "é~é~",
        "a^\u{301}^",
        "www.é",
        "é@é.é",
        "http://\u{202e}",
        "<a href=\"é",
        "<a href=x><a href=y>",
        "</a></a>",
        "<img src=\"&#0;\">",
        "<!--><a href=b>-->",
        "<a href='a\nb'>",
        "> <a href='a\n> b.md'>",
        "```quiz",
        "```quiz\n```",
        "```quiz\n[[",
        "```quiz\n[[]]\n[[a]]",
        "```quiz\n|\n|-|-|",
        "```quiz\n- [x]\n- []",
        "```quiz\n- [x]\u{a0}\n- [ ]\u{3000}",
        "```quiz\n-\t[x] é\n\t- [ ] é",
        "```quiz id=\u{301} id=é\n[[é\u{301}|\\]]",
        "```quiz 'é\n[[a]]",
        "```quiz\n? ",
        "```quiz\n?\té\n[[a]]\n---",
        "```quiz\n<quiz>\n</quiz>\n```",
        "<quiz>",
        "</quiz>",
        "<quiz>\n</quiz>",
        "<quiz>\n<quiz>\n</quiz>\n</quiz>",
        "> <quiz>\n</quiz>",
        "- <quiz>\n  é [[é]]\n</quiz>",
        "    <quiz>\n\té [[é]]\n    </quiz>",
        "\t<quiz>\n  \t- [x] é\n    </quiz>",
        "~~~~~q\n<quiz>\n~~~~~\n</quiz>\n~~~~~~~",
        "+++\nexam = true\n+++\n```quiz\n[[a]]\n```",
        "| a |\n| - |\n| [[b\\|c]] [[d]] |",
        ": x",
        "a\n: b\n  : c",
        "[a](<>)",
        "[a](%FF.md#%FF)",
        "[a](..)",
        "[a](/)",
        "[a](#)",
        "[a](?)",
        "[a](::)",
        "[a](c:x)",
        "[a]: b\n[[a]]",
        "[*a*]: <[[b]]>\n[[*a*]]",
        "[^a]:\n```quiz\n- [][^a]\n-",
    ];
    for nasty in nasties {
        let check = || {
            check(&[
                ("content/a.md", nasty),
                ("content/b/a.md", nasty),
                ("content/b/index.md", nasty),
                ("content/glossary/value.md", nasty),
                ("content/glossary/index.md", nasty),
                ("content/SUMMARY.md", nasty),
            ])
        };
        check().map_err(|wrong| format!("{nasty:?}: {wrong}"))?;
    }
    Ok(())
}
