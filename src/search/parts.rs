//! Parts: the words of some pages that follow one another, with their postings. They are made in parallel, and put together
//! by the [`index`](super::index).

use super::entries::{Collector, Entries};
use super::index::Page;
use super::lexicon::Lexicon;
use super::postings;

/// The words of some pages. Their lists lie one behind the other, each with the room that it takes: lists that grow side by
/// side ask for memory again and again.
pub struct Part {
    pub words: Lexicon,
    /// By word.
    lists: Vec<PartList>,
    postings: Vec<u8>,
}

/// What the list of a word has of a part; its pages count from the part's first.
#[derive(Default)]
pub struct PartList {
    pub first: u32,
    pub last: u32,
    /// How many pages have the word.
    pub pages: u32,
    /// How many bytes its postings take, without the number of the first page.
    size: u32,
}

impl PartList {
    /// Adds a page, and returns how far it is from the one before.
    fn add(&mut self, page: u32) -> Option<u32> {
        let step = (self.pages > 0).then(|| page - self.last);
        if step.is_none() {
            self.first = page;
        }
        self.last = page;
        self.pages += 1;
        step
    }
}

impl Part {
    pub fn new(pages: &[Page<'_>]) -> Self {
        let mut collector = Collector::default();
        let pages = pages.iter().map(|(_, lesson)| collector.collect(lesson));
        let pages: Vec<Entries> = pages.collect();
        let words = collector.lexicon;
        let lists = measure(&pages, words.len());
        let postings = write(&pages, &lists);
        Self { words, lists, postings }
    }

    /// The list of each word, with its postings.
    pub fn lists(&self) -> impl Iterator<Item = (&PartList, &[u8])> {
        let mut rest = &*self.postings;
        self.lists.iter().map(move |list| {
            let (postings, others) = rest.split_at(list.size as usize);
            rest = others;
            (list, postings)
        })
    }
}

/// The lists of so many words without their postings.
fn measure(pages: &[Entries], words: usize) -> Vec<PartList> {
    let mut lists = Vec::new();
    lists.resize_with(words, PartList::default);
    for (page, entries) in pages.iter().enumerate() {
        for (word, passages) in entries.iter() {
            let list = &mut lists[word as usize];
            let step = list.add(page as u32).map_or(0, postings::number_length);
            list.size += (step + passages.len()) as u32;
        }
    }
    lists
}

/// Brings what was read page by page into the order of the words.
fn write(pages: &[Entries], lists: &[PartList]) -> Vec<u8> {
    let mut size = 0;
    let mut places: Vec<(usize, PartList)> = Vec::with_capacity(lists.len());
    for list in lists {
        places.push((size, PartList::default()));
        size += list.size as usize;
    }
    let mut postings = vec![0; size];
    for (page, entries) in pages.iter().enumerate() {
        for (word, passages) in entries.iter() {
            let (at, list) = &mut places[word as usize];
            for digit in list.add(page as u32).into_iter().flat_map(postings::digits) {
                postings[*at] = digit;
                *at += 1;
            }
            postings[*at..][..passages.len()].copy_from_slice(passages);
            *at += passages.len();
        }
    }
    postings
}
