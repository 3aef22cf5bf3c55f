//! Pathological input: what grows without bound must not take time or stack without bound.
//!
//! Each input is built by the real binary, since an overflowing stack would end this whole suite. Asserted is only that
//! it ends; `cargo test --release` tries inputs of the size that figures are given for.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};

/// How large an input is. Tests are built without optimisation and must end soon all the same.
const SIZE: usize = if cfg!(debug_assertions) { 3_000 } else { 50_000 };
/// Long enough for a busy machine; what takes longer does not end in practice.
const LIMIT: Duration = Duration::from_secs(60);

pub fn trials() -> Vec<Trial> {
    let trials = PATHOLOGICAL
        .iter()
        .map(|input| Trial::test(format!("pathological: {}", input.name), || ends(input)));
    trials.collect()
}

/// An input of any size.
struct Pathological {
    name: &'static str,
    /// The file it stands in.
    file: &'static str,
    /// How much of [`SIZE`] one unit is: an input with long lines has fewer of them.
    share: usize,
    text: fn(usize) -> String,
}

const fn lesson(name: &'static str, text: fn(usize) -> String) -> Pathological {
    Pathological { name, file: "content/a.md", share: 1, text }
}

/// What stands in one question below what it asks.
const fn question(name: &'static str, text: fn(usize) -> String) -> Pathological {
    Pathological { name, file: "content/question.md", share: 1, text }
}

const PATHOLOGICAL: &[Pathological] = &[
    lesson("nested block quotes", |size| ">".repeat(size) + " a"),
    lesson("nested callouts", |size| "> ".repeat(size) + "[!NOTE]"),
    lesson("opening brackets", |size| "[".repeat(size)),
    lesson("bracket pairs", |size| "[".repeat(size) + &"]".repeat(size)),
    lesson("nested links", |size| "[a](".repeat(size)),
    lesson("emphasis marks", |size| "*a **a ".repeat(size)),
    lesson("emphasis marks in a row", |size| "*".repeat(size) + "a" + &"*".repeat(size)),
    lesson("underscores", |size| "_a __a ".repeat(size)),
    lesson("tildes", |size| "a~".repeat(size)),
    lesson("carets", |size| "a^".repeat(size)),
    lesson("list markers on one line", |size| "- ".repeat(size) + "a"),
    lesson("number markers on one line", |size| "1. ".repeat(size) + "a"),
    lesson("backticks", |size| "`a``".repeat(size)),
    lesson("growing runs of backticks", |size| {
        (1..size / 20).map(|length| "`".repeat(length) + "a").collect()
    }),
    lesson("less-than signs", |size| "<".repeat(size)),
    lesson("open tags", |size| "<a ".repeat(size)),
    lesson("open comments", |size| "<!-- ".repeat(size)),
    lesson("open double brackets", |size| "[[".repeat(size)),
    lesson("names", |size| "[[a]] ".repeat(size)),
    lesson("unknown names", |size| "[[abcdef]] ".repeat(size)),
    lesson("open images", |size| "![".repeat(size)),
    lesson("open footnotes", |size| "[^".repeat(size)),
    lesson("unknown footnotes", |size| "[^a] ".repeat(size)),
    lesson("table pipes", |size| "|".repeat(size) + "\n" + &"|-".repeat(size) + "|\n|"),
    lesson("table rows", |size| "| a |\n| - |\n".to_owned() + &"|\n".repeat(size)),
    lesson("a wide table", |size| {
        let columns = size / 10;
        let row = |cell: &str| cell.repeat(columns) + "|\n";
        row("|a") + &row("|-") + &row("|b")
    }),
    lesson("a long word", |size| "a".repeat(size * 4)),
    lesson("a long line of words", |size| "word ".repeat(size * 4)),
    lesson("equal headings", |size| "## Value\n\n".repeat(size / 2)),
    lesson("headings that take each other's ids", |size| {
        (0..size / 4).map(|number| format!("## Value\n\n## Value {number}\n\n")).collect()
    }),
    lesson("footnotes", |size| {
        let count = size / 2;
        let references: String = (0..count).map(|number| format!("[^{number}] ")).collect();
        let definitions = (0..count).map(|number| format!("\n\n[^{number}]: Note."));
        references + &definitions.collect::<String>()
    }),
    lesson("references to one footnote", |size| "a[^1] ".repeat(size) + "\n\n[^1]: b"),
    lesson("nested footnotes", |size| {
        (0..size / 2).map(|number| format!("[^{number}]: a[^{}]\n\n", number + 1)).collect()
    }),
    lesson("addresses", |size| "https://a.b/c ".repeat(size)),
    lesson("an address of brackets", |size| "https://a.b/".to_owned() + &"()".repeat(size)),
    lesson("an address of entities", |size| "https://a.b/".to_owned() + &"&a;".repeat(size)),
    lesson("signs of e-mail", |size| "a@".repeat(size)),
    lesson("colons", |size| "http:".repeat(size)),
    lesson("entities", |size| "&#65;".repeat(size)),
    lesson("escapes", |size| "\\*".repeat(size)),
    lesson("escaped addresses", |size| "\\a@b.c ".repeat(size)),
    lesson("raw links", |size| "<a href=b> ".repeat(size)),
    lesson("a tag of attributes", |size| "<a ".to_owned() + &"href=b ".repeat(size) + ">"),
    lesson("lines of an HTML block", |size| "<div>\n".to_owned() + &"<img src=b>\n".repeat(size)),
    lesson("link definitions", |size| {
        (0..size).map(|number| format!("[{number}]: a\n")).collect::<String>() + "[[1]]"
    }),
    lesson("uses of a link definition", |size| "[[a]] ".repeat(size) + "\n\n[a]: b \"c\""),
    lesson("definition lists", |size| "a\n: b\n\n".repeat(size)),
    lesson("task lists", |size| "- [x] a\n".repeat(size)),
    lesson("questions without answers", |size| "```quiz\na\n```\n".repeat(size)),
    lesson("questions", |size| {
        (0..size).map(|number| format!("```quiz\nq{number} [[a]]\n```\n")).collect()
    }),
    lesson("questions of options", |size| {
        (0..size / 4)
            .map(|number| format!("```quiz\nq{number}\n\n- [x] a\n- [ ] b\n```\n"))
            .collect()
    }),
    lesson("equal questions", |size| "```quiz\nq [[a]]\n```\n".repeat(size)),
    lesson("questions of one id", |size| "```quiz id=a\nq [[a]]\n```\n".repeat(size)),
    lesson("questions with many options", |size| {
        let options: String = (0..99).map(|number| format!("- [ ] {number}\n")).collect();
        let question = |number| format!("```quiz\nq{number}\n\n- [x] a\n{options}```\n");
        (0..size / 100).map(question).collect()
    }),
    question("options", |size| "- [x] a\n".repeat(size)),
    question("unequal options", |size| (0..size).map(|n| format!("- [x] {n}\n")).collect()),
    question("blanks", |size| "[[a]] ".repeat(size)),
    question("empty blanks", |size| "[[]] ".repeat(size)),
    question("answers to a blank", |size| format!("[[a{}]]", "|a".repeat(size))),
    question("open blanks", |size| "[[".repeat(size)),
    question("open and closed blanks", |size| "[[ x ".repeat(size) + &"]] ".repeat(size)),
    question("pairs", |size| "| a | b |\n| - | - |\n".to_owned() + &"| c | d |\n".repeat(size)),
    question("entries", |size| "1. a\n".repeat(size)),
    question("hints", |size| "[[a]]\n".to_owned() + &"? b\n".repeat(size)),
    question("misplaced hints", |size| "- [x] a\n".to_owned() + &"? b\n".repeat(size)),
    question("feedback", |size| "- [x] a\n".to_owned() + &"  > b\n\n".repeat(size)),
    question("unindented feedback", |size| "- [x] a\n> b\n".repeat(size)),
    question("lines of an explanation", |size| "[[a]]\n".to_owned() + &"---\n".repeat(size)),
    question("quotations in an option", |size| "- [x] ".to_owned() + &"> ".repeat(size) + "a"),
    question("lists in an option", |size| "- [x] ".to_owned() + &"- ".repeat(size) + "a"),
    question("deep lists in an option", |size| {
        (0..size / 20).map(|depth| "  ".repeat(depth) + "- [x] a\n").collect()
    }),
    question("long options", |size| {
        format!("- [x] {}\n- [ ] {}\n", "a ".repeat(size), "b ".repeat(size))
    }),
    lesson("attributes of a question", |size| {
        format!("```quiz {}\n[[a]]\n```\n", "a=b ".repeat(size))
    }),
    lesson("a question in block quotes", |size| "> ".repeat(size) + "```quiz\n[[a]]\n"),
    lesson("opening quiz tags", |size| "<quiz>\n".repeat(size)),
    lesson("closing quiz tags", |size| "<quiz>\n".to_owned() + &"</quiz>\n".repeat(size)),
    lesson("quiz tags", |size| "<quiz>\nq [[a]]\n</quiz>\n".repeat(size)),
    lesson("quiz tags in an indented block", |size| {
        "    <quiz>\n    q [[a]]\n    </quiz>\n".repeat(size)
    }),
    lesson("heading braces", |size| "## a ".to_owned() + &"{b} ".repeat(size)),
    lesson("deep lists by indentation", |size| {
        (0..size / 20).map(|depth| "  ".repeat(depth) + "- a\n").collect()
    }),
    lesson("TOML arrays", |size| format!("+++\ntags = {}\n+++\n", "[".repeat(size))),
    lesson("closed TOML arrays", |size| {
        format!("+++\ntags = {}{}\n+++\n", "[".repeat(size), "]".repeat(size))
    }),
    lesson("TOML tables", |size| format!("+++\na{} = 1\n+++\n", ".a".repeat(size))),
    lesson("YAML arrays", |size| format!("---\ntags: {}\n---\n", "[".repeat(size))),
    lesson("closed YAML arrays", |size| {
        format!("---\ntags: {}{}\n---\n", "[".repeat(size), "]".repeat(size))
    }),
    lesson("YAML lists on one line", |size| format!("---\ntags:\n  {}a\n---\n", "- ".repeat(size))),
    lesson("YAML maps", |size| format!("---\ntags: {}\n---\n", "{a: ".repeat(size))),
    lesson("YAML aliases", |size| {
        let mut yaml = "---\na0: &a0 [x, x]\n".to_owned();
        for number in 1..size.min(40) {
            let last = number - 1;
            yaml.push_str(&format!("a{number}: &a{number} [*a{last}, *a{last}]\n"));
        }
        yaml + "---\n"
    }),
    lesson("front matter keys", |size| {
        let keys: String = (0..size).map(|number| format!("key{number} = 1\n")).collect();
        format!("+++\n{keys}+++\n")
    }),
    Pathological {
        name: "nested lists of SUMMARY.md",
        file: "content/SUMMARY.md",
        share: 1,
        text: |size| "- ".repeat(size) + "[a](a.md)",
    },
    Pathological {
        name: "nested chapters of SUMMARY.md",
        file: "content/SUMMARY.md",
        share: 20,
        text: |size| {
            (0..size).map(|depth| "  ".repeat(depth) + &format!("- [a](b{depth}.md)\n")).collect()
        },
    },
    Pathological {
        name: "a template of nested blocks",
        file: "themes/own/templates/lesson.html",
        share: 1,
        text: |size| "{% if page %}".repeat(size),
    },
    Pathological {
        name: "a template of nested brackets",
        file: "themes/own/templates/lesson.html",
        share: 1,
        text: |size| "{{ ".to_owned() + &"[".repeat(size),
    },
];

/// Runs the binary on an input.
fn ends(input: &Pathological) -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let file = dir.path().join(input.file);
    let folder = file.parent().ok_or("a file without a folder")?;
    fs::create_dir_all(folder)?;
    fs::create_dir_all(dir.path().join("content"))?;
    fs::write(dir.path().join("site.toml"), "theme = \"own\"\n")?;
    fs::create_dir_all(dir.path().join("themes/own/templates"))?;
    fs::write(dir.path().join("themes/own/templates/part.html"), "")?;
    fs::write(dir.path().join("content/b.md"), "Text.\n")?;
    let mut text = (input.text)(SIZE / input.share);
    if input.file.ends_with("question.md") {
        text = format!("```quiz\nWhat is it?\n\n{text}\n```\n");
    }
    fs::write(&file, text)?;
    let started = Instant::now();
    let report = fs::File::create(dir.path().join("report.txt"))?;
    let mut process = Command::new(env!("CARGO_BIN_EXE_hornbook"))
        .args(["build", "--keep-going"])
        .arg(dir.path())
        .stdout(Stdio::null())
        .stderr(report)
        .spawn()?;
    let status = loop {
        if let Some(status) = process.try_wait()? {
            break status;
        }
        if started.elapsed() > LIMIT {
            process.kill()?;
            process.wait()?;
            return Err(format!("it does not end within {LIMIT:?}").into());
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    match status.code() {
        Some(0 | 1) => Ok(()),
        _ => {
            let said = fs::read(dir.path().join("report.txt"))?;
            let said = String::from_utf8_lossy(&said);
            let end: Vec<_> = said.lines().rev().take(3).collect();
            Err(format!("{status}: {end:?}").into())
        }
    }
}
