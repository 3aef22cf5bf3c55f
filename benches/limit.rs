//! What a machine needs at least: reads every lesson, makes HTML of it, fills a constant template and writes the pages.
//!
//! ```text
//! cargo bench --bench limit -- CONTENT OUT              a folder of Markdown, and one that is empty or not there
//! cargo bench --bench limit -- CONTENT OUT --matching   looks for the titles of `glossary/` in each text as well
//! cargo bench --bench limit -- CONTENT OUT --template   fills a template of Tera's instead of joining constants
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
use tera::{Context, Tera};
use walkdir::WalkDir;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The page as a template.
const PAGE: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{{ title }}</title>\n\
    </head>\n<body>\n<main>\n<h1>{{ title }}</h1>\n{{ body | safe }}</main>\n</body>\n</html>\n";

fn main() -> Outcome<()> {
    let arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let (options, paths): (Vec<String>, Vec<String>) =
        arguments.partition(|argument| argument.starts_with("--"));
    let is_known = |option: &String| ["--matching", "--template"].contains(&option.as_str());
    let ([content, out], true) = (&paths[..], options.iter().all(is_known)) else {
        return Err("limit CONTENT OUT [--matching] [--template]".into());
    };
    let has = |name: &str| options.iter().any(|option| option == name);
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
    let work = Work {
        content,
        out,
        terms: if has("--matching") { Some(terms(content, &files)?) } else { None },
        templates: if has("--template") { Some(templates()?) } else { None },
    };
    let found: Vec<usize> = files
        .par_iter()
        .map_init(Context::new, |context, path| work.page(path, context))
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

fn templates() -> Outcome<Tera> {
    let mut templates = Tera::default();
    templates.add_raw_template("page.html", PAGE)?;
    Ok(templates)
}

/// What all pages are made with.
struct Work<'a> {
    content: &'a Path,
    out: &'a Path,
    terms: Option<AhoCorasick>,
    templates: Option<Tera>,
}

impl Work<'_> {
    /// Makes a page, and says how many terms are in its text.
    fn page(&self, path: &Path, context: &mut Context) -> Outcome<usize> {
        let text = fs::read_to_string(self.content.join(path))?;
        let body = text.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++\n"));
        let body = body.map_or(text.as_str(), |(_, body)| body);
        let found = self.terms.as_ref().map_or(0, |terms| terms.find_iter(body).count());
        let page = match &self.templates {
            None => joined(title(&text), body),
            Some(templates) => filled(templates, context, title(&text), body)?,
        };
        fs::write(self.out.join(path).with_extension("html"), page)?;
        Ok(found)
    }
}

fn joined(title: &str, body: &str) -> String {
    let mut page = String::with_capacity(body.len() * 2);
    page.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
    page.push_str(title);
    page.push_str("</title>\n</head>\n<body>\n<main>\n<h1>");
    page.push_str(title);
    page.push_str("</h1>\n");
    html::push_html(&mut page, Parser::new_ext(body, options()));
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn filled(templates: &Tera, context: &mut Context, title: &str, body: &str) -> Outcome<String> {
    let mut html = String::with_capacity(body.len() * 2);
    html::push_html(&mut html, Parser::new_ext(body, options()));
    context.insert("title", title);
    context.insert("body", &html);
    Ok(templates.render("page.html", context)?)
}

/// The title in the front matter of the lessons that the benchmarks make.
fn title(text: &str) -> &str {
    let title = text.strip_prefix("+++\ntitle = \"").and_then(|rest| rest.split_once('"'));
    title.map_or("", |(title, _)| title)
}
