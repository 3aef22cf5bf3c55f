//! ASCII texts: runs of letters and words in them, found without looking at one character after the other.
//!
//! Words are so short that a loop over their bytes ends as the processor has not foreseen, once or twice for each word. Here the
//! answers for 64 bytes are the bits of one mask, and where a run begins or ends the mask has an edge.

use std::ops::Range;

/// How many bytes a mask tells of.
const BLOCK: usize = u64::BITS as usize;

/// A question that is asked of each byte. It must be simple enough for the compiler to ask many at once. What is no ASCII is
/// of no class.
pub trait Class: Fn(u8) -> bool {}

impl<F: Fn(u8) -> bool> Class for F {}

/// Letters, digits and underscores.
pub fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

pub fn letter_or_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

/// White space.
fn space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// A bit for each byte of the block that begins at `at`; after the end of the text there is nothing of the class.
#[inline]
fn mask(text: &[u8], at: usize, class: &impl Class) -> u64 {
    let rest = &text[at..];
    let mut block = [0; BLOCK];
    match rest.first_chunk() {
        Some(full) => block = *full,
        None => block[..rest.len()].copy_from_slice(rest),
    }
    // Each byte becomes its answer: by itself, so that the compiler takes many at once.
    block.iter_mut().for_each(|byte| *byte = u8::from(class(*byte)));
    let (eights, _) = block.as_chunks();
    let bits = eights.iter().map(|eight| gather(*eight)).enumerate();
    let mask = bits.fold(0, |mask, (at, bits)| mask | bits << (8 * at));
    mask & u64::MAX.unbounded_shr(BLOCK.saturating_sub(rest.len()) as u32)
}

/// Eight bytes of 0 or 1 as the lowest eight bits, in the same order. Each of the products that make up the multiplication
/// brings one of them to its place.
fn gather(eight: [u8; 8]) -> u64 {
    const PLACES: u64 = 0x0102_0408_1020_4080;
    u64::from_le_bytes(eight).wrapping_mul(PLACES) >> 56
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
        debug_assert!(text.is_ascii(), "other letters would end a run");
        Self { text: text.as_bytes(), class, next: 0, edges: 0, inside: 0 }
    }

    #[inline(always)]
    fn edge(&mut self) -> Option<usize> {
        if self.edges == 0 {
            (self.next, self.edges, self.inside) =
                find_edges(self.text, &self.class, self.next, self.inside);
            if self.edges == 0 {
                // The end of a last block that is full.
                return (std::mem::take(&mut self.inside) == 1).then_some(self.text.len());
            }
        }
        let at = self.next - BLOCK + self.edges.trailing_zeros() as usize;
        self.edges &= self.edges - 1;
        Some(at)
    }
}

/// Goes on to the next block in which a run begins or ends, from the one that begins at `next`. Returns where the block
/// after it begins, its edges, and whether it ends within a run. All is passed by value: what is lent to anybody is kept in
/// memory, and the loop over a text's runs needs it in registers.
#[inline(never)]
fn find_edges(
    text: &[u8],
    class: &impl Class,
    mut next: usize,
    mut inside: u64,
) -> (usize, u64, u64) {
    let mut edges = 0;
    while edges == 0 && next < text.len() {
        let mask = mask(text, next, class);
        edges = mask ^ (mask << 1 | inside);
        inside = mask >> (BLOCK - 1);
        next += BLOCK;
    }
    (next, edges, inside)
}

impl<C: Class> Iterator for Runs<'_, C> {
    type Item = Range<usize>;

    // What asks for it then keeps all in registers.
    #[inline(always)]
    fn next(&mut self) -> Option<Range<usize>> {
        Some(self.edge()?..self.edge()?)
    }
}

/// Counts words in parts of a text that are asked for from front to back: mostly, several stand in one block. A word is what
/// stands between white space and has a letter or digit.
pub struct WordCounter<'a> {
    text: &'a [u8],
    /// The block that was looked at last: by its number, what is no white space, and what is a letter or digit.
    block: usize,
    solid: u64,
    letters: u64,
}

impl<'a> WordCounter<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text: text.as_bytes(), block: usize::MAX, solid: 0, letters: 0 }
    }

    /// How many words are in a part that is ASCII.
    pub fn count(&mut self, part: Range<usize>) -> u32 {
        debug_assert!(self.text[part.clone()].is_ascii(), "other white space is not known");
        let (mut words, mut inside, mut signs) = (0, 0, false);
        let mut block = part.start / BLOCK;
        while block * BLOCK < part.end {
            self.look_at(block);
            let solid = self.solid & bits_within(&part, block * BLOCK);
            let starts = solid & !(solid << 1 | inside);
            inside = solid >> (BLOCK - 1);
            words += starts.count_ones();
            let sign = solid & !self.letters;
            if signs || starts & sign != 0 {
                // What begins with a sign: a one at its start is carried on through all signs to what follows them. Where
                // that is white space it was no word.
                let (sum, carry) = sign.overflowing_add(starts & sign);
                let (sum, carry_on) = sum.overflowing_add(u64::from(signs));
                signs = carry | carry_on;
                words -= (sum & !sign & !solid).count_ones();
            }
            block += 1;
        }
        words - u32::from(signs)
    }

    #[inline]
    fn look_at(&mut self, block: usize) {
        if self.block != block {
            self.block = block;
            self.solid = mask(self.text, block * BLOCK, &|byte| !space(byte));
            self.letters = mask(self.text, block * BLOCK, &letter_or_digit);
        }
    }
}

/// The bits of a part in the mask of the block that begins at `at`, which it touches.
fn bits_within(part: &Range<usize>, at: usize) -> u64 {
    let before = part.start.saturating_sub(at);
    let after = (at + BLOCK).saturating_sub(part.end);
    u64::MAX << before & u64::MAX >> after
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
            assert_eq!(space(byte), char::from(byte).is_whitespace(), "{byte}");
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
        fn words_are_those_that_split_tells(
            text in "([ -~\t\n\u{b}]{0,9}|[-.]{0,80}|[a-z]{0,80}| |é){0,30}",
            lengths in prop::collection::vec(0..200_usize, 0..30),
        ) {
            let mut counter = WordCounter::new(&text);
            let mut end = 0;
            for length in lengths {
                let start = end;
                end = text.floor_char_boundary((start + length).min(text.len()));
                let part = &text[start..end];
                if part.is_ascii() {
                    let words = part.split_whitespace();
                    let expected = words.filter(|word| word.contains(char::is_alphanumeric)).count();
                    prop_assert_eq!(counter.count(start..end) as usize, expected);
                }
            }
        }
    }
}
