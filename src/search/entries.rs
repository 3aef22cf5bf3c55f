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

use ahash::AHashMap;

use super::passages::{Passage, PassageKind, passages};
use super::postings::{self, Impact};
use super::words::words;
use crate::lesson::Lesson;

/// A word's number among the words of one [`Collector`].
pub type WordId = u32;

/// Gathers the words of pages.
#[derive(Default)]
pub struct Collector {
    ids: AHashMap<Box<str>, WordId>,
    /// By number.
    pub words: Vec<Box<str>>,
    found: Vec<Found>,
    group: Vec<u8>,
    positions: Vec<u32>,
}

/// One place of a word, in the order in which places are written: word, passage, position; and what it is worth by where it
/// stands ([`TEXT`]: by how often). One number, since most of the work is putting them in order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Found(u64);

impl Found {
    const PASSAGE: u32 = 14;
    const POSITION: u32 = 20;
    const IMPACT: u32 = 3;

    /// Passages and positions that are too large for their room count as the last that fits.
    fn new(word: WordId, passage: u32, position: u32, impact: Impact) -> Self {
        let passage = passage.min((1 << Self::PASSAGE) - 1);
        let position = position.min((1 << Self::POSITION) - 1);
        let place = u64::from(word) << Self::PASSAGE | u64::from(passage);
        Self((place << Self::POSITION | u64::from(position)) << Self::IMPACT | u64::from(impact))
    }

    fn word(self) -> WordId {
        (self.0 >> (Self::PASSAGE + Self::POSITION + Self::IMPACT)) as WordId
    }

    fn passage(self) -> u32 {
        (self.0 >> (Self::POSITION + Self::IMPACT)) as u32 & ((1 << Self::PASSAGE) - 1)
    }

    fn position(self) -> u32 {
        (self.0 >> Self::IMPACT) as u32 & ((1 << Self::POSITION) - 1)
    }

    fn impact(self) -> Impact {
        self.0 as Impact & ((1 << Self::IMPACT) - 1)
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
    /// Hands each word of a page to `take`, with the passages that it stands in as [`postings`] writes them.
    pub fn collect(&mut self, lesson: &Lesson, mut take: impl FnMut(WordId, &[u8])) {
        self.found.clear();
        let passages = passages(lesson);
        let mut lengths = Vec::with_capacity(passages.len());
        for (at, passage) in passages.iter().enumerate() {
            lengths.push(self.read(at as u32, passage));
        }
        self.found.sort_unstable();
        let found = std::mem::take(&mut self.found);
        for places in found.chunk_by(|a, b| a.word() == b.word()) {
            self.write(places, &lengths);
            take(places[0].word(), &self.group);
        }
        self.found = found;
    }

    /// Reads a passage and returns its length: the position after its last word.
    fn read(&mut self, at: u32, passage: &Passage<'_>) -> u32 {
        let heading = match passage.kind {
            PassageKind::Page => TITLE,
            PassageKind::Section(_) | PassageKind::Question(_) => HEADING,
        };
        let mut position = 0;
        for line in passage.heading.lines() {
            position = self.take(at, line, position, heading) + GAP;
        }
        position = self.take(at, &passage.lead, position, LEAD) + GAP;
        self.take(at, &passage.body, position, TEXT)
    }

    fn take(&mut self, passage: u32, text: &str, start: u32, impact: Impact) -> u32 {
        let before = self.found.len();
        let end = words(text, start, |word, position| {
            let word = self.ids.get(word).copied().unwrap_or_else(|| {
                let id = self.words.len() as WordId;
                self.words.push(word.into());
                self.ids.insert(word.into(), id);
                id
            });
            self.found.push(Found::new(word, passage, position, impact));
        });
        if impact >= HEADING && end - start <= SHORT {
            self.found[before..].iter_mut().for_each(|found| found.0 += 1);
        }
        end
    }

    /// Writes the places of one word as a group.
    fn write(&mut self, places: &[Found], lengths: &[u32]) {
        self.group.clear();
        let mut before = 0;
        let mut rest = places;
        while let Some(first) = rest.first() {
            let passage = first.passage();
            let count = rest.iter().take_while(|found| found.passage() == passage).count();
            let (here, others) = rest.split_at(count);
            self.positions.clear();
            self.positions.extend(here.iter().map(|found| found.position()));
            let placed = here.iter().map(|found| found.impact()).max().unwrap_or_default();
            let length = lengths.get(passage as usize).copied().unwrap_or_default();
            let impact = placed.max(by_number(here.len() as u32, length));
            let is_last = others.is_empty();
            let list = &mut self.group;
            postings::passage(passage, before, is_last, impact, &self.positions, list);
            before = passage;
            rest = others;
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
