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
use super::postings;
use crate::lesson::Lesson;

/// A word's index in [`Index::words`].
pub type WordId = u32;

/// A word of the course.
pub struct Word {
    pub text: Box<str>,
    /// Turned around, so that a typing error at its beginning can be found from its end; empty for what is too short or
    /// is no word of letters.
    pub reversed: Box<str>,
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
    pub words: Vec<Word>,
    ids: AHashMap<Box<str>, WordId>,
    /// By number, as they are in the lists.
    pages: Vec<Arc<Lesson>>,
}

/// Which words have other postings than before.
pub enum Change {
    /// Any of them.
    All,
    Some(AHashSet<WordId>),
}

/// One in so many pages may have changed before it is less work to begin anew,
const FEW: usize = 8;
/// and so many in all: each of their words has its whole list written again.
const MOST: usize = 64;

impl Index {
    /// Brings the index to these pages. `is_new_order`: the numbers mean other pages now.
    pub fn update(&mut self, pages: &[&Arc<Lesson>], is_new_order: bool) -> Change {
        let changed: Vec<usize> = match is_new_order || pages.len() != self.pages.len() {
            true => (0..pages.len()).collect(),
            false => {
                (0..pages.len()).filter(|at| pages[*at].hash != self.pages[*at].hash).collect()
            }
        };
        let are_many = changed.len() > MOST || changed.len() * FEW >= pages.len().max(FEW);
        if are_many || self.pages.is_empty() {
            // What goes makes room first.
            *self = Self::default();
            *self = Self::new(pages);
            return Change::All;
        }
        let mut words = AHashSet::new();
        for at in changed {
            self.replace(at, pages[at], &mut words);
        }
        Change::Some(words)
    }

    fn new(pages: &[&Arc<Lesson>]) -> Self {
        // Few parts, since the words of each are put together with those of all others.
        const FEWEST: usize = 64;
        let count = (pages.len() / (2 * rayon::current_num_threads())).max(FEWEST);
        let parts: Vec<Part> = pages.par_chunks(count).map(Part::new).collect();
        let pages = pages.iter().map(|page| Arc::clone(page)).collect();
        let mut index = Self { pages, ..Self::default() };
        let lists: Vec<_> = parts
            .into_iter()
            .map(|Part { words, lists }| {
                words.into_iter().map(|word| index.id(word)).zip(lists).collect::<Vec<_>>()
            })
            .collect();
        index.make_room(lists.iter().flatten());
        for (part, lists) in lists.into_iter().enumerate() {
            for (id, list) in lists {
                index.append(id, (part * count) as u32, list);
            }
        }
        index
    }

    /// Gives each word's list the room that it needs: most of what there is would be room to grow.
    fn make_room<'a>(&mut self, lists: impl Iterator<Item = &'a (WordId, PartList)>) {
        let mut sizes = vec![0; self.words.len()];
        for (id, list) in lists {
            sizes[*id as usize] += list.rest.len() + postings::LONGEST_NUMBER;
        }
        for (word, size) in self.words.iter_mut().zip(sizes) {
            word.list.reserve_exact(size);
        }
    }

    fn id(&mut self, text: Box<str>) -> WordId {
        if let Some(id) = self.ids.get(&text) {
            return *id;
        }
        let id = self.words.len() as WordId;
        let reversed = reversed(&text);
        self.words.push(Word { text: text.clone(), reversed, list: Vec::new(), pages: 0, last: 0 });
        self.ids.insert(text, id);
        id
    }

    /// Adds the list of a part whose pages come after all others; its pages count from `start`.
    fn append(&mut self, id: WordId, start: u32, part: PartList) {
        let word = &mut self.words[id as usize];
        postings::number(start + part.first - word.last, &mut word.list);
        word.list.extend_from_slice(&part.rest);
        word.last = start + part.last;
        word.pages += part.pages;
    }

    fn replace(&mut self, page: usize, lesson: &Arc<Lesson>, changed: &mut AHashSet<WordId>) {
        let (old, new) = rayon::join(|| found(&self.pages[page]), || found(lesson));
        let mut old: AHashMap<Box<str>, Box<[u8]>> = old.into_iter().collect();
        for (word, passages) in new {
            // Most words of an edited page stand where they stood.
            if old.remove(&word).as_ref() != Some(&passages) {
                let id = self.id(word);
                self.put(id, page, Some(&passages), changed);
            }
        }
        for word in old.into_keys() {
            let id = self.id(word);
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

fn reversed(word: &str) -> Box<str> {
    const LENGTHS: std::ops::RangeInclusive<usize> = 4..=24;
    let fits = LENGTHS.contains(&word.chars().count()) && word.chars().all(char::is_alphabetic);
    if fits { word.chars().rev().collect() } else { "".into() }
}

/// The words of a page, each with its passages.
fn found(lesson: &Lesson) -> Vec<(Box<str>, Box<[u8]>)> {
    let mut collector = Collector::default();
    let mut lists: Vec<Box<[u8]>> = Vec::new();
    // Of one page each word comes once, by number.
    collector.collect(lesson, |_, passages| lists.push(passages.into()));
    collector.words.into_iter().zip(lists).collect()
}

/// The words of some pages that follow one another.
struct Part {
    words: Vec<Box<str>>,
    /// By word.
    lists: Vec<PartList>,
}

#[derive(Default)]
struct PartList {
    first: u32,
    last: u32,
    pages: u32,
    /// The list without the number of its first page.
    rest: Vec<u8>,
}

impl Part {
    fn new(pages: &[&Arc<Lesson>]) -> Self {
        let mut collector = Collector::default();
        let mut lists: Vec<PartList> = Vec::new();
        for (page, lesson) in pages.iter().enumerate() {
            let page = page as u32;
            collector.collect(lesson, |word, passages| {
                if lists.len() <= word as usize {
                    lists.resize_with(word as usize + 1, PartList::default);
                }
                let list = &mut lists[word as usize];
                if list.pages == 0 {
                    list.first = page;
                } else {
                    postings::number(page - list.last, &mut list.rest);
                }
                list.rest.extend_from_slice(passages);
                list.last = page;
                list.pages += 1;
            });
        }
        Self { words: collector.words, lists }
    }
}
