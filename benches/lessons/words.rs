//! Made-up words that follow Zipf's law, and random numbers that are the same everywhere.
//!
//! The word of rank n comes up about 1/n as often as the first one, as in any language; so a search index has a few very
//! long lists, and thousands of words that stand on a page or two. Words that come up often are short.

use std::sync::LazyLock;

const COUNT: usize = 30_000;
const ONSETS: [&str; 20] = [
    "b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "br", "gr", "pl",
    "st", "tr",
];
const VOWELS: [&str; 5] = ["a", "e", "i", "o", "u"];
const CODAS: [&str; 4] = ["n", "", "r", "l"];

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::new);

/// The words by rank.
struct Vocabulary {
    words: Vec<String>,
    /// The sums of the weights up to each word. Whole numbers, because floating point differs between machines.
    sums: Vec<u64>,
}

impl Vocabulary {
    fn new() -> Self {
        let mut sum = 0;
        let sums = (1..=COUNT as u64).map(|rank| {
            sum += (1 << 32) / rank;
            sum
        });
        Self { sums: sums.collect(), words: (0..COUNT).map(word).collect() }
    }
}

/// The word of a rank: the rank's own digits, read as syllables. No two ranks have the same.
fn word(rank: usize) -> String {
    let base = ONSETS.len() * VOWELS.len();
    let mut left = rank + 1;
    let mut word = String::new();
    while left > 0 {
        let syllable = (left - 1) % base;
        word.push_str(ONSETS[syllable % ONSETS.len()]);
        word.push_str(VOWELS[syllable / ONSETS.len()]);
        left = (left - 1) / base;
    }
    word + CODAS[rank % CODAS.len()]
}

/// As many words, with spaces between them.
pub fn words(random: &mut Random, count: usize) -> String {
    let Vocabulary { words, sums } = &*VOCABULARY;
    let all = sums.last().copied().unwrap_or(1);
    let mut text = String::with_capacity(count * 6);
    for at in 0..count {
        if at > 0 {
            text.push(' ');
        }
        let drawn = random.next() % all;
        text.push_str(&words[sums.partition_point(|sum| *sum <= drawn)]);
    }
    text
}

/// SplitMix64: the same numbers everywhere.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}
