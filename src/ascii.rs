//! ASCII texts: runs of letters and words in them, found without looking at one character after the other.
//!
//! Words are so short that a loop over their bytes ends as the processor has not foreseen, once or twice for each word. Here eight
//! bytes are one number (*SIMD within a register*), the answers for 64 of them are the bits of one mask, and where a run
//! begins or ends the mask has an edge.

use std::ops::Range;

/// How many bytes a mask tells of.
const BLOCK: usize = u64::BITS as usize;

/// A question that is asked of eight ASCII characters at once, and answered by the highest bit of each byte. The other bits
/// say nothing.
pub trait Class: Fn(u64) -> u64 {}

impl<F: Fn(u64) -> u64> Class for F {}

/// Letters, digits and underscores.
pub fn in_word(eight: u64) -> u64 {
    letter_or_digit(eight) | within(eight, b'_', b'_')
}

pub fn letter_or_digit(eight: u64) -> u64 {
    // Small letters are capitals with one bit more. The signs that have it without being letters keep it.
    within(eight | eight_of(0x20), b'a', b'z') | within(eight, b'0', b'9')
}

/// White space.
fn space(eight: u64) -> u64 {
    within(eight, b' ', b' ') | within(eight, b'\t', b'\r')
}

const HIGHEST: u64 = eight_of(0x80);

const fn eight_of(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Which bytes are `first`, `last` or between.
fn within(eight: u64, first: u8, last: u8) -> u64 {
    at_least(eight, first) & !at_least(eight, last + 1)
}

/// The sum reaches the highest bit from `least` on, and no ASCII character is large enough to carry into the next byte.
fn at_least(eight: u64, least: u8) -> u64 {
    eight + eight_of(0x80 - least)
}

/// The highest bits of eight bytes as the lowest eight, in the same order. Each of the products that make up the
/// multiplication brings one of them to its place.
fn gather(eight: u64) -> u64 {
    const PLACES: u64 = 0x0102_0408_1020_4080;
    ((eight & HIGHEST) >> 7).wrapping_mul(PLACES) >> 56
}

/// A bit for each byte of the block that begins at `at`; after the end of the text there is nothing of the class.
#[inline]
fn mask(text: &[u8], at: usize, class: &impl Class) -> u64 {
    let answers = |eights: &[[u8; 8]]| {
        let bits = eights.iter().map(|eight| gather(class(u64::from_le_bytes(*eight))));
        bits.enumerate().fold(0, |mask, (at, bits)| mask | bits << (8 * at))
    };
    if let Some(block) = text[at..].first_chunk::<BLOCK>() {
        return answers(block.as_chunks().0);
    }
    let (eights, rest) = text[at..].as_chunks();
    let last = gather(class(last_eight(text, rest.len())));
    answers(eights) | if rest.is_empty() { 0 } else { last << (8 * eights.len()) }
}

/// The last characters of a text, fewer than eight, with zeros after them.
#[inline]
fn last_eight(text: &[u8], count: usize) -> u64 {
    match text.last_chunk() {
        // The lowest byte is the first.
        Some(last) => u64::from_le_bytes(*last).unbounded_shr(8 * (8 - count as u32)),
        None => text.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte)),
    }
}

/// The longest runs of characters of a class in an ASCII text, in bytes.
pub struct Runs<'a, C> {
    text: &'a [u8],
    class: C,
    /// Where the block begins that comes next.
    next: usize,
    /// Where in the block before runs begin and end that were not told yet.
    edges: u64,
    /// Whether that block ends within a run: 1 or 0.
    inside: u64,
}

impl<'a, C: Class> Runs<'a, C> {
    pub fn new(text: &'a str, class: C) -> Self {
        debug_assert!(text.is_ascii(), "larger bytes would carry");
        Self { text: text.as_bytes(), class, next: 0, edges: 0, inside: 0 }
    }

    #[inline]
    fn edge(&mut self) -> Option<usize> {
        while self.edges == 0 {
            if self.next >= self.text.len() {
                // The end of a last block that is full.
                return (std::mem::take(&mut self.inside) == 1).then_some(self.text.len());
            }
            let mask = mask(self.text, self.next, &self.class);
            self.edges = mask ^ (mask << 1 | self.inside);
            self.inside = mask >> (BLOCK - 1);
            self.next += BLOCK;
        }
        let at = self.next - BLOCK + self.edges.trailing_zeros() as usize;
        self.edges &= self.edges - 1;
        Some(at)
    }
}

impl<C: Class> Iterator for Runs<'_, C> {
    type Item = Range<usize>;

    #[inline]
    fn next(&mut self) -> Option<Range<usize>> {
        Some(self.edge()?..self.edge()?)
    }
}

/// How many words an ASCII text has, if a word is what stands between white space and has a letter or digit.
pub fn count_words(text: &str) -> u32 {
    debug_assert!(text.is_ascii(), "larger bytes would carry");
    let (mut words, mut inside) = (0, 0);
    let mut count = |eight| {
        let mut open = !space(eight) & HIGHEST;
        // From its first letter to its end, a word is filled: by one character, then by two, then by four.
        let mut filled = letter_or_digit(eight) & HIGHEST | open & inside;
        for step in [8, 16, 32] {
            filled |= open & (filled << step);
            open &= open << step;
        }
        let first = filled & !(filled << 8 | inside);
        // The highest byte of the product is the sum of all.
        words += ((first >> 7).wrapping_mul(eight_of(1)) >> 56) as u32;
        inside = filled >> 56;
    };
    let (eights, rest) = text.as_bytes().as_chunks();
    eights.iter().for_each(|eight| count(u64::from_le_bytes(*eight)));
    if !rest.is_empty() {
        count(last_eight(text.as_bytes(), rest.len()));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn runs(text: &str) -> Vec<Range<usize>> {
        Runs::new(text, in_word).collect()
    }

    #[test]
    fn every_character_is_of_its_class() {
        for byte in 0..0x80_u8 {
            let of = |class: fn(u64) -> u64| gather(class(eight_of(byte)));
            let all = |is: bool| if is { 0xff } else { 0 };
            assert_eq!(of(letter_or_digit), all(byte.is_ascii_alphanumeric()), "{byte}");
            assert_eq!(of(in_word), all(byte.is_ascii_alphanumeric() || byte == b'_'), "{byte}");
            assert_eq!(of(space), all(char::from(byte).is_whitespace()), "{byte}");
        }
    }

    #[test]
    fn runs_go_on_from_block_to_block() {
        for length in 1..200 {
            let word = "x".repeat(length);
            let two = format!("{word} {word}");
            assert_eq!(runs(&two), [0..length, length + 1..two.len()]);
        }
    }

    proptest! {
        #[test]
        fn runs_are_those_that_bytes_tell(text in "[a-zA-Z0-9_ .@`\\[{\n]{0,200}") {
            let is_in_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let found = runs(&text).into_iter().map(|run| &text[run]);
            let expected = text.split(|c| !is_in_word(c)).filter(|run| !run.is_empty());
            prop_assert!(found.eq(expected));
        }

        #[test]
        fn words_are_those_that_split_tells(text in "[ -~\t\n\u{b}]{0,200}") {
            let words = text.split_whitespace();
            let expected = words.filter(|word| word.contains(char::is_alphanumeric)).count();
            prop_assert_eq!(count_words(&text) as usize, expected);
        }
    }
}
