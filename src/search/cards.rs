//! Cards: what a result shows of a page. Its title, what it is about, and the headings that a search can lead to.

use serde_json::{Value, json};

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

/// A page's card: its kind, address, title, unit and lead, and its passages in order. A section is its heading, with its
/// id where that is not the heading with hyphens for spaces; a question is what it asks, with its number.
pub fn card(lesson: &Lesson, place: &Place<'_>) -> Value {
    let mut address = String::new();
    encode_path(place.address, &mut address);
    let kind = match lesson.role {
        Role::Home => "home",
        Role::Unit => "unit",
        Role::Lesson => "lesson",
        Role::Glossary | Role::Map | Role::NotFound | Role::Summary => "page",
        Role::Term => "term",
    };
    let passages: Vec<Value> = outline(lesson).iter().skip(1).map(passage).collect();
    json!([kind, address, place.title, place.unit, lead(lesson), passages])
}

fn lead(lesson: &Lesson) -> String {
    if let Some(definition) = lesson.definition_as_term() {
        return shorten(definition, LONGEST_DEFINITION);
    }
    let lead = lesson.front.description.as_deref().or(lesson.first_paragraph.as_deref());
    shorten(lead.unwrap_or_default(), LONGEST_LEAD)
}

fn passage(passage: &Passage) -> Value {
    if passage.kind == PassageKind::Question {
        let number: u32 =
            passage.anchor.rsplit(':').next().and_then(|n| n.parse().ok()).unwrap_or(1);
        return json!([shorten(&passage.heading, LONGEST_PROMPT), number]);
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == ' ' || c == '-';
    let made = passage.heading.to_ascii_lowercase().replace(' ', "-");
    if passage.heading.chars().all(is_plain) && made == passage.anchor {
        json!(passage.heading)
    } else {
        json!([passage.heading, passage.anchor])
    }
}
