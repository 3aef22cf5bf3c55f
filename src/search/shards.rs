//! Shards: the index as files that a browser loads one by one.
//!
//! They are scripts, since pages from a disk can load nothing else, and are named by their content. `index.js` alone keeps
//! its name: it says which words and pages are in which shard.
//!
//! ```text
//! words    = word (";" word)*                            in order
//! word     = digit(what it has in common with the word before) rest " " stem " " list [" " pages]
//! backward = word (";" word)*                            turned around, in order, each without what follows the rest
//! ```
//!
//! `pages` says in how many pages a word is whose list was cut: of a word that is everywhere the browser needs only the pages
//! where it matters most.

use xxhash_rust::xxh3::xxh3_64;

use super::index::Word;
use super::postings::{self, DIGITS, Group, Impact};
use super::stems::Stems;
use crate::address::Address;
use crate::bundle::{Output, Shelf};
use crate::link::THEME_FOLDER;

/// Below the folder of the theme.
const FOLDER: &str = "search";
/// The most pages of one word that are published.
const MOST: usize = 512;
/// A list of more bytes than these is cut, and then has so many passages of a page.
const LONGEST: usize = 12_000;
const MOST_PASSAGES: usize = 4;

/// A file of the index.
#[derive(Clone, Debug)]
pub struct Shard {
    /// By which the other files call it.
    pub name: Box<str>,
    pub address: Address,
    pub output: Output,
}

impl Shard {
    /// A shard with a value.
    pub fn new(data: &impl serde::Serialize, shelf: &dyn Shelf) -> Self {
        Self::of_script(&script_value(data), shelf)
    }

    /// A shard with a text, which `data` holds from its quotation mark on. Nothing in a word, a stem or a list needs to be
    /// escaped.
    fn of_text(mut data: Vec<u8>, shelf: &dyn Shelf) -> Self {
        debug_assert!(!data[1..].iter().any(|byte| matches!(byte, b'"' | b'\\' | 0..b' ')));
        data.push(b'"');
        let script = String::from_utf8(data).expect("words are texts, and digits are ASCII");
        Self::of_script(&script, shelf)
    }

    /// Names a shard by what it holds, and puts it on a shelf. `data` is a value as ECMAScript reads it.
    fn of_script(data: &str, shelf: &dyn Shelf) -> Self {
        let name = format!("{:010x}", xxh3_64(data.as_bytes()) >> 24);
        let script = format!("hornbook.find.take(\"{name}\",{data});\n");
        let address = address(&name);
        let output = shelf.keep(&address, script.into_bytes());
        Self { address, name: name.into(), output }
    }
}

/// The address of a file of the index.
pub fn address(name: &str) -> Address {
    Address::new(&format!("{THEME_FOLDER}/{FOLDER}/{name}.js"))
}

/// Whether an address is that of a file of the index.
pub fn is_of_search(address: &str) -> bool {
    let below = address.strip_prefix(THEME_FOLDER).and_then(|rest| rest.strip_prefix('/'));
    let below = below.and_then(|rest| rest.strip_prefix(FOLDER));
    below.is_some_and(|rest| rest.starts_with('/'))
}

/// A value as ECMAScript reads it.
pub fn script_value(data: &impl serde::Serialize) -> String {
    serde_json::to_string(data).expect("texts and lists can be written as JSON")
}

/// About how many bytes a word takes in a shard.
pub fn size(text: &str, word: &Word) -> usize {
    // What a group of the most passages takes.
    const GROUP: usize = 16;
    let longest = MOST.min(word.pages as usize) * GROUP;
    let list = if is_cut(word) { longest.min(word.list.len()) } else { word.list.len() };
    text.len() + list
}

fn is_cut(word: &Word) -> bool {
    word.pages as usize > MOST || word.list.len() > LONGEST
}

/// Words in order, with their postings.
pub fn words<'a>(
    words: impl Iterator<Item = (&'a str, &'a Word)>,
    stems: &Stems,
    shelf: &dyn Shelf,
) -> Shard {
    let mut data = vec![b'"'];
    let mut before = "";
    for (text, word) in words {
        begin(before, text, &mut data);
        data.push(b' ');
        stems.write(text, &mut data);
        data.push(b' ');
        if is_cut(word) {
            cut(&word.list, &mut data);
            data.push(b' ');
            postings::number(word.pages, &mut data);
        } else {
            data.extend_from_slice(&word.list);
        }
        before = text;
    }
    Shard::of_text(data, shelf)
}

/// Words that were turned around, in order.
pub fn backward<'a>(words: impl Iterator<Item = &'a str>, shelf: &dyn Shelf) -> Shard {
    let mut data = vec![b'"'];
    let mut before = "";
    for word in words {
        begin(before, word, &mut data);
        before = word;
    }
    Shard::of_text(data, shelf)
}

/// Writes what a word has in common with the one before as a digit, and the rest. Counted in units of UTF-16.
fn begin(before: &str, word: &str, data: &mut Vec<u8>) {
    if !before.is_empty() {
        data.push(b';');
    }
    let same = before.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count();
    let (same, rest) = word.split_at(word.floor_char_boundary(same));
    // No word is longer than 32 characters.
    let units = if same.is_ascii() { same.len() } else { same.encode_utf16().count() };
    data.push(DIGITS[units.min(63)]);
    data.extend_from_slice(rest.as_bytes());
}

/// Writes the pages of a list where the word matters most, in their order, with the passages of each where it does.
fn cut(list: &[u8], data: &mut Vec<u8>) {
    let groups: Vec<Group<'_>> = postings::groups(list).collect();
    let (least, mut room) = worth(&groups);
    let mut before = 0;
    for group in &groups {
        // Of equal ones the first in the course.
        if group.impact < least || group.impact == least && room == 0 {
            continue;
        }
        room -= usize::from(group.impact == least);
        postings::number(group.page - before, data);
        before = group.page;
        if group.count > MOST_PASSAGES {
            data.extend_from_slice(&postings::best(group, MOST_PASSAGES));
        } else {
            data.extend_from_slice(group.passages);
        }
    }
}

/// What a page must be worth to be among the most that are published, and how many of those that are worth just that.
fn worth(groups: &[Group<'_>]) -> (Impact, usize) {
    let mut counts = [0; postings::BEST as usize + 1];
    groups.iter().for_each(|group| counts[group.impact as usize] += 1);
    let mut room = MOST;
    for impact in (0..=postings::BEST).rev() {
        let count = counts[impact as usize];
        if count >= room {
            return (impact, room);
        }
        room -= count;
    }
    (0, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_best_pages_are_published(
            impacts in prop::collection::vec((0..=postings::BEST, 0..=postings::BEST), 0..2 * MOST), most in 0..=postings::BEST,
        ) {
            let mut list = Vec::new();
            for (one, other) in impacts {
                postings::number(1, &mut list);
                let position = postings::Positions::new(5);
                postings::passage(2, 0, false, one.min(most), position, &mut list);
                postings::passage(3, 2, true, other.min(most), position, &mut list);
            }
            let mut groups: Vec<_> = postings::groups(&list).collect();
            groups.sort_by_key(|group| std::cmp::Reverse(group.impact));
            groups.truncate(MOST);
            groups.sort_unstable_by_key(|group| group.page);
            let mut found = Vec::new();
            cut(&list, &mut found);
            prop_assert_eq!(found, postings::list(groups));
        }
    }
}
