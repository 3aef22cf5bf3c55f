//! The feed: new and updated lessons in Atom 1.0 (RFC 4287).

use std::cmp::Reverse;
use std::fmt::Write;

use jiff::civil::Date;

use super::xml::escape;
use super::{title, url};
use crate::config::Config;
use crate::course::{Course, LessonId};
use crate::language::shorten;
use crate::lesson::{Lesson, Role, is_writable, last_changed};

/// Where it lies.
pub const NAME: &str = "feed.xml";
/// How many lessons it names: the newest ones.
const ENTRIES: usize = 50;
/// How many characters of a first paragraph serve as a summary.
const SUMMARY_LENGTH: usize = 300;

/// Whether a site has a feed: a lesson with a date, and an address to be found at. A feed has to say when it was
/// updated, and nobody but the authors' dates can.
pub fn has_feed(config: &Config, lessons: &[&Lesson]) -> bool {
    config.feed
        && config.base_url.is_some()
        && lessons.iter().any(|lesson| changed(lesson).is_some())
}

/// The feed of a course in which some lesson has a date.
pub fn feed(course: &Course<'_>, base_url: &str) -> String {
    let entries = course.layout.reading_order.iter();
    let entries = entries.filter_map(|id| Some((*id, changed(course.lesson(*id))?)));
    let mut entries: Vec<(LessonId, Date)> = entries.collect();
    entries.sort_by_key(|(id, changed)| {
        (Reverse(*changed), Reverse(course.lesson(*id).front.date), course.address(*id).clone())
    });
    entries.truncate(ENTRIES);

    let home = course.layout.home();
    let Course { config, layout, .. } = course;
    let (site_title, home_url) = (escape(&layout.title), escape(&url(course, base_url, home)));
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <title>{site_title}</title>\n<id>{home_url}</id>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{}{NAME}\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{home_url}\"/>\n\
         <author><name>{site_title}</name></author>\n",
        escape(&config.language),
        escape(base_url),
    );
    if let Some(description) = &config.description {
        line(&mut xml, "subtitle", description);
    }
    if let Some((_, newest)) = entries.first() {
        line(&mut xml, "updated", &time(*newest));
    }
    for (id, changed) in entries {
        entry(&mut xml, course, base_url, (id, changed));
    }
    xml.push_str("</feed>\n");
    xml
}

fn entry(xml: &mut String, course: &Course<'_>, base_url: &str, (id, changed): (LessonId, Date)) {
    let lesson = course.lesson(id);
    let url = url(course, base_url, id);
    xml.push_str("<entry>\n");
    line(xml, "title", title(course, id));
    line(xml, "id", &url);
    // Writing to a string cannot fail.
    let _ = writeln!(xml, "<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>", escape(&url));
    if let Some(date) = lesson.front.date.filter(|date| is_writable(*date)) {
        line(xml, "published", &time(date));
    }
    line(xml, "updated", &time(changed));
    for author in &lesson.front.authors {
        let _ = writeln!(xml, "<author><name>{}</name></author>", escape(author));
    }
    let summary = lesson.front.description.as_deref().or(lesson.first_paragraph.as_deref());
    if let Some(summary) = summary.filter(|summary| !summary.trim().is_empty()) {
        line(xml, "summary", &shorten(summary, SUMMARY_LENGTH));
    }
    xml.push_str("</entry>\n");
}

fn line(xml: &mut String, name: &str, text: &str) {
    let _ = writeln!(xml, "<{name}>{}</{name}>", escape(text));
}

/// When a lesson was last changed, as its author says; none for what is no lesson.
fn changed(lesson: &Lesson) -> Option<Date> {
    let is_lesson = matches!(lesson.role, Role::Lesson | Role::Unit);
    last_changed(lesson.front.date, lesson.front.updated).filter(|_| is_lesson)
}

/// A day as a moment: Atom knows no days.
fn time(date: Date) -> String {
    format!("{date}T00:00:00Z")
}
