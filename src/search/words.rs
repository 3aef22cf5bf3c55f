//! Words of the search index: how a text falls into what can be searched for.
//!
//! The theme's `find.js` takes a learner's query apart by the same rules; the table `tests/search.json` holds the two
//! together.
//!
//! 1. Folding: compatibility decomposition (Unicode Standard Annex #15), lower case, no accents, vowel signs of Hebrew and
//!    Arabic or invisible signs, and one spelling for letters that have several.
//! 2. A word is a run of letters, digits and marks. An apostrophe inside is left out, and so are short words that it binds to
//!    the next ("l'eau": `eau`). Two words with a hyphen between them
//!    are also one ("co-creation": `co`, `creation`, `cocreation`), and so is a short name with its sign (`c++`, `c#`).
//! 3. Scripts that put no spaces between words give pairs of neighbouring characters, and the last one alone, so that
//!    each character begins something.
//! 4. Arabic words lose their article.
//!
//! Each word has a position, counted from 0; two words that follow one another are a phrase.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::ascii::{Runs, letter_or_digit};

/// A longer word is cut, in characters.
const LONGEST: usize = 32;

/// Calls `take` with each word of a text and its position, and returns the position after the last.
pub fn words(text: &str, start: u32, mut take: impl FnMut(&str, u32)) -> u32 {
    let folded = fold(text);
    let mut reader = Reader { position: start, joined: String::new(), joins: false };
    if folded.is_ascii() {
        reader.ascii(&folded, &mut take);
    } else {
        reader.text(&folded, &mut take);
    }
    reader.position
}

/// Reads words one after the other.
struct Reader {
    position: u32,
    /// The last word that a hyphen followed.
    joined: String,
    /// Whether only the hyphen stands between that word and the next.
    joins: bool,
}

impl Reader {
    fn text(&mut self, text: &str, take: &mut impl FnMut(&str, u32)) {
        let mut rest = text;
        while let Some(begin) = rest.find(is_word) {
            self.joins &= begin == 0 || is_hyphen(&rest[..begin]);
            let run;
            (run, rest) = rest[begin..].split_at(run_end(&rest[begin..]));
            if run.starts_with(is_unspaced) {
                self.unspaced(run, take);
            } else {
                self.word(&bare(run), (rest, 0), take);
            }
        }
    }

    /// The same for ASCII, where a look at a byte is enough; most texts are.
    fn ascii(&mut self, text: &str, take: &mut impl FnMut(&str, u32)) {
        let mut runs = Runs::new(text, letter_or_digit);
        let mut at = 0;
        while let Some(run) = runs.next() {
            // Of one sign: it was a hyphen if there was a word that it may join.
            self.joins &= run.start == at + 1;
            let (mut end, mut is_bound) = (run.end, false);
            while binds(text.as_bytes(), end) {
                // The next run begins right behind the apostrophe.
                (end, is_bound) = (runs.next().map_or(end + 1, |next| next.end), true);
            }
            let run = &text[run.start..end];
            if is_bound {
                self.word(&bare(run), (text, end), take);
            } else {
                self.word(run, (text, end), take);
            }
            at = end;
        }
    }

    /// Takes a word that has no apostrophes left, and ends at a place of a text.
    #[inline]
    fn word(&mut self, bare: &str, (text, end): (&str, usize), take: &mut impl FnMut(&str, u32)) {
        let word = cut(bare);
        if self.joins {
            self.joined.push_str(word);
            take(cut(&self.joined), self.position - 1);
        }
        take(word, self.position);
        self.joins = false;
        // Hardly anything but a space follows, a full stop or a comma.
        if let Some(b'+' | b'#' | b'-' | 0x80..) = text.as_bytes().get(end) {
            self.sign(word, &text[end..], take);
        }
        self.position += 1;
    }

    /// Sees what follows a word without a space.
    fn sign(&mut self, word: &str, rest: &str, take: &mut impl FnMut(&str, u32)) {
        if let Some(name) = name_with_sign(word, rest) {
            take(&name, self.position);
        }
        if rest.starts_with(HYPHENS) {
            self.joins = true;
            self.joined.clear();
            self.joined.push_str(word);
        }
    }

    fn unspaced(&mut self, run: &str, take: &mut impl FnMut(&str, u32)) {
        self.joins = false;
        let mut places = run.char_indices().map(|(at, _)| at).chain([run.len()]);
        let (mut one, mut two) = (places.next(), places.next());
        while let (Some(begin), Some(end)) = (one, two) {
            let next = places.next();
            take(&run[begin..next.unwrap_or(end)], self.position);
            self.position += 1;
            (one, two) = (two, next);
        }
    }
}

/// Whether an apostrophe at a byte of an ASCII text stands before a letter or digit.
fn binds(text: &[u8], at: usize) -> bool {
    text.get(at) == Some(&b'\'') && text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric)
}

/// Where the run of word characters at the beginning of a text ends. Scripts with and without spaces are runs apart.
fn run_end(text: &str) -> usize {
    let unspaced = text.starts_with(is_unspaced);
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let inside = if is_apostrophe(character) {
            !unspaced
                && characters.peek().is_some_and(|(_, next)| is_word(*next) && !is_unspaced(*next))
        } else {
            is_word(character) && is_unspaced(character) == unspaced
        };
        if !inside {
            return at;
        }
    }
    text.len()
}

/// What French and Italian put before a word that begins with a vowel.
const ELISIONS: [&str; 17] = [
    "l", "d", "j", "qu", "n", "s", "c", "m", "t", "jusqu", "lorsqu", "puisqu", "un", "all", "dell",
    "nell", "sull",
];

fn without_elision(run: &str) -> &str {
    let rest = run.split_once(is_apostrophe).filter(|(first, _)| ELISIONS.contains(first));
    rest.map_or(run, |(_, rest)| rest)
}

/// A run without its apostrophes, and without an article that is written as one with it.
fn bare(run: &str) -> Cow<'_, str> {
    if run.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Cow::Borrowed(run);
    }
    match without_apostrophes(without_elision(run)) {
        Cow::Borrowed(bare) => Cow::Borrowed(without_article(bare)),
        bare => bare,
    }
}

fn without_apostrophes(run: &str) -> Cow<'_, str> {
    if run.contains(is_apostrophe) {
        Cow::Owned(run.chars().filter(|c| !is_apostrophe(*c)).collect())
    } else {
        Cow::Borrowed(run)
    }
}

/// The article, also behind "and", "with", "as", "so" and "for", which are written as one with it.
const ARTICLES: [&str; 6] = ["وال", "بال", "كال", "فال", "ال", "لل"];

fn without_article(word: &str) -> &str {
    const SHORTEST: usize = 3;
    let bare = ARTICLES.iter().find_map(|article| word.strip_prefix(article));
    bare.filter(|bare| bare.chars().count() >= SHORTEST).unwrap_or(word)
}

/// "c" before "++" or "#": the name of a language.
fn name_with_sign(word: &str, rest: &str) -> Option<String> {
    const LONGEST_NAME: usize = 3;
    if !matches!(rest.as_bytes().first(), Some(b'+' | b'#')) {
        return None;
    }
    let signs: String = rest.chars().take_while(|c| matches!(c, '+' | '#')).take(2).collect();
    let fits = word.len() <= LONGEST_NAME && word.is_ascii();
    fits.then(|| format!("{word}{signs}"))
}

#[inline]
fn cut(word: &str) -> &str {
    if word.len() <= LONGEST {
        return word;
    }
    word.char_indices().nth(LONGEST).map_or(word, |(end, _)| &word[..end])
}

const HYPHENS: [char; 3] = ['-', '\u{2010}', '\u{2011}'];

fn is_hyphen(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|c| HYPHENS.contains(&c)) && characters.next().is_none()
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | 'ʼ')
}

fn is_word(character: char) -> bool {
    // The apostrophe that is a letter for Unicode (U+02BC) is none at the beginning of a word.
    (character.is_alphanumeric() && character != 'ʼ')
        || (!character.is_ascii() && is_combining_mark(character))
}

/// Whether a script has no spaces between its words: Thai, Lao, Burmese, Khmer, kana, Chinese characters.
fn is_unspaced(character: char) -> bool {
    matches!(
        character,
        '\u{e00}'..='\u{eff}'
            | '\u{1000}'..='\u{109f}'
            | '\u{1780}'..='\u{17ff}'
            | '\u{3005}'..='\u{3007}'
            | '\u{3041}'..='\u{30ff}'
            | '\u{31f0}'..='\u{31ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}'
    )
}

/// The form in which words are compared.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    if text.is_ascii() {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (ascii, other) =
            rest.split_at(rest.bytes().position(|b| !b.is_ascii()).unwrap_or(rest.len()));
        let start = folded.len();
        folded.push_str(ascii);
        folded[start..].make_ascii_lowercase();
        let (other, after) =
            other.split_at(other.bytes().position(|b| b.is_ascii()).unwrap_or(other.len()));
        fold_into(other, &mut folded);
        rest = after;
    }
    Cow::Owned(folded)
}

/// Folds what is not ASCII. Of ASCII only letters with accents would be composed, and those lose theirs.
fn fold_into(text: &str, folded: &mut String) {
    let mut plain = String::with_capacity(text.len());
    for character in text.nfkd().flat_map(char::to_lowercase) {
        match character {
            // Accents; the vowel signs of Hebrew and Arabic, the Arabic stroke that stretches; what is invisible.
            '\u{300}'..='\u{36f}'
            | '\u{591}'..='\u{5c7}'
            | '\u{640}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2060}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' => {}
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'þ' => plain.push_str("th"),
            'ø' => plain.push('o'),
            'đ' | 'ð' => plain.push('d'),
            'ł' => plain.push('l'),
            'ı' => plain.push('i'),
            'ς' => plain.push('σ'),
            'ى' => plain.push('ي'),
            'ة' => plain.push('ه'),
            _ => plain.push(character),
        }
    }
    // Syllables and voiced kana that the decomposition took apart.
    folded.extend(plain.nfc());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> String {
        let mut all = Vec::new();
        words(text, 0, |word, position| all.push(format!("{word}{position}")));
        all.join(" ")
    }

    #[test]
    fn words_have_positions() {
        assert_eq!(all("The Value, of a service."), "the0 value1 of2 a3 service4");
        assert_eq!(words("one two", 5, |_, _| {}), 7);
    }

    #[test]
    fn hyphens_join_and_separate() {
        assert_eq!(all("co-creation is"), "co0 cocreation0 creation1 is2");
        assert_eq!(all("a - b -c"), "a0 b1 c2");
    }

    #[test]
    fn characters_without_spaces_are_pairs() {
        assert_eq!(all("価値の創造"), "価値0 値の1 の創2 創造3 造4");
        assert_eq!(all("ITサービス"), "it0 サー1 ービ2 ビス3 ス4");
    }
}
