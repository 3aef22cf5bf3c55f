//! The index: where each word of the course stands.
//!
//! Pages are known by number. While the numbers stay, an edit takes a page's words out and puts the new ones in; otherwise
//! the index is made anew, in parallel. Both lead to the same lists.
//!
//! Which words a page had is in no list: it would be as long as the postings. The lesson itself is kept, which others keep
//! too, and after an edit the old one is read once more beside the new one.

use std::sync::Arc;

use ahash::{AHashMap, AHashSet};
use rayon::prelude::*;

use super::entries::Collector;
use super::lexicon::{Lexicon, Texts, WordId};
use super::parts::{Part, PartList};
use super::postings;
use crate::lesson::Lesson;

/// What is known of a word of the course.
#[derive(Default)]
pub struct Word {
    /// Its postings. Empty where no page has the word any more.
    pub list: Vec<u8>,
    /// How many pages have it.
    pub pages: u32,
    /// The last page of the list.
    last: u32,
}

/// All words with their postings. See the module.
#[derive(Default)]
pub struct Index {
    pub texts: Lexicon,
    /// Each word turned around, so that a typing error at its beginning can be found from its end; empty for what is too
    /// short or is no word of letters.
    pub reversed: Texts,
    pub words: Vec<Word>,
    /// By number, as they are in the lists.
    pages: Vec<Arc<Lesson>>,
    /// Of the pages by number.
    hashes: Vec<u128>,
}

/// A page with its hash, which is the same only where all that can be found of the page is.
pub type Page<'a> = (u128, &'a Arc<Lesson>);

/// Which words have other postings than before.
pub enum Change {
    /// Any of them.
    All,
    Some(AHashSet<WordId>),
}

/// What bringing the index to other pages came to.
pub struct Update {
    pub change: Change,
    /// How many pages were read.
    pub read: usize,
}

/// One in so many pages may have changed before it is less work to begin anew,
const FEW: usize = 8;
/// and so many in all: each of their words has its whole list written again.
const MOST: usize = 64;

impl Index {
    /// Brings the index to these pages, by their numbers.
    pub fn update(&mut self, pages: &[Page<'_>]) -> Update {
        let changed: Vec<usize> = match pages.len() == self.pages.len() {
            true => (0..pages.len()).filter(|at| pages[*at].0 != self.hashes[*at]).collect(),
            false => (0..pages.len()).collect(),
        };
        let are_many = changed.len() > MOST || changed.len() * FEW >= pages.len().max(FEW);
        if are_many || self.pages.is_empty() {
            // What goes makes room first.
            *self = Self::default();
            *self = Self::new(pages);
            return Update { change: Change::All, read: pages.len() };
        }
        let (mut words, read) = (AHashSet::new(), changed.len());
        for at in changed {
            let (hash, page) = pages[at];
            self.replace(at, page, &mut words);
            self.hashes[at] = hash;
        }
        Update { change: Change::Some(words), read }
    }

    fn new(pages: &[Page<'_>]) -> Self {
        // Few parts, since the words of each are put together with those of all others.
        const FEWEST: usize = 64;
        let count = (pages.len() / (2 * rayon::current_num_threads())).max(FEWEST);
        let parts: Vec<Part> = pages.par_chunks(count).map(Part::new).collect();
        let (hashes, pages) = pages.iter().map(|(hash, page)| (*hash, Arc::clone(page))).unzip();
        let mut index = Self { pages, hashes, ..Self::default() };
        let ids: Vec<Vec<WordId>> = parts
            .iter()
            .map(|part| part.words.texts().map(|word| index.id(word)).collect())
            .collect();
        let starts = (0..).step_by(count);
        index.make_room(parts.iter().zip(&ids).zip(starts.clone()));
        for ((part, ids), start) in parts.into_iter().zip(ids).zip(starts) {
            for (id, (list, postings)) in ids.into_iter().zip(part.lists()) {
                index.append(id, start, list, postings);
            }
        }
        index
    }

    /// Gives each word's list the room that it needs: most of what there is would be room to grow. Parts come with the
    /// numbers of their words and of their first page.
    fn make_room<'a>(&mut self, parts: impl Iterator<Item = ((&'a Part, &'a Vec<WordId>), u32)>) {
        let mut sizes = vec![0; self.words.len()];
        for ((part, ids), start) in parts {
            for (id, (list, postings)) in ids.iter().zip(part.lists()) {
                let longest = postings::number_length(start + list.first);
                sizes[*id as usize] += longest + postings.len();
            }
        }
        for (word, size) in self.words.iter_mut().zip(sizes) {
            word.list.reserve_exact(size);
        }
    }

    fn id(&mut self, text: &str) -> WordId {
        let id = self.texts.id(text);
        if id as usize == self.words.len() {
            self.words.push(Word::default());
            let is_kept = can_be_reversed(text);
            self.reversed.push(text.chars().rev().filter(|_| is_kept));
        }
        id
    }

    /// Adds the list of a part whose pages come after all others; they count from `start`.
    fn append(&mut self, id: WordId, start: u32, part: &PartList, postings: &[u8]) {
        let word = &mut self.words[id as usize];
        postings::number(start + part.first - word.last, &mut word.list);
        word.list.extend_from_slice(postings);
        word.last = start + part.last;
        word.pages += part.pages;
    }

    fn replace(&mut self, page: usize, lesson: &Arc<Lesson>, changed: &mut AHashSet<WordId>) {
        let (old, new) = rayon::join(|| found(&self.pages[page]), || found(lesson));
        let mut old: AHashMap<Box<str>, Box<[u8]>> = old.into_iter().collect();
        for (word, passages) in new {
            // Most words of an edited page stand where they stood.
            if old.remove(&word).as_ref() != Some(&passages) {
                let id = self.id(&word);
                self.put(id, page, Some(&passages), changed);
            }
        }
        for word in old.into_keys() {
            let id = self.id(&word);
            self.put(id, page, None, changed);
        }
        self.pages[page] = lesson.clone();
    }

    /// Puts a page's passages into the list of a word; `None` takes them out.
    fn put(
        &mut self,
        id: WordId,
        page: usize,
        passages: Option<&[u8]>,
        changed: &mut AHashSet<WordId>,
    ) {
        let word = &mut self.words[id as usize];
        word.list = postings::replace(&word.list, page as u32, passages);
        word.pages = postings::groups(&word.list).count() as u32;
        changed.insert(id);
    }
}

fn can_be_reversed(word: &str) -> bool {
    const LENGTHS: std::ops::RangeInclusive<usize> = 4..=24;
    LENGTHS.contains(&word.chars().count()) && word.chars().all(char::is_alphabetic)
}

/// The words of a page, each with its passages.
fn found(lesson: &Lesson) -> Vec<(Box<str>, Box<[u8]>)> {
    let mut collector = Collector::default();
    let entries = collector.collect(lesson);
    let text = |word| collector.lexicon.text(word);
    entries.iter().map(|(word, passages)| (text(word).into(), passages.into())).collect()
}
