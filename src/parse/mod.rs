//! Parse: from one source's text to what it says.
//!
//! Pure and per file: nothing here reads a file, knows another source or can fail. What is wrong comes back
//! as diagnostics beside the value.

mod autolink;
mod callout;
mod fields;
mod footnotes;
mod front_matter;
mod html;
mod ids;
mod markdown;
mod quiz;
mod signs;
mod site;
mod strings;
mod text;
mod toml;
mod yaml;

use std::sync::Arc;

use crate::address::{file_slug, split_number};
use crate::diagnostic::Diagnostic;
use crate::document::packed::Packed;
use crate::lesson::{Lesson, Role};
use crate::memo::exact;
use crate::source::{Source, SourcePath};

pub use markdown::options;
pub use site::site;
pub use strings::strings;

/// A lesson and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub lesson: Arc<Lesson>,
    pub diagnostics: Arc<[Diagnostic]>,
}

/// Parses one Markdown file. `content` is the folder that holds the lessons: a file's path below it decides
/// what the file is for.
pub fn lesson(source: &Source, content: &str) -> Parsed {
    let mut diagnostics = Vec::new();
    let role = role(&source.path, content);
    let (front, body_start) = front_matter::parse(source, role, &mut diagnostics);
    let body = markdown::parse(source, body_start, &mut diagnostics);

    let first_heading = body.headings.first().map(|heading| heading.text.trim());
    let written = front.title.as_ref().map(|title| title.value.as_str()).or(first_heading);
    let title = written.filter(|title| !title.is_empty()).map(str::to_owned);
    let title = title.unwrap_or_else(|| title_from_name(&source.path));
    let title_heading = body.opening_heading.filter(|index| {
        let heading = &body.headings[*index as usize];
        front.title.is_none() || (heading.level == 1 && heading.text.trim() == title)
    });

    let shown_in_exams = quiz::key::shown(&body.questions, &body.document, &body.uses, source);
    let lesson = Lesson {
        path: source.path.clone(),
        hash: source.hash,
        text: source.text.clone(),
        role,
        front,
        body_start,
        title,
        title_heading,
        body: Packed::new(&body.document),
        headings: exact(body.headings),
        html_ids: exact(body.html_ids),
        footnotes: exact(body.footnotes),
        uses: exact(body.uses),
        questions: exact(body.questions),
        shown_in_exams,
        words: body.words,
        first_paragraph: body.first_paragraph,
        is_implied: false,
    };
    Parsed { lesson: Arc::new(lesson), diagnostics: diagnostics.into() }
}

/// What a file is for. `content` is the folder that holds the lessons.
pub fn role(path: &SourcePath, content: &str) -> Role {
    let below = path.below(content).unwrap_or(path.as_str());
    let mut folders = below.split('/');
    let name = folders.next_back().unwrap_or(below);
    let first = folders.next();
    let is_glossary = first.is_some_and(|folder| file_slug(split_number(folder).1) == "glossary");
    match (is_index(name), first) {
        (true, None) => Role::Home,
        (true, Some(_)) if is_glossary && folders.next().is_none() => Role::Glossary,
        (true, Some(_)) => Role::Unit,
        (false, None) if name == "SUMMARY.md" => Role::Summary,
        (false, None) if stem(name) == "404" => Role::NotFound,
        (false, _) if is_glossary => Role::Term,
        (false, _) => Role::Lesson,
    }
}

/// Whether a file of this name stands for its folder: `index.md`, `README.md` as on GitHub, `_index.md` as in Hugo.
pub fn is_index(name: &str) -> bool {
    let stem = split_number(stem(name)).1;
    ["index", "readme", "_index"].iter().any(|index| stem.eq_ignore_ascii_case(index))
}

/// A file's name without its ending.
pub fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// `01-what-is-value.md` says "What is value"; an index file says what its folder is called.
fn title_from_name(path: &SourcePath) -> String {
    let own = stem(path.file_name());
    let folder = path.folder().rsplit('/').next().filter(|folder| !folder.is_empty());
    let name = if is_index(path.file_name()) { folder.unwrap_or(own) } else { own };
    title_from(name)
}

/// A title made from the name of a file or folder.
pub fn title_from(name: &str) -> String {
    let words = split_number(name).1.replace(['-', '_'], " ");
    let words = words.trim();
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => name.to_owned(),
    }
}

/// Whether a text can be the base of a site's addresses.
pub fn is_web_address(text: &str) -> bool {
    site::web_address(&crate::value::Value::String(text.to_owned())).is_some()
}
