//! The index: where each word of the course stands.
//!
//! Pages are known by number. While the numbers stay, an edit takes a page's words out and puts the new ones in; otherwise
//! the index is made anew, in parallel. Both lead to the same lists.

use ahash::{AHashMap, AHashSet};
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

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
    /// By page, its hash and its words.
    pages: Vec<(u128, Box<[Entry]>)>,
}

/// A word of a page: its number, and 40 bits of the hash of its passages. Most words of an edited page stand where they stood,
/// and then their lists, which may be long, are not looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry(u64);

impl Entry {
    const HASH: u32 = 40;

    fn new(word: WordId, passages: &[u8]) -> Self {
        Self(u64::from(word) << Self::HASH | xxh3_64(passages) >> (64 - Self::HASH))
    }

    fn word(self) -> WordId {
        (self.0 >> Self::HASH) as WordId
    }

    fn of(self, word: WordId) -> Self {
        Self(u64::from(word) << Self::HASH | self.0 & ((1 << Self::HASH) - 1))
    }
}

/// A page with the hash of what it says.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    pub lesson: &'a Lesson,
    pub hash: u128,
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
    pub fn update(&mut self, texts: &[Text<'_>], is_new_order: bool) -> Change {
        let changed: Vec<usize> = match is_new_order || texts.len() != self.pages.len() {
            true => (0..texts.len()).collect(),
            false => (0..texts.len()).filter(|at| texts[*at].hash != self.pages[*at].0).collect(),
        };
        let are_many = changed.len() > MOST || changed.len() * FEW >= texts.len().max(FEW);
        if are_many || self.pages.is_empty() {
            *self = Self::new(texts);
            return Change::All;
        }
        let mut words = AHashSet::new();
        let mut collector = Collector::default();
        for at in changed {
            self.replace(at, texts[at], &mut collector, &mut words);
        }
        Change::Some(words)
    }

    fn new(texts: &[Text<'_>]) -> Self {
        // Few parts, since the words of each are put together with those of all others.
        const FEWEST: usize = 64;
        let pages = (texts.len() / (2 * rayon::current_num_threads())).max(FEWEST);
        let parts: Vec<Part> = texts.par_chunks(pages).map(Part::new).collect();
        let mut index = Self::default();
        let mut page = 0;
        for part in parts {
            let ids: Vec<WordId> = part.words.into_iter().map(|word| index.id(word)).collect();
            for (id, list) in ids.iter().zip(part.lists) {
                index.append(*id, page as u32, list);
            }
            for mut words in part.pages {
                for entry in &mut words {
                    *entry = entry.of(ids[entry.word() as usize]);
                }
                index.pages.push((texts[page].hash, words));
                page += 1;
            }
        }
        index
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

    fn replace(
        &mut self,
        page: usize,
        text: Text<'_>,
        collector: &mut Collector,
        changed: &mut AHashSet<WordId>,
    ) {
        let mut found = Vec::new();
        collector.collect(text.lesson, |word, passages| found.push((word, passages.to_vec())));
        let old: AHashMap<WordId, Entry> =
            self.pages[page].1.iter().map(|entry| (entry.word(), *entry)).collect();
        let mut words = Vec::with_capacity(found.len());
        let mut new = AHashSet::with_capacity(found.len());
        for (word, passages) in found {
            let id = self.id(collector.words[word as usize].clone());
            let entry = Entry::new(id, &passages);
            if old.get(&id) != Some(&entry) {
                self.put(id, page, Some(&passages), changed);
            }
            words.push(entry);
            new.insert(id);
        }
        for id in old.into_keys().filter(|id| !new.contains(id)) {
            self.put(id, page, None, changed);
        }
        self.pages[page] = (text.hash, words.into());
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

/// The words of some pages that follow one another.
struct Part {
    words: Vec<Box<str>>,
    /// By word.
    lists: Vec<PartList>,
    /// By page.
    pages: Vec<Box<[Entry]>>,
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
    fn new(texts: &[Text<'_>]) -> Self {
        let mut collector = Collector::default();
        let mut lists: Vec<PartList> = Vec::new();
        let mut pages = Vec::with_capacity(texts.len());
        let mut words = Vec::new();
        for (page, text) in texts.iter().enumerate() {
            let page = page as u32;
            words.clear();
            collector.collect(text.lesson, |word, passages| {
                words.push(Entry::new(word, passages));
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
            pages.push(words.as_slice().into());
        }
        Self { words: collector.words, lists, pages }
    }
}
