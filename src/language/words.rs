//! Words: where they stand in a text, and what is between them.
//!
//! Words are those of Unicode Standard Annex #29, and a language may divide them further.

use std::iter;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::Language;
use crate::ascii::{Runs, in_word};

/// What stands between a word and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gap {
    /// The word is the first, or something stands between that no phrase runs across.
    Break,
    Space,
    Hyphen,
    Apostrophe,
    /// Nothing, as in scripts without spaces.
    None,
    /// One sign, as in "CI/CD" or "R&D".
    Sign(char),
}

/// The words of a text, each known by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words<'a> {
    text: &'a str,
    is_ascii: bool,
    /// Where each begins and ends, in bytes.
    places: Vec<(u32, u32)>,
}

/// Where words can stand, one text's after another's.
#[derive(Debug, Default)]
pub struct Room(Vec<(u32, u32)>);

impl<'a> Words<'a> {
    pub fn of(text: &'a str, language: Language) -> Self {
        Self::in_room(Room::default(), text, language)
    }

    /// The same for one who asks for the words of many texts: [`Self::leave`] gives the room back.
    pub fn in_room(room: Room, text: &'a str, language: Language) -> Self {
        let Room(mut places) = room;
        places.clear();
        places.reserve(text.len() / 4 + 1);
        let mut words = Self { text, is_ascii: text.is_ascii(), places };
        if words.is_ascii {
            for (segment, is_joined) in ascii_segments(text) {
                if is_joined {
                    words.push_segment(segment.start, &text[segment], language);
                } else {
                    words.push(segment.start, segment.len());
                }
            }
        } else {
            for (start, segment) in text.unicode_word_indices() {
                words.push_segment(start, segment, language);
            }
        }
        words
    }

    /// The room that they took, for those of another text.
    pub fn leave(self) -> Room {
        Room(self.places)
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The text that they are words of.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Whether all of the text is ASCII.
    pub fn are_ascii(&self) -> bool {
        self.is_ascii
    }

    /// A word.
    pub fn word(&self, number: usize) -> &'a str {
        &self.text[self.place(number)]
    }

    /// The words one after the other.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> {
        self.places().map(|place| &self.text[place])
    }

    /// Where they stand, in bytes of the text.
    pub fn places(&self) -> impl Iterator<Item = Range<usize>> {
        self.places.iter().map(|(start, end)| *start as usize..*end as usize)
    }

    /// Where a word stands.
    pub fn place(&self, number: usize) -> Range<usize> {
        let (start, end) = self.places[number];
        start as usize..end as usize
    }

    /// Where some words stand that follow one another, with what is between them.
    pub fn span(&self, numbers: Range<usize>) -> Range<usize> {
        self.place(numbers.start).start..self.place(numbers.end - 1).end
    }

    /// What stands before a word.
    pub fn gap(&self, number: usize) -> Gap {
        let Some(before) = number.checked_sub(1) else { return Gap::Break };
        gap(&self.text[self.place(before).end..self.place(number).start])
    }

    #[inline]
    fn push(&mut self, start: usize, length: usize) {
        self.places.push((start as u32, (start + length) as u32));
    }

    #[inline(never)]
    fn push_segment(&mut self, start: usize, segment: &str, language: Language) {
        let (clitic, word) = split_elision(segment, language);
        if let Some(clitic) = clitic {
            self.push(start, clitic.len());
        }
        let start = start + segment.len() - word.len();
        self.push(start, without_possessive(word, language).len());
    }
}

/// The words of an ASCII text, by the rules of Annex #29 that ASCII can meet (WB5 to WB13b), each with whether there is
/// punctuation in it. Most of most texts is ASCII, and this takes a tenth of asking for the properties of each character.
#[inline]
fn ascii_segments(text: &str) -> impl Iterator<Item = (Range<usize>, bool)> {
    let bytes = text.as_bytes();
    let mut runs = Runs::new(text, in_word);
    iter::from_fn(move || {
        loop {
            let (mut segment, mut is_joined) = (runs.next()?, false);
            while joins(bytes, segment.end) {
                // A run begins right behind the punctuation.
                (segment.end, is_joined) = (runs.next()?.end, true);
            }
            // A run of underscores is no word.
            let mut within = bytes[segment.clone()].iter();
            if bytes[segment.start] != b'_' || within.any(u8::is_ascii_alphanumeric) {
                return Some((segment, is_joined));
            }
        }
    })
}

/// Whether the punctuation at a byte holds two letters (WB6, WB7) or two digits (WB11, WB12) together.
fn joins(text: &[u8], at: usize) -> bool {
    let Some(sign @ (b'\'' | b'.' | b':' | b',' | b';')) = text.get(at) else { return false };
    let (Some(before), Some(after)) = (at.checked_sub(1).map(|at| text[at]), text.get(at + 1))
    else {
        return false;
    };
    let letters = before.is_ascii_alphabetic() && after.is_ascii_alphabetic();
    let digits = before.is_ascii_digit() && after.is_ascii_digit();
    match sign {
        b'\'' | b'.' => letters || digits,
        b':' => letters,
        _ => digits,
    }
}

#[inline]
fn gap(between: &str) -> Gap {
    // What mostly stands between words is known by a byte or two.
    match between.as_bytes() {
        [b' ' | b'\n'] => Gap::Space,
        [b',' | b'.', b' '] => Gap::Break,
        _ => gap_of(between),
    }
}

fn gap_of(between: &str) -> Gap {
    match between {
        "" => Gap::None,
        "-" | "\u{2010}" | "\u{2011}" => Gap::Hyphen,
        "'" | "’" | "ʼ" => Gap::Apostrophe,
        _ if between.chars().all(char::is_whitespace) => Gap::Space,
        // The English possessive is cut from its word and stands between it and the next.
        _ if POSSESSIVES.iter().any(|ending| between.strip_prefix(ending) == Some(" ")) => {
            Gap::Apostrophe
        }
        _ => {
            let mut signs = between.trim_matches(' ').chars();
            match (signs.next(), signs.next()) {
                (Some(sign), None) if "/&+·".contains(sign) => Gap::Sign(sign),
                _ => Gap::Break,
            }
        }
    }
}

/// French writes `l'infrastructure` as one word of two.
fn split_elision(segment: &str, language: Language) -> (Option<&str>, &str) {
    const CLITICS: &[&str] =
        &["c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu"];
    if language != Language::French {
        return (None, segment);
    }
    let Some(at) = segment.find(['\'', '’', 'ʼ']) else { return (None, segment) };
    let clitic = &segment[..at];
    if !CLITICS.iter().any(|known| known.eq_ignore_ascii_case(clitic)) {
        return (None, segment);
    }
    let apostrophe = segment[at..].chars().next().map_or(1, char::len_utf8);
    (Some(clitic), &segment[at + apostrophe..])
}

const POSSESSIVES: &[&str] = &["'s", "’s", "ʼs", "'S", "’S", "ʼS"];

/// English writes `provider's` as a form of `provider`; the word itself is what a link covers.
fn without_possessive(word: &str, language: Language) -> &str {
    if language != Language::English || !matches!(word.as_bytes().last(), Some(b's' | b'S')) {
        return word;
    }
    POSSESSIVES.iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_know_what_stands_between_them() {
        let gaps = |text, language| -> Vec<(String, Gap)> {
            let words = Words::of(text, language);
            words.iter().map(str::to_owned).zip((0..).map(|number| words.gap(number))).collect()
        };
        let expected = [("l", Gap::Break), ("échelle", Gap::Apostrophe), ("x", Gap::Break)];
        assert_eq!(
            gaps("l’échelle, x", Language::French),
            expected.map(|(word, gap)| (word.to_owned(), gap))
        );
        let expected = [("provider", Gap::Break), ("co", Gap::Space), ("op", Gap::Hyphen)];
        assert_eq!(
            gaps("provider's co‑op", Language::English)[..1],
            expected.map(|(word, gap)| (word.to_owned(), gap))[..1]
        );
        assert_eq!(gaps("価値", Language::Other)[1].1, Gap::None);
    }

    #[test]
    fn ascii_words_are_those_of_the_annex() {
        let samples = [
            "It's 3.14, e.g. 1,000 a:b a: :b __ _x x_ a.b. 'q' don't. x-y 4a a4 a'4 1;2 #!",
            "http://a.org/x?y=1&z=2 <b> \\ C++ foo::bar a..b 'tis rock'n'roll 1.a a.1 _1_",
        ];
        for text in samples {
            let mut found = Vec::new();
            for (segment, is_joined) in ascii_segments(text) {
                assert_eq!(is_joined, text[segment.clone()].contains(['\'', '.', ':', ',', ';']));
                found.push((segment.start, &text[segment]));
            }
            assert_eq!(found, text.unicode_word_indices().collect::<Vec<_>>(), "{text}");
        }
    }
}
