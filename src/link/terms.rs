//! The terms of the glossary in alphabetical order.

use std::collections::HashMap;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::course::{LessonId, Resolved};
use crate::lesson::{Lesson, Role};

/// Sorts the terms by title.
pub fn sorted(lessons: &[Arc<Lesson>]) -> Vec<LessonId> {
    let terms = lessons.iter().enumerate().filter(|(_, lesson)| lesson.role == Role::Term);
    let mut keyed: Vec<_> =
        terms.map(|(index, term)| (alphabetical_key(&term.title), index as LessonId)).collect();
    keyed.sort();
    keyed.into_iter().map(|(_, id)| id).collect()
}

/// What a title is sorted by: its letters without case and accents first, then as it is written.
pub fn alphabetical_key(title: &str) -> (String, String) {
    (plain_letters(title), title.to_owned())
}

/// Lower case, without accents: "Équipe" as "equipe".
pub fn plain_letters(title: &str) -> String {
    title.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// The letter under which a title stands in the glossary: its first one without accent, in capitals; `#` for what begins
/// with no letter.
pub fn letter(title: &str) -> String {
    let plain = plain_letters(title.trim());
    let first = plain.chars().next().filter(|c| c.is_alphabetic());
    first.map_or_else(|| "#".to_owned(), |letter| letter.to_uppercase().collect())
}

/// The terms in the order in which the glossary counts them: that of their files.
pub fn ids(lessons: &[Arc<Lesson>]) -> Vec<LessonId> {
    let terms = lessons.iter().enumerate().filter(|(_, lesson)| lesson.role == Role::Term);
    terms.map(|(index, _)| index as LessonId).collect()
}

/// By term, the first lesson in reading order that says it teaches it.
pub fn taught_in(resolved: &[Resolved], reading_order: &[LessonId]) -> HashMap<LessonId, LessonId> {
    let mut taught = HashMap::new();
    for lesson in reading_order {
        for term in &resolved[*lesson as usize].teaches {
            taught.entry(*term).or_insert(*lesson);
        }
    }
    taught
}
