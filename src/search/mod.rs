//! Search: from the lessons to an index that a browser can search by itself.
//!
//! [`passages`] says what of a page can be found, [`words`] how text falls into words, [`entries`] what each page gives to
//! the [`index`], which is put together of [`parts`], and [`shards`] writes it as files. [`cards`] is what results show. The
//! theme's `find.js` reads all of it.
//!
//! Pages count in reading order, terms last, so that a number tells whether a page is a term.

mod cards;
mod entries;
mod index;
mod lexicon;
mod ordered;
mod parts;
mod passages;
mod postings;
mod shards;
mod stems;
mod words;

use ahash::{AHashMap, AHashSet};
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use crate::address::Address;
use crate::bundle::{Output, Shelf};
use crate::course::{Course, LessonId};
use crate::lesson::Role;
use crate::memo::{Memo, key, key_of_all};
use index::{Change, Index, Page, Update};
use lexicon::WordId;
use ordered::Ordered;
use shards::Shard;
use stems::Stems;

pub use shards::is_of_search;
pub use words::words;

/// The index of a course, kept from one build to the next.
#[derive(Default)]
pub struct Search {
    /// Of all that the files are made from.
    key: u128,
    /// Of what decides beside the lessons which words are found.
    settings: u128,
    index: Index,
    forward: Files,
    backward: Files,
    cards: Memo<Option<Shard>>,
    files: Vec<(Address, Output)>,
}

/// Files of one kind, by the words in them.
#[derive(Default)]
struct Files {
    order: Ordered,
    /// By the hash of its words in order.
    known: AHashMap<u128, Shard>,
    /// Where each begins: its first word, and the name.
    contents: Vec<String>,
}

impl Search {
    /// Brings the index to a course. Returns its files, sorted, of which new ones are put on a shelf, and how many pages were
    /// read for them. `hashes` are those of the lessons, by number. `settings` is the key of what decides beside a lesson which
    /// of its words are found, and `order` that of what decides the order of the pages and what they are called.
    pub fn update(
        &mut self,
        course: &Course<'_>,
        hashes: &[u128],
        settings: u128,
        order: u128,
        shelf: &dyn Shelf,
    ) -> (&[(Address, Output)], usize) {
        let language = &course.config.language;
        let key = key([settings, order, key_of_all(hashes.iter().copied())]);
        if self.key == key {
            return (&self.files, 0);
        }
        if self.settings != settings {
            self.index = Index::default();
        }
        (self.key, self.settings) = (key, settings);
        let pages = course.layout.reading_order.iter().map(|id| *id as usize);
        let pages: Vec<Page<'_>> = pages.map(|id| (hashes[id], &course.lessons[id])).collect();
        let Update { change, read } = self.index.update(&pages);
        self.write_words(&change, &Stems::of_tag(language), shelf);
        self.write_cards(course, hashes, shelf);
        self.list_files(course);
        (&self.files, read)
    }

    fn write_words(&mut self, change: &Change, stems: &Stems, shelf: &dyn Shelf) {
        let Index { words, texts, reversed, .. } = &self.index;
        let forward = |word: WordId| texts.text(word);
        self.forward.order(change, words, forward);
        let size = |id: WordId| shards::size(forward(id), &words[id as usize]);
        self.forward.write(change, forward, size, |ids| {
            shards::words(ids.map(|id| (forward(id), &words[id as usize])), stems, shelf)
        });

        let backward = |word: WordId| reversed.get(word);
        self.backward.order(change, words, backward);
        // What a file holds are the words alone.
        let none = Change::Some(AHashSet::new());
        let change = if let Change::All = change { change } else { &none };
        let size = |id: WordId| backward(id).len();
        self.backward
            .write(change, backward, size, |ids| shards::backward(ids.map(backward), shelf));
    }

    fn write_cards(&mut self, course: &Course<'_>, hashes: &[u128], shelf: &dyn Shelf) {
        let layout = course.layout;
        let pages: Vec<&[LessonId]> = layout.reading_order.chunks(cards::CARDS).collect();
        let unit = |id: LessonId| course.unit(course.placement(id).unit).page;
        let part = |id: &LessonId| {
            key([
                hashes[*id as usize],
                layout.faces[*id as usize],
                layout.faces[unit(*id) as usize],
            ])
        };
        let keys = pages.par_iter().map(|pages| key_of_all(pages.iter().map(part))).collect();
        self.cards.fill(keys, |at, _| {
            let card = |id: &LessonId| {
                let placement = course.placement(*id);
                let above = match unit(*id) {
                    unit if unit == *id || unit == layout.home() => "",
                    unit => &course.placement(unit).title,
                };
                let place = cards::Place {
                    address: placement.address.as_str(),
                    title: &placement.title,
                    unit: above,
                };
                cards::card(course.lesson(*id), &place)
            };
            Some(Shard::new(&pages[at].iter().map(card).collect::<Vec<_>>(), shelf))
        });
    }

    fn list_files(&mut self, course: &Course<'_>) {
        let cards: Vec<&Shard> = self.cards.values().iter().flatten().collect();
        let is_term = |id: &LessonId| course.lesson(*id).role == Role::Term;
        let pages = &course.layout.reading_order;
        let contents = serde_json::json!({
            "version": 1,
            "pages": pages.len(),
            "terms": pages.iter().position(is_term).unwrap_or(pages.len()),
            "words": self.forward.contents.join(" "),
            "backward": self.backward.contents.join(" "),
            "cards": cards.iter().map(|shard| &*shard.name).collect::<Vec<_>>().join(" "),
            "size": cards::CARDS,
        });
        let script = format!("hornbook.find.index({});\n", shards::script_value(&contents));
        let shards = self.forward.shards().chain(self.backward.shards()).chain(cards);
        let files = shards.map(|shard| (shard.address.clone(), shard.output.clone()));
        self.files = files.chain([(shards::address("index"), Output::text(script))]).collect();
        self.files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        self.files.dedup_by(|a, b| a.0 == b.0);
    }
}

impl Files {
    /// Brings the order to the words that some page has, save those without a text.
    fn order<'a>(
        &mut self,
        change: &Change,
        words: &[index::Word],
        text: impl Fn(WordId) -> &'a str + Copy,
    ) {
        let is_used = |id: WordId| words[id as usize].pages > 0;
        match change {
            Change::All => {
                let ids = 0..words.len() as WordId;
                let ids = ids.filter(|id| is_used(*id) && !text(*id).is_empty());
                self.order = Ordered::new(ids, text);
            }
            Change::Some(changed) => {
                for id in changed.iter().filter(|id| !text(**id).is_empty()) {
                    if is_used(*id) {
                        self.order.insert(*id, text);
                    } else {
                        self.order.remove(*id, text);
                    }
                }
            }
        }
    }

    /// Writes the files that hold other words than before, or words that have changed.
    fn write<'a>(
        &mut self,
        change: &Change,
        text: impl Fn(WordId) -> &'a str + Sync,
        size: impl Fn(WordId) -> usize,
        make: impl Fn(&mut dyn Iterator<Item = WordId>) -> Shard + Sync,
    ) {
        let known = match change {
            Change::All => AHashMap::new(),
            Change::Some(_) => std::mem::take(&mut self.known),
        };
        let has_changed = |id: WordId| match change {
            Change::All => true,
            Change::Some(changed) => changed.contains(&id),
        };
        let shards: Vec<_> = self.order.shards(size).collect();
        let shards = shards.into_par_iter().filter_map(|mut words| {
            let first = words.clone().next()?;
            let key = key_of_words(words.clone());
            let known = known.get(&key).filter(|_| !words.clone().any(has_changed));
            let shard = known.map_or_else(|| make(&mut words), Shard::clone);
            Some((first, key, shard))
        });
        let shards: Vec<(WordId, u128, Shard)> = shards.collect();
        let contents =
            shards.iter().map(|(first, _, shard)| format!("{} {}", text(*first), shard.name));
        self.contents = contents.collect();
        self.known = shards.into_iter().map(|(_, key, shard)| (key, shard)).collect();
    }

    fn shards(&self) -> impl Iterator<Item = &Shard> {
        self.known.values()
    }
}

fn key_of_words(words: impl Iterator<Item = WordId>) -> u128 {
    let bytes: Vec<u8> = words.flat_map(WordId::to_le_bytes).collect();
    xxh3_128(&bytes)
}
