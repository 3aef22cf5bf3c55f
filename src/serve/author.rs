//! What authors want to know of a page: which file and line to edit, and where each link to a term comes from.
//!
//! Worked out when it is asked for; a build does not know of it.

use serde::Serialize;

use super::snapshot::Site;
use crate::explain::{Explanation, explain_lesson};
use crate::lesson::Lesson;
use crate::parse;
use crate::source::LineIndex;

/// What is known of a page.
#[derive(Debug, Serialize)]
pub struct Origin {
    /// The source below the site's folder; `None` for a page that nobody wrote.
    pub path: Option<String>,
    /// The line at which its text begins.
    pub line: usize,
    /// The lines of its headings, in reading order.
    pub headings: Vec<Place>,
    pub terms: Vec<Explanation>,
}

/// A heading and its line.
#[derive(Debug, Serialize)]
pub struct Place {
    pub id: String,
    pub line: usize,
}

/// Looks up the page at an address; `None` where there is none.
pub fn origin(site: &Site, address: &str) -> Option<Origin> {
    let Some(path) = site.origins.get(address)? else {
        return Some(Origin { path: None, line: 1, headings: Vec::new(), terms: Vec::new() });
    };
    let source = site.sources.lessons.iter().find(|source| source.path == *path)?;
    let lesson = &parse::lesson(source, &site.sources.content).lesson;
    let index = LineIndex::new(&lesson.text);
    let headings = lesson.headings.iter().map(|heading| Place {
        id: heading.id.to_string(),
        line: index.position(heading.span.start).line,
    });
    Some(Origin {
        path: Some(lesson.path.to_string()),
        line: first_line(lesson, &index),
        headings: headings.collect(),
        terms: explain_lesson(&site.sources, path).unwrap_or_default(),
    })
}

fn first_line(lesson: &Lesson, index: &LineIndex<'_>) -> usize {
    let body = &lesson.text[lesson.body_start..];
    let blank = body.len() - body.trim_start().len();
    index.position((lesson.body_start + blank) as u32).line
}
