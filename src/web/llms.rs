//! `llms.txt`: the course as a list for language models (llmstxt.org), leading to the Markdown of each page.

use rayon::prelude::*;

use super::title;
use crate::address::{absolute, encode_path};
use crate::course::{Course, Item, LessonId, UnitId};
use crate::language::shorten;
use crate::render::markdown;
use crate::strings::Strings;

/// Where it lies.
pub const NAME: &str = "llms.txt";
/// How many characters of a first paragraph serve as a description.
const DESCRIPTION_LENGTH: usize = 160;

/// The title, what the course is about, its units with their lessons, and its terms.
pub fn llms(course: &Course<'_>, strings: &Strings) -> String {
    let layout = course.layout;
    let home = course.lesson(layout.home());
    let mut text = format!("# {}\n", markdown::escape(&layout.title));
    let description = course.config.description.as_deref().or(home.front.description.as_deref());
    if let Some(description) = description.or(home.first_paragraph.as_deref()) {
        text.push_str(&format!("\n> {}\n", markdown::escape(description)));
    }
    let mut list = List { course, lines: Vec::new() };
    list.heading(strings.get("start.contents"));
    list.entry(layout.home());
    list.course();
    if let Some(glossary) = layout.glossary {
        list.heading(title(course, glossary));
        layout.letters.iter().flat_map(|letter| &letter.terms).for_each(|term| list.entry(*term));
    }
    list.write(&mut text);
    text
}

/// A line of the list, still to be written.
enum Line<'a> {
    Heading(&'a str),
    Entry(LessonId),
}

struct List<'a> {
    course: &'a Course<'a>,
    lines: Vec<Line<'a>>,
}

impl<'a> List<'a> {
    fn heading(&mut self, title: &'a str) {
        self.lines.push(Line::Heading(title));
    }

    fn entry(&mut self, id: LessonId) {
        self.lines.push(Line::Entry(id));
    }

    /// The lessons of the course itself first, then a section for each of its units.
    fn course(&mut self) {
        let items = &self.course.unit(0).items;
        for item in items {
            if let Item::Lesson(id) = item {
                self.entry(*id);
            }
        }
        for item in items {
            if let Item::Unit(unit) = item {
                self.heading(title(self.course, self.course.unit(*unit).page));
                self.unit(*unit);
            }
        }
    }

    /// A unit's own page and all that lies below it. Units nest as deep as folders do, so the stack is kept by hand.
    fn unit(&mut self, unit: UnitId) {
        let mut stack = vec![Item::Unit(unit)];
        while let Some(item) = stack.pop() {
            match item {
                Item::Unit(id) => {
                    let unit = self.course.unit(id);
                    self.entry(unit.page);
                    stack.extend(unit.items.iter().rev().cloned());
                }
                Item::Lesson(id) => self.entry(id),
                Item::Part(_) => {}
            }
        }
    }

    /// Writes the lines to the end of a text, which has them all: it is as long as the course, and so there is no more
    /// of it beside that than what the threads are writing.
    fn write(&self, text: &mut String) {
        /// How many lines one thread writes at a time, and about how many bytes they have.
        const LINES: usize = 128;
        const LINE: usize = 160;
        text.reserve(self.lines.len() * LINE);
        let write = |line: &Line| match line {
            Line::Heading(title) => format!("\n## {}\n\n", markdown::escape(title)),
            Line::Entry(id) => entry(self.course, *id),
        };
        for lines in self.lines.chunks(LINES * rayon::current_num_threads()) {
            let parts = lines.par_chunks(LINES).map(|lines| lines.iter().map(write).collect());
            text.extend(parts.collect::<Vec<String>>());
        }
    }
}

fn entry(course: &Course<'_>, id: LessonId) -> String {
    let address = markdown::address(course.address(id));
    let href = match &course.config.base_url {
        Some(base_url) => absolute(base_url, &address),
        None => {
            let mut href = String::new();
            encode_path(address.as_str(), &mut href);
            href
        }
    };
    let href = markdown::destination(&href);
    let lesson = course.lesson(id);
    let about = lesson.front.description.as_deref().or(lesson.definition());
    let about = about.map(|about| markdown::escape(&shorten(about, DESCRIPTION_LENGTH)));
    let about = about.map(|about| format!(": {about}"));
    let title = markdown::escape(title(course, id));
    format!("- [{title}]({href}){}\n", about.unwrap_or_default())
}
