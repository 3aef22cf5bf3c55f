//! Implied lessons: the pages that nobody wrote, so that nothing later has to ask whether a page has a file.

use std::collections::HashSet;

use crate::lesson::{FrontMatter, Lesson, Role};
use crate::memo::key_of;
use crate::parse::title_from;
use crate::source::SourcePath;

/// The pages that every course has: the home page, a page for each folder of lessons, and the glossary where there are
/// terms. `title` is the course's, `glossary` that of the glossary.
pub fn lessons(content: &str, title: &str, glossary: &str, lessons: &[&Lesson]) -> Vec<Lesson> {
    let mut implied = Vec::new();
    let mut has_index = HashSet::new();
    for lesson in lessons.iter() {
        if matches!(lesson.role, Role::Home | Role::Unit | Role::Glossary) {
            has_index.insert(lesson.path.folder().to_owned());
        }
    }
    if has_index.insert(content.to_owned()) {
        implied.push(implied_lesson(content, Role::Home, title.to_owned()));
    }
    let follows_summary = lessons.iter().any(|lesson| lesson.role == Role::Summary);
    for lesson in lessons.iter() {
        let role = match lesson.role {
            Role::Term => Role::Glossary,
            Role::Lesson | Role::Unit if !follows_summary => Role::Unit,
            _ => continue,
        };
        for folder in folders_up_to(lesson.path.folder(), content) {
            // The glossary is one list, however its files are arranged.
            let is_top = folder.rsplit_once('/').map_or("", |(above, _)| above) == content;
            if role == Role::Glossary && !is_top {
                continue;
            }
            if has_index.insert(folder.to_owned()) {
                let name = folder.rsplit('/').next().unwrap_or(folder);
                let title = match role {
                    Role::Glossary => glossary.to_owned(),
                    _ => title_from(name),
                };
                implied.push(implied_lesson(folder, role, title));
            }
        }
    }
    implied
}

/// The folder itself and those around it, up to and without `content`.
fn folders_up_to<'a>(folder: &'a str, content: &'a str) -> impl Iterator<Item = &'a str> {
    let mut folder = Some(folder);
    std::iter::from_fn(move || {
        let current = folder.filter(|folder| *folder != content && !folder.is_empty())?;
        folder = Some(current.rsplit_once('/').map_or("", |(above, _)| above));
        Some(current)
    })
}

/// A lesson without a file: an empty page with a title.
fn implied_lesson(folder: &str, role: Role, title: String) -> Lesson {
    let path = if folder.is_empty() { "index.md".to_owned() } else { format!("{folder}/index.md") };
    Lesson {
        hash: key_of(&(&path, &title)),
        path: SourcePath::new(&path),
        text: "".into(),
        role,
        front: FrontMatter::default(),
        body_start: 0,
        title,
        title_heading: None,
        body: Default::default(),
        headings: Vec::new(),
        html_ids: Vec::new(),
        footnotes: Vec::new(),
        uses: Vec::new(),
        questions: Vec::new(),
        shown_in_exams: 0,
        words: 0,
        first_paragraph: None,
        is_implied: true,
    }
}
