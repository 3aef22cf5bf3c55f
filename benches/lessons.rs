//! Realistic lessons from a fixed seed: what every benchmark builds.
//!
//! Some 900 words a lesson in six sections, with links by path and by name, a table, a list, two blocks of code and terms of
//! the glossary in the text; fifty lessons a unit. The same numbers give the same bytes on every machine.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How many lessons a unit has.
const UNIT: usize = 50;

/// How large a course is made.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub lessons: usize,
    pub terms: usize,
}

/// Writes a course into an empty folder.
pub fn write_course(folder: &Path, size: Size) -> io::Result<()> {
    fs::write(folder.join("site.toml"), "title = \"A course\"\nlanguage = \"en\"\n")?;
    let content = folder.join("content");
    fs::create_dir_all(content.join("glossary"))?;
    for term in 0..size.terms {
        fs::write(content.join(term_path(term)), term_text(term, 0))?;
    }
    for lesson in 0..size.lessons {
        let path = content.join(lesson_path(lesson));
        if lesson % UNIT == 0 {
            let unit = path.parent().unwrap_or(&content);
            fs::create_dir_all(unit)?;
            let index = format!("# Unit {}\n\nWhat this unit is about.\n", lesson / UNIT + 1);
            fs::write(unit.join("index.md"), index)?;
        }
        fs::write(path, lesson_text(lesson, size, Edition::default()))?;
    }
    Ok(())
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
    let name = term_name(term);
    let of = vocabulary(&mut Random::new(term as u64), 12);
    format!(
        "+++\ntitle = \"{name}\"\ndefinition = \"What {of} have in common, edition {edition}.\"\n+++\n\n{}\n",
        vocabulary(&mut Random::new(term as u64 + 1), 60)
    )
}

/// The text of a lesson.
pub fn lesson_text(lesson: usize, size: Size, edition: Edition) -> String {
    let random = &mut Random::new(lesson as u64 * 7_919 + 17);
    let mut text = String::with_capacity(8_000);
    let title = lesson_title(lesson, edition.title);
    let _ =
        write!(text, "+++\ntitle = \"{title}\"\nobjectives = [\"Know it\", \"Use it\"]\n+++\n\n");
    paragraph(&mut text, random, lesson, size);
    for section in 1..=6 {
        let _ = write!(text, "## Part {section}: {}\n\n", vocabulary(random, 3));
        paragraph(&mut text, random, lesson, size);
        match section {
            2 => table(&mut text, random),
            3 | 5 => code(&mut text, random),
            4 => list(&mut text, random),
            _ => {}
        }
        paragraph(&mut text, random, lesson, size);
    }
    let _ = writeln!(text, "Closing words, edition {:06}.", edition.body);
    text
}

fn lesson_title(lesson: usize, edition: u32) -> String {
    let words = vocabulary(&mut Random::new(lesson as u64), 2);
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

const WORDS: &str = "people often notice that small changes make work easier when teams agree on what \
    they want to reach and how they will know it helps customers who pay for results instead of \
    effort because time runs out before every wish comes true so choose carefully between options \
    that look alike at first sight but differ in cost risk and benefit once somebody has to run \
    them for years under conditions nobody planned while others learn from mistakes made early \
    and share their findings openly with everyone around";

fn vocabulary(random: &mut Random, count: usize) -> String {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let chosen: Vec<&str> = (0..count).map(|_| words[random.below(words.len())]).collect();
    chosen.join(" ")
}

/// Some sixty words with markup, a link in three and two terms.
fn paragraph(text: &mut String, random: &mut Random, lesson: usize, size: Size) {
    let opening = vocabulary(random, 14);
    let _ = write!(text, "{}{}. ", opening[..1].to_uppercase(), &opening[1..]);
    for _ in 0..2 {
        if size.terms > 0 {
            let term = term_name(random.below(size.terms));
            let _ = write!(text, "With the {term} {}, ", vocabulary(random, 5));
        }
        let _ = write!(text, "*{}* {} ", vocabulary(random, 2), vocabulary(random, 9));
        let _ = write!(text, "and **{}** `{}`. ", vocabulary(random, 2), vocabulary(random, 1));
    }
    match random.below(3) {
        0 => {
            let other = random.below(size.lessons);
            let path = lesson_path(other).to_string_lossy().replace('\\', "/");
            let _ = write!(text, "See [{}](../{path}#top) for more. ", vocabulary(random, 3));
        }
        1 => {
            let near = (lesson + 1 + random.below(5)).min(size.lessons - 1);
            let _ = write!(text, "See [[{}]] as well. ", lesson_title(near, 0));
        }
        _ => {
            let _ = write!(text, "See [there](https://example.org/{}) too. ", random.below(999));
        }
    }
    let _ = write!(text, "{}.\n\n", vocabulary(random, 12));
}

fn table(text: &mut String, random: &mut Random) {
    text.push_str("| what | how | why |\n| --- | --- | --- |\n");
    for _ in 0..5 {
        let (a, b, c) = (vocabulary(random, 2), vocabulary(random, 3), vocabulary(random, 2));
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
        let _ = writeln!(text, "- {}", vocabulary(random, 9));
    }
    text.push('\n');
}

/// SplitMix64: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}
