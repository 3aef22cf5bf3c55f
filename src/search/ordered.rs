//! Ordered words, cut into shards where the words themselves say so.
//!
//! A word begins a shard when its hash does, whatever stands around it, and where the shard would become too large. So a
//! word that comes, goes or grows changes the shards from it to the next word of the first kind, and all others stay as they
//! are.

use std::cmp::Ordering;

use xxhash_rust::xxh3::xxh3_64;

/// How many words a shard has on average.
const WORDS: u64 = 160;
/// How large a shard becomes, in bytes, where that is more than one word.
const LARGEST: usize = 24_000;

/// The place of a word in the order, with what it is known by.
#[derive(Clone, Copy)]
struct Place {
    word: u32,
    begins: bool,
}

/// Words in the order in which a browser compares them.
#[derive(Default)]
pub struct Ordered {
    places: Vec<Place>,
}

impl Ordered {
    /// Orders words anew. `text` gives the text of a word.
    pub fn new<'a>(words: impl Iterator<Item = u32>, text: impl Fn(u32) -> &'a str) -> Self {
        let place = |word| Place { word, begins: begins(text(word)) };
        let mut places: Vec<(u64, Place)> =
            words.map(|word| (beginning(text(word)), place(word))).collect();
        places.sort_unstable_by(|(first, a), (second, b)| {
            first.cmp(second).then_with(|| compare(text(a.word), text(b.word)))
        });
        Self { places: places.into_iter().map(|(_, place)| place).collect() }
    }

    pub fn insert<'a>(&mut self, word: u32, text: impl Fn(u32) -> &'a str) {
        if let Err(at) = self.find(text(word), &text) {
            self.places.insert(at, Place { word, begins: begins(text(word)) });
        }
    }

    pub fn remove<'a>(&mut self, word: u32, text: impl Fn(u32) -> &'a str) {
        if let Ok(at) = self.find(text(word), &text) {
            self.places.remove(at);
        }
    }

    fn find<'a>(&self, word: &str, text: impl Fn(u32) -> &'a str) -> Result<usize, usize> {
        self.places.binary_search_by(|place| compare(text(place.word), word))
    }

    /// The shards, each as its words in order. `size` says how many bytes a word takes.
    pub fn shards(
        &self,
        size: impl Fn(u32) -> usize,
    ) -> impl Iterator<Item = impl ExactSizeIterator<Item = u32> + Clone> {
        let mut sum = self.places.first().map_or(0, |place| size(place.word));
        let shards = self.places.chunk_by(move |_, next| {
            let size = size(next.word);
            let is_same = !next.begins && sum + size <= LARGEST;
            sum = if is_same { sum + size } else { size };
            is_same
        });
        shards.map(|shard| shard.iter().map(|place| place.word))
    }
}

fn begins(text: &str) -> bool {
    xxh3_64(text.as_bytes()).is_multiple_of(WORDS)
}

/// Compares texts by their units of UTF-16, as ECMAScript does (ECMA-262, section 7.2.13).
pub fn compare(a: &str, b: &str) -> Ordering {
    match a.bytes().zip(b.bytes()).find(|(a, b)| a != b) {
        Some((a, b)) => rank(a).cmp(&rank(b)),
        None => a.len().cmp(&b.len()),
    }
}

/// The place of a byte among those that can stand where texts differ first. The order of UTF-8 is another one between what
/// takes two units (from 0xf0) and U+E000 to U+FFFF (from 0xee), which comes after these.
fn rank(byte: u8) -> u8 {
    if matches!(byte, 0xee | 0xef) { byte | 0xf0 } else { byte }
}

/// How a text begins, as a number: where those of two texts differ, so do the texts, and in the same way.
fn beginning(text: &str) -> u64 {
    let mut bytes = [0; size_of::<u64>()];
    bytes.iter_mut().zip(text.bytes()).for_each(|(to, byte)| *to = rank(byte));
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_order_is_that_of_browsers() {
        // U+FF76 before U+20BB7 in UTF-8, behind it in UTF-16.
        assert_eq!(compare("ｶ", "𠮷"), Ordering::Greater);
        assert_eq!(compare("a", "𠮷"), Ordering::Less);
        assert_eq!(compare("value", "values"), Ordering::Less);
    }

    proptest! {
        #[test]
        fn any_two_texts_have_the_order_of_their_utf_16(a in ".{0,3}", b in ".{0,3}", wide in "[\u{e000}-\u{ffff}\u{10000}-\u{1ffff}]{0,2}") {
            let (a, b) = (format!("{wide}{a}"), format!("{b}{wide}"));
            prop_assert_eq!(compare(&a, &b), a.encode_utf16().cmp(b.encode_utf16()));
            let beginnings = beginning(&a).cmp(&beginning(&b));
            prop_assert!(beginnings.is_eq() || beginnings == compare(&a, &b));
        }
    }

    #[test]
    fn a_new_word_changes_one_shard() {
        let words: Vec<String> = (0..5000).map(|number| format!("word{number}")).collect();
        let text = |word: u32| words[word as usize].as_str();
        let shards = |ordered: &Ordered| -> Vec<Vec<u32>> {
            ordered.shards(|_| 100).map(Iterator::collect).collect()
        };
        let mut ordered = Ordered::new((0..5000).filter(|word| *word != 2222), text);
        let before = shards(&ordered);
        ordered.insert(2222, text);
        let after = shards(&ordered);
        assert!(before.len() > 10);
        let kept = before.iter().filter(|shard| after.contains(shard)).count();
        assert!(kept + 4 >= before.len(), "{kept} of {}", before.len());
        assert!(after.iter().all(|shard| shard.len() <= LARGEST / 100));
        assert_eq!(after, shards(&Ordered::new(0..5000, text)));
        ordered.remove(2222, text);
        assert_eq!(shards(&ordered), before);
    }
}
