//! Entries: what one page gives to the index, word by word.
//!
//! What a passage is worth for a word is its *impact*:
//!
//! | impact | the word stands in |
//! | --- | --- |
//! | 6, 7 | the title of the page or another name of the term; 7 where that has two words at most |
//! | 4, 5 | the heading of the section, or what the question asks; 5 where that has two words at most |
//! | 3 | a definition or a description |
//! | 0 to 3 | the text: the more often in the fewer words, the more |

use super::lexicon::{Lexicon, WordId};
use super::passages::{Passage, PassageKind, passages};
use super::postings::{self, Impact, Positions};
use super::words::words;
use crate::lesson::Lesson;

/// Gathers the words of pages.
///
/// The places of a word are a chain, to which each passage with the word adds one. So nothing has to be put in order: words
/// come as they are read, and a page's passages one after the other.
#[derive(Default)]
pub struct Collector {
    pub lexicon: Lexicon,
    /// The last place of each word on the page, by number; [`NONE`] of those that it does not have.
    last: Vec<u32>,
    /// The words of the page with their first places.
    first: Vec<(WordId, u32)>,
    places: Vec<Place>,
    /// How many words each passage has.
    lengths: Vec<u32>,
    written: Vec<u8>,
}

/// No place.
const NONE: u32 = u32::MAX;

/// What a passage has of a word.
struct Place {
    passage: u32,
    /// How often it stands there.
    count: u32,
    /// Where it stands first.
    positions: Positions,
    /// What it is worth by where it stands ([`TEXT`]: by how often).
    impact: Impact,
    /// The word's place in a later passage.
    next: u32,
}

/// Which words a page has. Both lists are as long as they have to be: most memory that is asked for while an index is made
/// is in them, and where lists of whole parts grow, they find no room between what was there before.
pub struct Entries {
    /// Each word, and where its passages end.
    words: Box<[(WordId, u32)]>,
    /// Passages as [`postings`] writes them.
    passages: Box<[u8]>,
}

impl Entries {
    /// The words with the passages that they stand in.
    pub fn iter(&self) -> impl Iterator<Item = (WordId, &[u8])> {
        let mut start = 0;
        self.words.iter().map(move |(word, end)| {
            let passages = &self.passages[start as usize..*end as usize];
            start = *end;
            (*word, passages)
        })
    }
}

/// Worth what it is worth by how often it stands there.
const TEXT: Impact = 0;
const LEAD: Impact = 3;
const HEADING: Impact = 4;
const TITLE: Impact = 6;
/// A heading with so few words is about each of them.
const SHORT: u32 = 2;
/// Between two texts of one passage, so that no phrase runs across.
const GAP: u32 = 2;

impl Collector {
    /// The words of a page.
    pub fn collect(&mut self, lesson: &Lesson) -> Entries {
        self.lengths.clear();
        for (at, passage) in passages(lesson).iter().enumerate() {
            let length = self.read(at as u32, passage);
            self.lengths.push(length);
        }
        let mut written = std::mem::take(&mut self.written);
        let words = self.first.iter().map(|(word, first)| {
            self.write(*first, &mut written);
            (*word, written.len() as u32)
        });
        let words = words.collect();
        let entries = Entries { words, passages: written.as_slice().into() };
        written.clear();
        self.written = written;
        self.first.drain(..).for_each(|(word, _)| self.last[word as usize] = NONE);
        self.places.clear();
        entries
    }

    /// Reads a passage and returns its length: the position after its last word.
    fn read(&mut self, at: u32, passage: &Passage<'_>) -> u32 {
        let heading = match passage.kind {
            PassageKind::Page => TITLE,
            PassageKind::Section(_) | PassageKind::Question(_) => HEADING,
        };
        let mut position = 0;
        for line in passage.heading.lines() {
            let is_short = words(line, 0, |_, _| {}) <= SHORT;
            position = self.take(at, line, position, heading + Impact::from(is_short)) + GAP;
        }
        position = self.take(at, &passage.lead, position, LEAD) + GAP;
        self.take(at, &passage.body, position, TEXT)
    }

    fn take(&mut self, passage: u32, text: &str, start: u32, impact: Impact) -> u32 {
        words(text, start, |word, position| {
            let word = self.lexicon.id(word);
            self.place(word, passage, position, impact);
        })
    }

    fn place(&mut self, word: WordId, passage: u32, position: u32, impact: Impact) {
        if self.last.len() <= word as usize {
            self.last.resize(word as usize + 1, NONE);
        }
        let last = &mut self.last[word as usize];
        let next = self.places.len() as u32;
        match self.places.get_mut(*last as usize) {
            Some(place) if place.passage == passage => {
                place.positions.add(position);
                place.count += 1;
                place.impact = place.impact.max(impact);
                return;
            }
            Some(place) => place.next = next,
            None => self.first.push((word, next)),
        }
        *last = next;
        let positions = Positions::new(position);
        self.places.push(Place { passage, count: 1, positions, impact, next: NONE });
    }

    /// Writes the places of a word as a group.
    fn write(&self, first: u32, list: &mut Vec<u8>) {
        let mut before = 0;
        let mut next = first;
        while let Some(place) = self.places.get(next as usize) {
            let Place { passage, count, .. } = *place;
            let impact = place.impact.max(by_number(count, self.lengths[passage as usize]));
            next = place.next;
            postings::passage(passage, before, next == NONE, impact, place.positions, list);
            before = passage;
        }
    }
}

/// What a word is worth that stands `count` times in a text of `length` words: Okapi BM25's saturation with k₁ = 1.2 and
/// b = 2/3 against a passage of 100 words, in quarters.
fn by_number(count: u32, length: u32) -> Impact {
    let (count, length) = (u64::from(count), u64::from(length));
    match 1000 * count / (10 * count + 4 + 8 * length / 100) {
        65.. => 3,
        50.. => 2,
        35.. => 1,
        _ => 0,
    }
}
