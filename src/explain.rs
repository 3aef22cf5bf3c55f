//! Explain: why each word of a lesson is linked to a term, or is not.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::config::Config;
use crate::glossary::Glossary;
use crate::language::Language;
use crate::lesson::{Lesson, Role};
use crate::parse;
use crate::recognise::{Candidate, Outcome, explain};
use crate::source::{LineIndex, Source, SourcePath, Sources};

/// One place of a lesson where a term could be linked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// From 1.
    pub line: usize,
    /// From 1, in Unicode scalar values.
    pub column: usize,
    /// The words as they stand in the source.
    pub text: String,
    /// The title of the term.
    pub term: String,
    /// The file of the term.
    pub path: String,
    /// The title or alias of which these words are a form.
    pub form: String,
    pub linked: bool,
    /// The rule that decided.
    pub rule: &'static str,
    /// What the rule means, for people.
    pub reason: String,
    /// Shorter terms that gave way to this one.
    pub won_over: Vec<String>,
}

/// Explains a lesson; `None` where the site has no lesson at this path. Of all others only the terms are read.
pub fn explain_lesson(sources: &Sources, path: &SourcePath) -> Option<Vec<Explanation>> {
    let config =
        sources.config.as_ref().map_or_else(Config::default, |source| parse::site(source).0);
    let content = &sources.content;
    let asked = sources.lessons.iter().find(|source| source.path == *path)?;
    let asked = parse::lesson(asked, content).lesson;
    let is_term = |source: &&Source| parse::role(&source.path, content) == Role::Term;
    let others = sources.lessons.iter().filter(is_term).filter(|source| source.path != *path);
    let others = others.map(|source| parse::lesson(source, content).lesson);
    // Drafts are not published, so their terms are not found; a draft itself can be asked about.
    let mut lessons: Vec<Arc<Lesson>> = others.filter(|lesson| !lesson.front.draft).collect();
    lessons.push(asked.clone());
    lessons.sort_by(|a, b| a.path.cmp(&b.path));
    let terms = lessons.iter().map(|lesson| &**lesson);
    let glossary = Glossary::new(terms, Language::of_tag(&config.language));
    let candidates = explain(&asked, &glossary, config.term_links);
    let index = LineIndex::new(&asked.text);
    Some(candidates.iter().map(|found| explanation(found, &asked, &glossary, &index)).collect())
}

fn explanation(
    found: &Candidate,
    lesson: &Lesson,
    glossary: &Glossary,
    index: &LineIndex<'_>,
) -> Explanation {
    let term = &glossary.terms[found.term as usize];
    let position = index.position(found.span.start);
    let (rule, reason) = reason(found.outcome);
    let won_over = found.shadowed.iter().map(|form| {
        let form = &glossary.forms[*form as usize];
        glossary.terms[form.term as usize].title.clone()
    });
    let text = lesson.text.get(found.span.range()).unwrap_or_default();
    Explanation {
        line: position.line,
        column: position.column,
        text: text.split_whitespace().collect::<Vec<_>>().join(" "),
        term: term.title.clone(),
        path: term.path.to_string(),
        form: glossary.forms[found.form as usize].text.clone(),
        linked: found.outcome == Outcome::Linked,
        rule,
        reason: reason.to_owned(),
        won_over: won_over.collect(),
    }
}

/// The name of a rule, and what it means.
fn reason(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Linked => ("linked", "the first use here"),
        Outcome::LinkedBefore => ("linked-before", "linked before in this section or lesson"),
        Outcome::InLink => ("in-link", "stands in a link already"),
        Outcome::InHeading => ("in-heading", "stands in a heading"),
        Outcome::InCode => ("in-code", "stands in code"),
        Outcome::InTitle => ("in-title", "stands in the title of a callout"),
        Outcome::InTableHead => ("in-table-head", "stands in the head of a table"),
        Outcome::InOption => ("in-option", "stands in an option of a question"),
        Outcome::InHtml => ("in-html", "stands in raw HTML that can hold no link"),
        Outcome::InWord => ("in-word", "is part of a longer word, an address or a path"),
        Outcome::Verb => ("verb", "looks like a verb here"),
        Outcome::OwnArticle => ("own-article", "this is the term's own article"),
        Outcome::Explicit => ("explicit", "the term is linked by [[…]] only"),
        Outcome::SwitchedOff => ("switched-off", "the lesson or the site does not link it"),
        Outcome::Exempt => ("exempt", "[[!…]] exempts it"),
        Outcome::AcrossMarkup => ("across-markup", "begins or ends in the middle of emphasis"),
    }
}

/// Explanations for people, a line each; `file` is how the lesson is shown.
pub fn human(explanations: &[Explanation], file: &Path) -> String {
    let mut out = String::new();
    for found in explanations {
        let Explanation { line, column, text, term, form, .. } = found;
        out.push_str(&format!("{}:{line}:{column}: \"{text}\" ", file.display()));
        out.push_str(if found.linked { "→ " } else { "is not linked to " });
        out.push_str(&format!("{term} ({})", found.path));
        if text.to_lowercase() != form.to_lowercase() {
            out.push_str(&format!(", a form of \"{form}\""));
        }
        out.push_str(&format!(": {}", found.reason));
        if !found.won_over.is_empty() {
            out.push_str(&format!("; longer than {}", found.won_over.join(", ")));
        }
        out.push('\n');
    }
    out
}

/// Explanations for programs: one JSON array.
pub fn json(explanations: &[Explanation]) -> String {
    // Strings and numbers can always be written.
    serde_json::to_string_pretty(explanations).unwrap_or_default() + "\n"
}
