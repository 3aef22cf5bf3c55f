//! The words that were met, by number: each is kept once, and known by its number everywhere else.

use ahash::AHashMap;

/// A word's number, counted from 0 as they were met.
pub type WordId = u32;

/// Numbers words.
#[derive(Default)]
pub struct Lexicon {
    /// Nearly all words.
    short: AHashMap<Short, WordId>,
    long: AHashMap<Box<str>, WordId>,
    texts: Texts,
}

impl Lexicon {
    /// The number of a word, which is a new one if the word is.
    #[inline]
    pub fn id(&mut self, word: &str) -> WordId {
        let short = Short::new(word);
        let known = match &short {
            Some(short) => self.short.get(short),
            None => self.long.get(word),
        };
        known.copied().unwrap_or_else(|| self.add(word, short))
    }

    fn add(&mut self, word: &str, short: Option<Short>) -> WordId {
        let id = self.texts.len() as WordId;
        match short {
            Some(short) => self.short.insert(short, id),
            None => self.long.insert(word.into(), id),
        };
        self.texts.push(word.chars());
        id
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn text(&self, word: WordId) -> &str {
        self.texts.get(word)
    }

    pub fn texts(&self) -> impl Iterator<Item = &str> {
        (0..self.texts.len() as u32).map(|at| self.texts.get(at))
    }
}

/// Texts one behind the other, by number.
#[derive(Default)]
pub struct Texts {
    all: String,
    /// Where each ends.
    ends: Vec<u32>,
}

impl Texts {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn push(&mut self, text: impl Iterator<Item = char>) {
        self.all.extend(text);
        self.ends.push(self.all.len() as u32);
    }

    pub fn get(&self, at: u32) -> &str {
        let at = at as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.all[start as usize..self.ends[at] as usize]
    }
}

/// A word of 16 bytes at most, with zeros behind it: two numbers are compared and hashed in no time. No word has a zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Short(u64, u64);

impl Short {
    /// Reads the first bytes and the last ones, which may overlap: with a loop over them, or a copy, a word would take
    /// longer than all that follows.
    #[inline]
    fn new(word: &str) -> Option<Self> {
        let bytes = word.as_bytes();
        let behind = |count: usize| 8 * (bytes.len() - count) as u32;
        if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
            const ALL: usize = 2 * size_of::<u64>();
            let last =
                u64::from_le_bytes(*last).unbounded_shr(8 * ALL.checked_sub(bytes.len())? as u32);
            Some(Self(u64::from_le_bytes(*first), last))
        } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
            let last = u64::from(u32::from_le_bytes(*last)) << behind(4);
            Some(Self(u64::from(u32::from_le_bytes(*first)) | last, 0))
        } else if let (Some(first), Some(last)) = (bytes.first(), bytes.last()) {
            let middle = u64::from(bytes[bytes.len() / 2]) << (8 * (bytes.len() / 2));
            Some(Self(u64::from(*first) | middle | u64::from(*last) << behind(1), 0))
        } else {
            Some(Self(0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_numbered_as_they_are_met() {
        let long = "vierundzwanzigtausendfünfhundert";
        let mut lexicon = Lexicon::default();
        let ids = ["value", long, "価値", "value", long, ""].map(|word| lexicon.id(word));
        assert_eq!(ids, [0, 1, 2, 0, 1, 3]);
        assert_eq!(lexicon.texts().collect::<Vec<_>>(), ["value", long, "価値", ""]);
    }

    proptest! {
        #[test]
        fn a_short_word_is_its_bytes(word in "[a-cé価]{0,18}") {
            let expected = (word.len() <= 16).then(|| {
                word.bytes().rev().fold(0, |number, byte| number << 8 | u128::from(byte))
            });
            let found = Short::new(&word).map(|Short(first, last)| u128::from(first) | u128::from(last) << 64);
            prop_assert_eq!(found, expected);
        }
    }
}
