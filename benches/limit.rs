//! What a machine needs at least: reads every lesson, makes HTML of it, fills a constant template and writes the pages.
//!
//! ```text
//! cargo bench --bench limit -- CONTENT OUT              a folder of Markdown, and one that is empty or not there
//! cargo bench --bench limit -- CONTENT OUT --matching   looks for the titles of `glossary/` in each text as well
//! ```
//!
//! It resolves no link, knows no other page and checks nothing. Markdown is read with the same parser, the same extensions and
//! the same allocator as Hornbook's.

#![allow(clippy::print_stdout, reason = "printing is what a benchmark is for")]

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use hornbook::parse::options;
use pulldown_cmark::{Parser, html};
use rayon::prelude::*;
use walkdir::WalkDir;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let (options, paths): (Vec<String>, Vec<String>) =
        arguments.partition(|argument| argument.starts_with("--"));
    let ([content, out], true) = (&paths[..], options.iter().all(|option| option == "--matching"))
    else {
        return Err("limit CONTENT OUT [--matching]".into());
    };
    let (content, out) = (Path::new(content), Path::new(out));
    if out.exists() && fs::read_dir(out)?.next().is_some() {
        return Err(format!("{} is not empty", out.display()).into());
    }
    let started = Instant::now();
    let files = markdown_in(content)?;
    let folders: BTreeSet<&Path> = files.iter().filter_map(|path| path.parent()).collect();
    for folder in folders {
        fs::create_dir_all(out.join(folder))?;
    }
    let terms = if options.is_empty() { None } else { Some(terms(content, &files)?) };
    let found: Vec<usize> = files
        .par_iter()
        .map(|path| page(content, out, path, terms.as_ref()))
        .collect::<Outcome<_>>()?;
    let (pages, found) = (found.len(), found.iter().sum::<usize>());
    println!("{pages} pages, {found} terms found, {:.3} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// The Markdown files below a folder, by their paths in it.
fn markdown_in(content: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(content) {
        let entry = entry?;
        if entry.path().extension().is_some_and(|ending| ending == "md") {
            files.push(entry.path().strip_prefix(content)?.to_owned());
        }
    }
    Ok(files)
}

/// Something that finds the titles of all terms.
fn terms(content: &Path, files: &[PathBuf]) -> Outcome<AhoCorasick> {
    let terms = files.iter().filter(|path| path.starts_with("glossary"));
    let titles: Vec<String> = terms
        .map(|path| Ok(title(&fs::read_to_string(content.join(path))?).to_owned()))
        .collect::<Outcome<_>>()?;
    // A deterministic automaton is several times as fast as what would be chosen for so many.
    let finder = AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(titles.iter().filter(|title| !title.is_empty()))?;
    Ok(finder)
}

/// Makes a page, and says how many terms are in its text.
fn page(content: &Path, out: &Path, path: &Path, terms: Option<&AhoCorasick>) -> Outcome<usize> {
    let text = fs::read_to_string(content.join(path))?;
    let body = text.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++\n"));
    let body = body.map_or(text.as_str(), |(_, body)| body);
    let found = terms.map_or(0, |terms| terms.find_iter(body).count());
    let title = title(&text);
    let mut page = String::with_capacity(text.len() * 2);
    page.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
    page.push_str(title);
    page.push_str("</title>\n</head>\n<body>\n<main>\n<h1>");
    page.push_str(title);
    page.push_str("</h1>\n");
    html::push_html(&mut page, Parser::new_ext(body, options()));
    page.push_str("</main>\n</body>\n</html>\n");
    fs::write(out.join(path).with_extension("html"), page)?;
    Ok(found)
}

/// The title in the front matter of the lessons that the benchmarks make.
fn title(text: &str) -> &str {
    let title = text.strip_prefix("+++\ntitle = \"").and_then(|rest| rest.split_once('"'));
    title.map_or("", |(title, _)| title)
}
