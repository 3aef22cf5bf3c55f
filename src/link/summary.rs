//! `SUMMARY.md`: the order and the titles of a course that was written for mdBook.

use ahash::AHashMap as HashMap;

use super::outline::Outline;
use super::paths::{Found, Paths};
use crate::course::{Item, LessonId, Unit, UnitId};
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Kind, NodeId};
use crate::lesson::{Lesson, Role};

/// Makes the outline that the lists of `SUMMARY.md` say: a chapter with chapters below it is a unit, a heading a
/// part, and links before and after the lists are lessons of the course itself.
pub fn outline(
    lessons: &[&Lesson],
    summary: usize,
    content: &str,
    paths: &Paths,
    diagnostics: &mut Vec<Diagnostic>,
) -> Outline {
    let is_home = |lesson: &&Lesson| lesson.role == Role::Home;
    let home = lessons.iter().position(is_home).unwrap_or(summary) as LessonId;
    let mut reader = Reader {
        lesson: lessons[summary],
        body: &lessons[summary].body.open(),
        home,
        paths,
        units: vec![Unit { page: home, parent: None, items: Vec::new() }],
        titles: HashMap::new(),
        listed: vec![false; lessons.len()],
    };
    reader.read();
    let Reader { units, titles, listed, .. } = reader;
    for (index, lesson) in lessons.iter().enumerate() {
        let has_file = !lesson.is_implied;
        let is_lesson = matches!(lesson.role, Role::Lesson | Role::Unit);
        if is_lesson && has_file && !listed[index] {
            let path = lessons[summary].path.below(content).unwrap_or_default();
            diagnostics.push(Diagnostic::unlisted_lesson(lesson.title_place(), path));
        }
    }
    Outline::new(units, titles, lessons)
}

/// How deep lists are followed: far more than a course nests, far less than the call stack holds.
const DEEPEST: usize = 64;

struct Reader<'a> {
    lesson: &'a Lesson,
    body: &'a Document,
    home: LessonId,
    paths: &'a Paths,
    units: Vec<Unit>,
    titles: HashMap<LessonId, String>,
    listed: Vec<bool>,
}

impl Reader<'_> {
    fn read(&mut self) {
        let body = self.body;
        let mut is_first_heading = true;
        for id in body.roots() {
            match body.node(id).kind {
                // The file's own title is no part.
                Kind::Heading(_) if is_first_heading && self.units[0].items.is_empty() => {
                    is_first_heading = false;
                }
                Kind::Heading(_) => {
                    let part = self.text(id);
                    self.units[0].items.push(Item::Part(part));
                }
                Kind::Paragraph => self.links_of_paragraph(id),
                Kind::List { .. } => self.list(id, 0, 1),
                _ => {}
            }
        }
    }

    fn text(&self, id: NodeId) -> String {
        let mut text = String::new();
        self.body.plain_text(id, &self.lesson.text, &mut text);
        text.trim().to_owned()
    }

    fn links_of_paragraph(&mut self, paragraph: NodeId) {
        for id in self.body.children(paragraph) {
            if let Some(lesson) = self.linked(id) {
                self.add_lesson(0, lesson);
            }
        }
    }

    /// Adds the entries of a list to a unit. Lists deeper than [`DEEPEST`] are not read; their lessons are reported as unlisted.
    fn list(&mut self, list: NodeId, unit: UnitId, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let body = self.body;
        for item in body.children(list) {
            let mut chapter = None;
            let mut below = Vec::new();
            for child in body.children(item) {
                match body.node(child).kind {
                    Kind::List { .. } => below.push(child),
                    // A loose list wraps the link in a paragraph.
                    Kind::Paragraph => {
                        let mut inlines = body.children(child);
                        chapter = chapter.or(inlines.find_map(|id| self.linked(id)));
                    }
                    _ => chapter = chapter.or(self.linked(child)),
                }
            }
            let inner = match chapter {
                Some(lesson) if !below.is_empty() => self.add_unit(unit, lesson),
                Some(lesson) => {
                    self.add_lesson(unit, lesson);
                    unit
                }
                // A draft has no page; its chapters stand in the unit around it.
                None => unit,
            };
            for list in below {
                self.list(list, inner, depth + 1);
            }
        }
    }

    /// The lesson that a node links to, its title noted.
    fn linked(&mut self, id: NodeId) -> Option<LessonId> {
        let Kind::Link { target, .. } = self.body.node(id).kind else { return None };
        let written = &self.lesson.uses[target as usize].text;
        let path = written.split('#').next().unwrap_or_default();
        let Ok(Found::Lesson(lesson)) = self.paths.find(self.lesson, path) else { return None };
        if path.is_empty() {
            return None;
        }
        let title = self.text(id);
        if !title.is_empty() && !self.listed[lesson as usize] {
            self.titles.insert(lesson, title);
        }
        Some(lesson)
    }

    fn add_lesson(&mut self, unit: UnitId, lesson: LessonId) {
        let listed = std::mem::replace(&mut self.listed[lesson as usize], true);
        // The home page stands above its contents and not among them.
        if !listed && lesson != self.home {
            self.units[unit as usize].items.push(Item::Lesson(lesson));
        }
    }

    fn add_unit(&mut self, parent: UnitId, page: LessonId) -> UnitId {
        let listed = std::mem::replace(&mut self.listed[page as usize], true);
        if listed || page == self.home {
            return parent;
        }
        let id = self.units.len() as UnitId;
        self.units.push(Unit { page, parent: Some(parent), items: Vec::new() });
        self.units[parent as usize].items.push(Item::Unit(id));
        id
    }
}
