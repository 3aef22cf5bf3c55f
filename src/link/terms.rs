//! The terms of the glossary in alphabetical order, as the site's language has it.

use std::cmp::Ordering;

use ahash::AHashMap as HashMap;
use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale_core::Locale;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::course::{LessonId, Letter, Resolved};
use crate::lesson::{Lesson, Role};
use crate::table::Table;

/// Sorts the terms by title and puts them under their first letters. The order is that of the Unicode Collation Algorithm
/// with the language's own rules (UTS #10, CLDR): in Swedish "Å" follows "Z", in German it stands with "A".
pub fn alphabet(lessons: &[&Lesson], language: &str) -> Vec<Letter> {
    let collator = collator(language, Strength::Tertiary);
    let mut terms = ids(lessons);
    let title = |id: &LessonId| lessons[*id as usize].title.as_str();
    // Equal titles keep the order of their files.
    terms.sort_by(|a, b| collator.compare(title(a), title(b)).then(a.cmp(b)));

    let letters_alike = self::collator(language, Strength::Primary);
    let mut letters: Vec<Letter> = Vec::new();
    for id in terms {
        let letter = letter(title(&id), &letters_alike);
        match letters.last_mut().filter(|last| last.letter == letter) {
            Some(last) => last.terms.push(id),
            None => letters.push(Letter { letter, terms: vec![id] }),
        }
    }
    letters
}

/// The rules of a language; those of no language in particular where it is not known.
fn collator(language: &str, strength: Strength) -> CollatorBorrowed<'static> {
    let mut options = CollatorOptions::default();
    options.strength = Some(strength);
    let locale: Locale = language.parse().unwrap_or(Locale::UNKNOWN);
    Collator::try_new((&locale).into(), options)
        .unwrap_or_else(|error| panic!("the rules of the root language are compiled in: {error}"))
}

/// The letter under which a title stands, in capitals: its first one, without accent where the language counts it as the
/// same letter; `#` for what begins with no letter.
fn letter(title: &str, letters_alike: &CollatorBorrowed<'_>) -> String {
    let Some(first) = title.trim().nfc().next().filter(|first| first.is_alphabetic()) else {
        return "#".to_owned();
    };
    let first: String = first.to_uppercase().collect();
    let plain: String = first.nfd().filter(|c| !is_combining_mark(*c)).collect();
    if letters_alike.compare(&first, &plain) == Ordering::Equal { plain } else { first }
}

/// The terms in the order in which the glossary counts them: that of their files.
pub fn ids(lessons: &[&Lesson]) -> Vec<LessonId> {
    let terms = lessons.iter().enumerate().filter(|(_, lesson)| lesson.role == Role::Term);
    terms.map(|(index, _)| index as LessonId).collect()
}

/// By term, the first lesson in reading order that says it teaches it.
pub fn taught_in(
    resolved: &Table<Resolved>,
    reading_order: &[LessonId],
) -> HashMap<LessonId, LessonId> {
    let mut taught = HashMap::new();
    for lesson in reading_order {
        for term in &resolved[*lesson as usize].teaches {
            taught.entry(*term).or_insert(*lesson);
        }
    }
    taught
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_one_of_its_language() {
        let letter = |title, language| letter(title, &collator(language, Strength::Primary));
        assert_eq!(letter("Ångström", "sv"), "Å");
        assert_eq!(letter("Ångström", "de"), "A");
        assert_eq!(letter("ñandú", "es"), "Ñ");
        assert_eq!(letter("état", "fr"), "E");
        assert_eq!(letter("価値", "ja"), "価");
        assert_eq!(letter("3D", "en"), "#");
        assert_eq!(letter("value", "no-such-tag-at-all-really"), "V");
    }
}
