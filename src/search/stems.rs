//! Stems: which words of the index are inflections of one another.
//!
//! A browser has no stemmer. The index says of each word what its stem is, and a query's word is looked for among those
//! with the stem of its own, or with one that it begins with. The stems are Snowball's, of words without accents.

use frostem::{Algorithm, Stemmer};

/// What makes stems of the words of one language; nothing where none is known.
pub struct Stems(Option<Stemmer>);

impl Stems {
    /// For the language of a BCP 47 tag.
    pub fn of_tag(tag: &str) -> Self {
        let primary = tag.split('-').next().unwrap_or_default();
        let algorithm = match primary.to_ascii_lowercase().as_str() {
            "de" => Algorithm::German,
            "en" => Algorithm::English,
            "es" => Algorithm::Spanish,
            "fr" => Algorithm::French,
            "it" => Algorithm::Italian,
            "pt" => Algorithm::Portuguese,
            _ => return Self(None),
        };
        Self(Some(Stemmer::new(algorithm)))
    }

    /// How an entry of the index tells a word's stem: its length as a digit where the word begins with it, `=` and the stem
    /// where it does not, nothing where the word is its own stem.
    pub fn write(&self, word: &str, entry: &mut Vec<u8>) {
        const LONGEST: usize = 63;
        let Some(stemmer) = &self.0 else { return };
        if !word.chars().all(char::is_alphabetic) {
            return;
        }
        let stem = stemmer.stem(word);
        let length = stem.encode_utf16().count();
        if *stem == *word || stem.is_empty() {
            return;
        }
        if word.starts_with(&*stem) && length <= LONGEST {
            entry.push(super::postings::DIGITS[length]);
        } else {
            entry.push(b'=');
            entry.extend_from_slice(stem.as_bytes());
        }
    }
}
