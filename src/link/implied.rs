//! Implied lessons: the pages that nobody wrote, so that nothing later has to ask whether a page has a file.

use ahash::AHashSet as HashSet;

use crate::lesson::{FrontMatter, Lesson, Role};
use crate::memo::key_of;
use crate::parse::title_from;
use crate::source::SourcePath;

/// What implied pages are called.
pub struct Titles<'a> {
    pub course: &'a str,
    pub glossary: &'a str,
    pub not_found: &'a str,
    /// None where a site wants no map.
    pub map: Option<&'a str>,
}

/// The pages that every course has: the home page, a page for each folder of lessons, the glossary where there are
/// terms, the map where there are lessons to find one's way between, and what stands where no page is.
pub fn lessons(content: &str, titles: &Titles<'_>, lessons: &[&Lesson]) -> Vec<Lesson> {
    let mut implied = Vec::new();
    let mut has_index = HashSet::new();
    for lesson in lessons.iter() {
        if matches!(lesson.role, Role::Home | Role::Unit | Role::Glossary) {
            has_index.insert(lesson.path.folder().to_owned());
        }
    }
    if has_index.insert(content.to_owned()) {
        implied.push(implied_lesson(content, Role::Home, titles.course.to_owned()));
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
            // Asked first: most folders have many lessons.
            if !has_index.contains(folder) {
                has_index.insert(folder.to_owned());
                let name = folder.rsplit('/').next().unwrap_or(folder);
                let title = match role {
                    Role::Glossary => titles.glossary.to_owned(),
                    _ => title_from(name),
                };
                implied.push(implied_lesson(folder, role, title));
            }
        }
    }
    let drawn = lessons.iter().filter(|lesson| lesson.role == Role::Lesson).count();
    if let Some(title) = titles.map.filter(|_| drawn > 1) {
        implied.push(implied_lesson(&nowhere(content, "map"), Role::Map, title.to_owned()));
    }
    if !lessons.iter().any(|lesson| lesson.role == Role::NotFound) {
        let folder = nowhere(content, "404");
        implied.push(implied_lesson(&folder, Role::NotFound, titles.not_found.to_owned()));
    }
    implied
}

/// Where a page stands among the sources that no path means: in a folder that no file can be in.
fn nowhere(content: &str, name: &str) -> String {
    format!("{content}{}/{name}", if content.is_empty() { "" } else { "/" })
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
        headings: Box::default(),
        html_ids: Box::default(),
        footnotes: Box::default(),
        uses: Box::default(),
        questions: Box::default(),
        shown_in_exams: 0,
        words: 0,
        first_paragraph: None,
        is_implied: true,
    }
}
