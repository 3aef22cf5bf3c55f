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
use super::postings::{self, DIGITS, Group};
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
    /// Names a shard by what it holds, and puts it on a shelf. `data` is written as a script.
    pub fn new(data: &impl serde::Serialize, shelf: &dyn Shelf) -> Self {
        let data = script_value(data);
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
pub fn size(word: &Word) -> usize {
    // What a group of the most passages takes.
    const GROUP: usize = 16;
    let longest = MOST.min(word.pages as usize) * GROUP;
    let list = if is_cut(word) { longest.min(word.list.len()) } else { word.list.len() };
    word.text.len() + list
}

fn is_cut(word: &Word) -> bool {
    word.pages as usize > MOST || word.list.len() > LONGEST
}

/// Words in order, with their postings.
pub fn words<'a>(words: impl Iterator<Item = &'a Word>, stems: &Stems, shelf: &dyn Shelf) -> Shard {
    let mut text = Vec::new();
    let mut before = "";
    for word in words {
        begin(before, &word.text, &mut text);
        text.push(b' ');
        stems.write(&word.text, &mut text);
        text.push(b' ');
        if is_cut(word) {
            text.extend_from_slice(&cut(&word.list));
            text.push(b' ');
            postings::number(word.pages, &mut text);
        } else {
            text.extend_from_slice(&word.list);
        }
        before = &word.text;
    }
    Shard::new(&String::from_utf8_lossy(&text), shelf)
}

/// Words that were turned around, in order.
pub fn backward<'a>(words: impl Iterator<Item = &'a str>, shelf: &dyn Shelf) -> Shard {
    let mut text = Vec::new();
    let mut before = "";
    for word in words {
        begin(before, word, &mut text);
        before = word;
    }
    Shard::new(&String::from_utf8_lossy(&text), shelf)
}

/// Writes what a word has in common with the one before as a digit, and the rest. Counted in units of UTF-16.
fn begin(before: &str, word: &str, text: &mut Vec<u8>) {
    if !text.is_empty() {
        text.push(b';');
    }
    let same = before.chars().zip(word.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a);
    // No word is longer than 32 characters.
    let (units, bytes) =
        same.fold((0, 0), |(units, bytes), c| (units + c.len_utf16(), bytes + c.len_utf8()));
    text.push(DIGITS[units.min(63)]);
    text.extend_from_slice(&word.as_bytes()[bytes..]);
}

/// The pages of a list where the word matters most, in their order, with the passages of each where it does.
fn cut(list: &[u8]) -> Vec<u8> {
    let mut groups: Vec<Group<'_>> = postings::groups(list).collect();
    // A stable sort: of equal ones the first in the course.
    groups.sort_by_key(|group| std::cmp::Reverse(group.impact));
    groups.truncate(MOST);
    groups.sort_unstable_by_key(|group| group.page);
    let passages: Vec<Vec<u8>> =
        groups.iter().map(|group| postings::best(group.passages, MOST_PASSAGES)).collect();
    let cut = groups.iter().zip(&passages);
    postings::list(cut.map(|(group, passages)| Group { passages, ..*group }))
}
