//! The search index: the table of words that the browser tests read as well, and what the files hold.

use std::fs;
use std::path::Path;

use hornbook::bundle::Bundle;
use hornbook::search::words;
use hornbook::session::{Options, Session};
use libtest_mimic::{Failed, Trial};
use proptest::prelude::*;

use crate::{random, site};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("search: the table of words", table),
        Trial::test("search: an edit changes few files", edit_changes_few_files),
        Trial::test("search: after any edits the index is as if made anew", edited_is_new),
        Trial::test("search: no file is large, however common a word is", files_stay_small),
        Trial::test("search: can be switched off", switched_off),
        Trial::test("search: nothing gives an answer away", answers_stay_hidden),
    ]
}

fn table() -> Result<(), Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/search.json");
    let rows: Vec<(String, String)> = serde_json::from_str(&fs::read_to_string(path)?)?;
    if rows.len() < 40 {
        return Err("the table is short".into());
    }
    let mut wrong = Vec::new();
    for (text, expected) in rows {
        let mut found = Vec::new();
        words(&text, 0, |word, position| found.push(format!("{word}@{position}")));
        let found = found.join(" ");
        if found != expected {
            wrong.push(format!("{text:?}\n  has {found}\n  not {expected}"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// Lessons with words that stand in all of them, in some, and in one.
fn lessons(count: usize) -> Vec<(String, String)> {
    let lesson = |number: usize| {
        let text = format!(
            "# Lesson {number}\n\n## Section {number}\n\nEverywhere every{} rare{number}.\n",
            number % 7
        );
        (format!("content/{number}.md"), text)
    };
    (0..count).map(lesson).collect()
}

fn search_files(bundle: &Bundle) -> Vec<(&str, &str)> {
    let paths = bundle.files.keys().filter(|path| path.starts_with("theme/search/"));
    paths.map(|path| (path, bundle.text(path).unwrap_or_default())).collect()
}

fn build(session: &mut Session, files: &[(String, String)]) -> Bundle {
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    session.build(&site::sources(files), &Options::default()).bundle
}

fn edit_changes_few_files() -> Result<(), Failed> {
    let mut session = Session::default();
    let mut files = lessons(3000);
    let before = build(&mut session, &files);
    let all = search_files(&before).len();
    files[1500].1.push_str("\nAnother sentence.\n");
    let after = build(&mut session, &files);
    let new: Vec<&str> = search_files(&after)
        .into_iter()
        .filter(|(path, text)| before.text(path) != Some(text))
        .map(|(path, _)| path)
        .collect();
    // Two new words, each with what stands behind it in its shard, both directions, and the contents.
    if all > 100 && new.len() <= 12 {
        return Ok(());
    }
    Err(format!("{} of {all} files are new: {new:?}", new.len()).into())
}

/// Words come and go, alone in their shard or not, and the search itself as well.
fn edited_is_new() -> Result<(), Failed> {
    const LESSONS: usize = 40;
    let text = |seed: u32| {
        let word = |at: u32| format!("w{}", seed.wrapping_mul(31).wrapping_add(at * at * 7) % 3000);
        let words: Vec<String> = (0..80).map(word).collect();
        format!("# Lesson\n\n## {}\n\n{}\n", words[0], words.join(" "))
    };
    let edit = (0..LESSONS, 0..50_u32, any::<bool>());
    let series = prop::collection::vec(edit, 1..10);
    random::check(30, series, |edits| {
        let lesson = |number: usize| (format!("content/{number}.md"), text(number as u32));
        let mut files: Vec<(String, String)> = (0..LESSONS).map(lesson).collect();
        let session = &mut Session::default();
        build(session, &files);
        for (number, seed, one_word) in edits {
            let file = &mut files[number].1;
            *file = if one_word { file.replacen(" w", " v", 1) } else { text(seed) };
            let edited = build(session, &files);
            if edited != build(&mut Session::default(), &files) {
                return Err(format!("after an edit of {number}"));
            }
        }
        Ok(())
    })
}

fn files_stay_small() -> Result<(), Failed> {
    const LARGEST: usize = 40_000;
    let mut files = lessons(3000);
    // One word in every section of a very long lesson, beside others that are everywhere.
    for (number, (_, text)) in files.iter_mut().enumerate().take(400) {
        let sections = (0..100).map(|at| format!("\n## Part {at} of {number}\n\nThroughout.\n"));
        text.extend(sections);
    }
    let bundle = build(&mut Session::default(), &files);
    let large = search_files(&bundle).into_iter().find(|(_, text)| text.len() > LARGEST);
    match large {
        Some((path, text)) => Err(format!("{path} has {} bytes", text.len()).into()),
        None => Ok(()),
    }
}

fn switched_off() -> Result<(), Failed> {
    let mut files = lessons(3);
    files.push(("site.toml".into(), "[search]\nenabled = false\n".into()));
    let bundle = build(&mut Session::default(), &files);
    if search_files(&bundle).is_empty() { Ok(()) } else { Err("there is an index".into()) }
}

/// The words of a shard: each tells how much it has in common with the one before.
fn indexed(script: &str) -> Vec<String> {
    let text = script.split('"').nth(3).unwrap_or_default();
    let mut words: Vec<String> = Vec::new();
    for entry in text.split(';').filter(|entry| !entry.is_empty()) {
        let same = DIGITS.find(&entry[..1]).unwrap_or_default();
        let before = words.last().map_or("", String::as_str);
        let rest = entry[1..].split(' ').next().unwrap_or_default();
        words.push(format!("{}{rest}", &before[..same.min(before.len())]));
    }
    words
}

/// Base64url's.
const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn answers_stay_hidden() -> Result<(), Failed> {
    let text = "# Quiz\n\n```quiz\nWhich one?\n\n- [x] Right\n  > Praised\n- [ ] Wrong\n\n? Clueful\n\nBecause.\n```\n";
    let bundle = build(&mut Session::default(), &[("content/quiz.md".to_owned(), text.to_owned())]);
    let all: Vec<String> =
        search_files(&bundle).into_iter().flat_map(|(_, text)| indexed(text)).collect();
    let has = |word: &str| all.iter().any(|known| known == word);
    if !has("which") || !has("wrong") {
        return Err("the question cannot be found".into());
    }
    match ["praised", "clueful", "because"].into_iter().find(|word| has(word)) {
        Some(word) => Err(format!("{word:?} can be found").into()),
        None => Ok(()),
    }
}
