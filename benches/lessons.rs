//! Realistic lessons from a fixed seed: what every benchmark builds.
//!
//! Some 900 words a lesson in six sections, with links by path and by name, a table, a list, two blocks of code, terms of
//! the glossary in the text and, where asked for, a question; fifty lessons a unit. The same numbers give the same bytes
//! on every machine. Other programs get the same text with front matter and links as they write them.

#![allow(dead_code, reason = "no benchmark needs all of it")]

mod layout;
mod words;

use std::fmt::Write as _;
use std::path::PathBuf;

#[allow(unused_imports, reason = "no benchmark needs all of it")]
pub use layout::{Settings, lay_out, write_course};
use words::{Random, words};

/// How many lessons a unit has.
const UNIT: usize = 50;

/// How large a course is made.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub lessons: usize,
    pub terms: usize,
    /// One a lesson.
    pub questions: bool,
}

/// Whom the lessons are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    Hornbook,
    Hugo,
    MdBook,
    Zola,
}

/// Which wording of a lesson is meant: an edit is another number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Edition {
    pub title: u32,
    pub body: u32,
}

/// A lesson's path below `content/`.
pub fn lesson_path(lesson: usize) -> PathBuf {
    let (unit, place) = (lesson / UNIT, lesson % UNIT);
    PathBuf::from(format!("{:03}-unit-{}/{:02}-lesson-{lesson}.md", unit % 1_000, unit + 1, place))
}

/// A term's path below `content/`.
pub fn term_path(term: usize) -> PathBuf {
    PathBuf::from(format!("glossary/term-{term}.md"))
}

/// The text of a term; another edition has another definition.
pub fn term_text(term: usize, edition: u32) -> String {
    term_text_for(term, edition, Program::Hornbook)
}

fn term_text_for(term: usize, edition: u32, program: Program) -> String {
    let name = term_name(term);
    let of = words(&mut Random::new(term as u64), 12);
    let definition = format!("What {of} have in common, edition {edition}.");
    let article = words(&mut Random::new(term as u64 + 1), 60);
    match program {
        Program::Hornbook => {
            format!("+++\ntitle = \"{name}\"\ndefinition = \"{definition}\"\n+++\n\n{article}\n")
        }
        _ => format!("{}{definition}\n\n{article}\n", heading(&name, term, program)),
    }
}

/// What a page begins with. A date, since a feed needs one.
fn heading(title: &str, weight: usize, program: Program) -> String {
    let date = format!("2025-{:02}-{:02}", 1 + weight % 12, 1 + weight % 28);
    match program {
        Program::Hornbook => format!(
            "+++\ntitle = \"{title}\"\ndate = {date}\nobjectives = [\"Know it\", \"Use it\"]\n+++\n\n"
        ),
        Program::Hugo | Program::Zola => {
            format!("+++\ntitle = \"{title}\"\ndate = {date}\nweight = {}\n+++\n\n", weight + 1)
        }
        Program::MdBook => format!("# {title}\n\n"),
    }
}

/// The text of a lesson.
pub fn lesson_text(lesson: usize, size: Size, edition: Edition) -> String {
    lesson_text_for(lesson, size, edition, Program::Hornbook)
}

fn lesson_text_for(lesson: usize, size: Size, edition: Edition, program: Program) -> String {
    let random = &mut Random::new(lesson as u64 * 7_919 + 17);
    let mut text = String::with_capacity(8_000);
    let title = lesson_title(lesson, edition.title);
    text.push_str(&heading(&title, lesson, program));
    paragraph(&mut text, random, lesson, size, program);
    for section in 1..=6 {
        let _ = write!(text, "## Part {section}: {}\n\n", words(random, 3));
        paragraph(&mut text, random, lesson, size, program);
        match section {
            2 => table(&mut text, random),
            3 | 5 => code(&mut text, random),
            4 => list(&mut text, random),
            _ => {}
        }
        paragraph(&mut text, random, lesson, size, program);
    }
    if size.questions {
        // Drawn from numbers of its own: with questions or without, the rest is the same.
        question(&mut text, &mut Random::new(lesson as u64 * 31 + 5), lesson, program);
    }
    let _ = writeln!(text, "Closing words, edition {:06}.", edition.body);
    text
}

fn lesson_title(lesson: usize, edition: u32) -> String {
    let words = words(&mut Random::new(lesson as u64), 2);
    match edition {
        0 => format!("Lesson {lesson}: {words}"),
        edition => format!("Lesson {lesson}: {words}, again {edition}"),
    }
}

/// Two words that no sentence has by chance.
fn term_name(term: usize) -> String {
    const FIRST: [&str; 25] = [
        "gradual", "outer", "shared", "binding", "latent", "mutual", "formal", "central",
        "primary", "joint", "stable", "dense", "open", "fixed", "inner", "remote", "prior",
        "linear", "external", "double", "general", "narrow", "partial", "quiet", "regular",
    ];
    const SECOND: [&str; 40] = [
        "measure",
        "contract",
        "margin",
        "policy",
        "signal",
        "register",
        "practice",
        "baseline",
        "channel",
        "threshold",
        "vector",
        "premise",
        "interval",
        "record",
        "segment",
        "boundary",
        "schedule",
        "ledger",
        "catalogue",
        "protocol",
        "reserve",
        "portfolio",
        "quota",
        "sample",
        "outline",
        "module",
        "pattern",
        "cluster",
        "ratio",
        "inquiry",
        "archive",
        "benchmark",
        "circuit",
        "domain",
        "estimate",
        "forecast",
        "gateway",
        "horizon",
        "index",
        "journal",
    ];
    format!("{} {}", FIRST[term % 25], SECOND[(term / 25) % 40])
}

/// Some sixty words with markup, a link in three and two terms.
fn paragraph(text: &mut String, random: &mut Random, lesson: usize, size: Size, program: Program) {
    let opening = words(random, 9);
    let _ = write!(text, "{}{}. ", opening[..1].to_uppercase(), &opening[1..]);
    for _ in 0..2 {
        if size.terms > 0 {
            let term = term_name(random.below(size.terms));
            let _ = write!(text, "With the {term} {}, ", words(random, 5));
        }
        let _ = write!(text, "*{}* {} ", words(random, 2), words(random, 7));
        let _ = write!(text, "and **{}** `{}`. ", words(random, 2), words(random, 1));
    }
    match random.below(3) {
        0 => {
            let to = link(random.below(size.lessons), program);
            let _ = write!(text, "See [{}]({to}) for more. ", words(random, 3));
        }
        1 => {
            let near = (lesson + 1 + random.below(5)).min(size.lessons - 1);
            let title = lesson_title(near, 0);
            let _ = match program {
                Program::Hornbook => write!(text, "See [[{title}]] as well. "),
                _ => write!(text, "See [{title}]({}) as well. ", link(near, program)),
            };
        }
        _ => {
            let _ = write!(text, "See [there](https://example.org/{}) too. ", random.below(999));
        }
    }
    let _ = write!(text, "{}.\n\n", words(random, 7));
}

/// The address by which a lesson is linked from another one.
fn link(lesson: usize, program: Program) -> String {
    let path = lesson_path(lesson).to_string_lossy().replace('\\', "/");
    match program {
        Program::Hornbook => format!("../{path}#top"),
        Program::Hugo => format!("/{path}"),
        Program::MdBook => format!("../{path}"),
        Program::Zola => format!("@/{path}"),
    }
}

/// A question of one of five kinds; for programs that have none, a block of code.
fn question(text: &mut String, random: &mut Random, lesson: usize, program: Program) {
    let fence = if program == Program::Hornbook { "quiz" } else { "text" };
    let _ = write!(text, "```{fence}\n{} {lesson}?\n\n", words(random, 12));
    let options = ["first", "second", "third", "fourth"];
    match lesson % 5 {
        kind @ (0 | 1) => {
            let right = random.below(options.len());
            for (at, option) in options.iter().enumerate() {
                let is_right = at == right || (kind == 1 && at == (right + 2) % 4);
                let mark = if is_right { 'x' } else { ' ' };
                let (says, why) = (words(random, 5), words(random, 7));
                let _ = write!(text, "- [{mark}] {option} {says}\n  > {why}.\n");
            }
        }
        2 => {
            let (before, after) = (words(random, 5), words(random, 4));
            // With its number the answer is no word of the question's by chance.
            let answer = format!("{}{lesson}", words(random, 1));
            let _ = write!(text, "{before} [[{answer}]] {after}.\n\n---\n");
        }
        3 => {
            let _ = write!(text, "{} [[= {}]].\n\n---\n", words(random, 5), random.below(1_000));
        }
        _ => {
            for (at, option) in options.iter().enumerate() {
                let _ = writeln!(text, "{}. {option} {}", at + 1, words(random, 4));
            }
        }
    }
    let _ = write!(text, "\n{}.\n```\n\n", words(random, 20));
}

fn table(text: &mut String, random: &mut Random) {
    text.push_str("| what | how | why |\n| --- | --- | --- |\n");
    for _ in 0..5 {
        let (a, b, c) = (words(random, 2), words(random, 3), words(random, 2));
        let _ = writeln!(text, "| {a} | {b} | {c} |");
    }
    text.push('\n');
}

fn code(text: &mut String, random: &mut Random) {
    text.push_str("```rust\nfn main() {\n");
    for line in 0..8 {
        let _ =
            writeln!(text, "    let value_{line} = compute({}, &mut state)?;", random.below(99));
    }
    text.push_str("}\n```\n\n");
}

fn list(text: &mut String, random: &mut Random) {
    for _ in 0..5 {
        let _ = writeln!(text, "- {}", words(random, 9));
    }
    text.push('\n');
}
