//! Cards: what a result shows of a page. Its title, what it is about, and the headings that a search can lead to.

use std::borrow::Cow;

use serde::Serialize;

use super::passages::{Passage, PassageKind, outline};
use crate::address::encode_path;
use crate::language::shorten;
use crate::lesson::{Lesson, Role};

/// How many pages have their cards in one file.
pub const CARDS: usize = 16;

/// The longest texts, in characters.
const LONGEST_LEAD: usize = 160;
const LONGEST_DEFINITION: usize = 300;
const LONGEST_PROMPT: usize = 120;

/// Where a page stands.
pub struct Place<'a> {
    pub address: &'a str,
    pub title: &'a str,
    /// The title of the unit that holds it; empty at the top.
    pub unit: &'a str,
}

/// A page's card: its kind, address, title, unit and lead, and its passages in order.
#[derive(Serialize)]
pub struct Card<'a>(&'static str, String, &'a str, &'a str, String, Vec<Entry<'a>>);

/// What a card has of a passage.
#[derive(Serialize)]
#[serde(untagged)]
enum Entry<'a> {
    /// A section whose id is its heading in small letters, with hyphens for spaces.
    Heading(Cow<'a, str>),
    Section(Cow<'a, str>, &'a str),
    /// What a question asks, and its number.
    Question(String, u32),
}

pub fn card<'a>(lesson: &'a Lesson, place: &Place<'a>) -> Card<'a> {
    let mut address = String::new();
    encode_path(place.address, &mut address);
    let kind = match lesson.role {
        Role::Home => "home",
        Role::Unit => "unit",
        Role::Lesson => "lesson",
        Role::Glossary | Role::Map | Role::NotFound | Role::Summary => "page",
        Role::Term => "term",
    };
    let entries = outline(lesson).into_iter().filter_map(entry).collect();
    Card(kind, address, place.title, place.unit, lead(lesson), entries)
}

fn lead(lesson: &Lesson) -> String {
    if let Some(definition) = lesson.definition_as_term() {
        return shorten(definition, LONGEST_DEFINITION);
    }
    let lead = lesson.front.description.as_deref().or(lesson.first_paragraph.as_deref());
    shorten(lead.unwrap_or_default(), LONGEST_LEAD)
}

fn entry(passage: Passage<'_>) -> Option<Entry<'_>> {
    let heading = passage.heading;
    Some(match passage.kind {
        PassageKind::Page => return None,
        PassageKind::Section(id) if is_made_of(id, &heading) => Entry::Heading(heading),
        PassageKind::Section(id) => Entry::Section(heading, id),
        PassageKind::Question(number) => Entry::Question(shorten(&heading, LONGEST_PROMPT), number),
    })
}

/// Whether an id is what a browser can make of a heading.
fn is_made_of(id: &str, heading: &str) -> bool {
    let made = heading.bytes().map(|byte| match byte {
        b' ' | b'-' => Some(b'-'),
        _ => byte.is_ascii_alphanumeric().then(|| byte.to_ascii_lowercase()),
    });
    made.eq(id.bytes().map(Some))
}
