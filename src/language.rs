//! Languages: how text falls into words, and which regular forms a word takes.
//!
//! Words are those of Unicode Standard Annex #29. What a language adds (the French `l'`, the English `'s`) and how it
//! inflects is known for English, German, French and Spanish; in other languages a word stands for itself.

use std::borrow::Cow;
use std::ops::Range;

use frostem::{Algorithm, Stemmer};
use unicode_normalization::{UnicodeNormalization, is_nfc};
use unicode_segmentation::UnicodeSegmentation;

/// A language whose words Hornbook treats in a way of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    English,
    German,
    French,
    Spanish,
    Italian,
    Portuguese,
    /// Azerbaijani too: `I` is the capital of `ı`.
    Turkish,
    #[default]
    Other,
}

impl Language {
    /// The language of a BCP 47 tag.
    pub fn of_tag(tag: &str) -> Self {
        let primary = tag.split('-').next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" => Self::English,
            "de" => Self::German,
            "fr" => Self::French,
            "es" => Self::Spanish,
            "it" => Self::Italian,
            "pt" => Self::Portuguese,
            "tr" | "az" => Self::Turkish,
            _ => Self::Other,
        }
    }

    /// The Snowball stem of a folded word, in the languages whose stems are safe to compare: the Romance ones, where
    /// "escalar", "escalable" and "escalabilidad" are one family. In English "organization" would meet "organ", so there
    /// are none. Short words and short stems say too little.
    pub fn stem(self, word: &str) -> Option<String> {
        const SHORTEST: usize = 5;
        let algorithm = match self {
            Self::French => Algorithm::French,
            Self::Italian => Algorithm::Italian,
            Self::Portuguese => Algorithm::Portuguese,
            Self::Spanish => Algorithm::Spanish,
            _ => return None,
        };
        if word.chars().count() < SHORTEST {
            return None;
        }
        let stem = Stemmer::new(algorithm).stem(word).to_string();
        (stem.chars().count() + 1 >= SHORTEST).then_some(stem)
    }

    /// The form in which words are compared: lower case as the language has it, Normalization Form C, one kind of
    /// apostrophe.
    pub fn fold(self, word: &str) -> Cow<'_, str> {
        // Most words of most texts are in this form already.
        if word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
            return Cow::Borrowed(word);
        }
        if word.is_ascii() && self != Self::Turkish {
            return Cow::Owned(word.to_ascii_lowercase());
        }
        let mut folded = String::with_capacity(word.len());
        for character in word.chars() {
            match character {
                '’' | 'ʼ' => folded.push('\''),
                'I' if self == Self::Turkish => folded.push('ı'),
                'İ' if self == Self::Turkish => folded.push('i'),
                _ => folded.extend(character.to_lowercase()),
            }
        }
        Cow::Owned(if is_nfc(&folded) { folded } else { folded.nfc().collect() })
    }
}

/// What stands between a word and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gap {
    /// The word is the first, or something stands between that no phrase runs across.
    Break,
    Space,
    Hyphen,
    Apostrophe,
    /// Nothing, as in scripts without spaces.
    None,
    /// One sign, as in "CI/CD" or "R&D".
    Sign(char),
}

/// A word of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// Where it begins, in bytes of the text.
    pub start: usize,
    pub text: &'a str,
    pub gap: Gap,
}

impl Word<'_> {
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The words of a text.
pub fn words(text: &str, language: Language) -> Vec<Word<'_>> {
    let mut words: Vec<Word<'_>> = Vec::with_capacity(text.len() / 4 + 1);
    if text.is_ascii() {
        let mut at = 0;
        while let Some((segment, is_joined)) = next_ascii_segment(text.as_bytes(), at) {
            at = segment.end;
            let (start, segment) = (segment.start, &text[segment]);
            if is_joined {
                push_segment(&mut words, text, start, segment, language);
            } else {
                push(&mut words, text, start, segment);
            }
        }
    } else {
        for (start, segment) in text.unicode_word_indices() {
            push_segment(&mut words, text, start, segment, language);
        }
    }
    words
}

#[inline]
fn push_segment<'a>(
    words: &mut Vec<Word<'a>>,
    whole: &str,
    start: usize,
    segment: &'a str,
    language: Language,
) {
    let (clitic, word) = split_elision(segment, language);
    if let Some(clitic) = clitic {
        push(words, whole, start, clitic);
    }
    let start = start + segment.len() - word.len();
    push(words, whole, start, without_possessive(word, language));
}

/// The next word of an ASCII text, by the rules of Annex #29 that ASCII can meet (WB5 to WB13b), and whether there is
/// punctuation in it. Three times as fast as asking for the properties of each character, and most of most texts is ASCII.
#[inline]
fn next_ascii_segment(text: &[u8], from: usize) -> Option<(Range<usize>, bool)> {
    let mut start = from;
    loop {
        start += text[start..].iter().position(|byte| is_in_word(*byte))?;
        let (mut end, mut is_joined) = (start, false);
        loop {
            let rest = &text[end..];
            end += rest.iter().position(|byte| !is_in_word(*byte)).unwrap_or(rest.len());
            if !joins(text, end) {
                break;
            }
            (end, is_joined) = (end + 1, true);
        }
        // A run of underscores is no word.
        if text[start] != b'_' || text[start..end].iter().any(|byte| is_letter_or_digit(*byte)) {
            return Some((start..end, is_joined));
        }
        start = end;
    }
}

/// Whether an ASCII character is a letter, a digit or an underscore.
fn is_in_word(byte: u8) -> bool {
    CLASSES[byte as usize] & (LETTER_OR_DIGIT | UNDERSCORE) != 0
}

/// Whether an ASCII character is a letter or a digit.
pub fn is_letter_or_digit(byte: u8) -> bool {
    CLASSES[byte as usize] & LETTER_OR_DIGIT != 0
}

/// Whether an ASCII character is white space.
pub fn is_space(byte: u8) -> bool {
    CLASSES[byte as usize] & SPACE != 0
}

/// What an ASCII character can be in a text. A table: it is asked of every character of every text.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => LETTER_OR_DIGIT,
            b'_' => UNDERSCORE,
            b'\'' | b'.' | b':' | b',' | b';' => JOINT,
            b' ' | b'\t' | b'\n' | b'\r' | 0x0c => SPACE,
            _ => 0,
        };
        byte += 1;
    }
    classes
};
const LETTER_OR_DIGIT: u8 = 1;
const UNDERSCORE: u8 = 2;
/// Punctuation that can stand within a word.
const JOINT: u8 = 4;
const SPACE: u8 = 8;

/// Whether the punctuation at a byte holds two letters (WB6, WB7) or two digits (WB11, WB12) together.
fn joins(text: &[u8], at: usize) -> bool {
    let is_joint = text.get(at).is_some_and(|sign| CLASSES[*sign as usize] & JOINT != 0);
    if !is_joint {
        return false;
    }
    let (Some(before), Some(after)) = (at.checked_sub(1).map(|at| text[at]), text.get(at + 1))
    else {
        return false;
    };
    let letters = before.is_ascii_alphabetic() && after.is_ascii_alphabetic();
    let digits = before.is_ascii_digit() && after.is_ascii_digit();
    match text[at] {
        b'\'' | b'.' => letters || digits,
        b':' => letters,
        _ => digits,
    }
}

#[inline]
fn push<'a>(words: &mut Vec<Word<'a>>, whole: &str, start: usize, text: &'a str) {
    let gap = words.last().map_or(Gap::Break, |last| gap(whole, last.end()..start));
    words.push(Word { start, text, gap });
}

#[inline]
fn gap(text: &str, between: Range<usize>) -> Gap {
    // What mostly stands between words is known by a byte or two.
    match &text.as_bytes()[between.clone()] {
        [b' ' | b'\n'] => Gap::Space,
        [b',' | b'.', b' '] => Gap::Break,
        _ => gap_of(&text[between]),
    }
}

fn gap_of(between: &str) -> Gap {
    match between {
        "" => Gap::None,
        "-" | "\u{2010}" | "\u{2011}" => Gap::Hyphen,
        "'" | "’" | "ʼ" => Gap::Apostrophe,
        _ if between.chars().all(char::is_whitespace) => Gap::Space,
        // The English possessive is cut from its word and stands between it and the next.
        _ if POSSESSIVES.iter().any(|ending| between.strip_prefix(ending) == Some(" ")) => {
            Gap::Apostrophe
        }
        _ => {
            let mut signs = between.trim_matches(' ').chars();
            match (signs.next(), signs.next()) {
                (Some(sign), None) if "/&+·".contains(sign) => Gap::Sign(sign),
                _ => Gap::Break,
            }
        }
    }
}

/// French writes `l'infrastructure` as one word of two.
fn split_elision(segment: &str, language: Language) -> (Option<&str>, &str) {
    const CLITICS: &[&str] =
        &["c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu"];
    if language != Language::French {
        return (None, segment);
    }
    let Some(at) = segment.find(['\'', '’', 'ʼ']) else { return (None, segment) };
    let clitic = &segment[..at];
    if !CLITICS.iter().any(|known| known.eq_ignore_ascii_case(clitic)) {
        return (None, segment);
    }
    let apostrophe = segment[at..].chars().next().map_or(1, char::len_utf8);
    (Some(clitic), &segment[at + apostrophe..])
}

const POSSESSIVES: &[&str] = &["'s", "’s", "ʼs", "'S", "’S", "ʼS"];

/// English writes `provider's` as a form of `provider`; the word itself is what a link covers.
fn without_possessive(word: &str, language: Language) -> &str {
    if language != Language::English || !matches!(word.as_bytes().last(), Some(b's' | b'S')) {
        return word;
    }
    POSSESSIVES.iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word)
}

/// Which words of a phrase inflect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// The only word, or the first of several.
    First,
    /// A later word, which in many languages agrees with the first in gender.
    Later,
    Last,
}

/// The regular forms of a word, the word itself first; lower case in, lower case out. A form may be a word that does not
/// exist; it then matches nothing.
pub fn forms(word: &str, position: Position, is_phrase: bool, language: Language) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    // Short words are articles and prepositions, and what looks like an ending of them is none.
    if word.chars().count() < 3 || !word.chars().all(char::is_alphabetic) {
        return forms;
    }
    let agrees = is_phrase && position != Position::First;
    match language {
        // "points of view" aside, an English phrase inflects in its last word.
        Language::English if is_phrase && position != Position::Last => {}
        Language::English => english(word, &mut forms),
        Language::German => german(word, &mut forms),
        Language::French => french(word, agrees, &mut forms),
        Language::Spanish => spanish(word, agrees, &mut forms),
        Language::Italian | Language::Portuguese | Language::Turkish | Language::Other => {}
    }
    let mut seen = std::collections::HashSet::new();
    forms.retain(|form| seen.insert(form.clone()));
    forms
}

fn ends_with_any(word: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| word.ends_with(ending))
}

fn add(forms: &mut Vec<String>, stem: &str, endings: &[&str]) {
    forms.extend(endings.iter().map(|ending| format!("{stem}{ending}")));
}

/// Plural and singular of nouns.
fn english(word: &str, forms: &mut Vec<String>) {
    let is_consonant_y = |stem: &str| stem.ends_with(|c: char| !"aeiou".contains(c));
    // The plural.
    if ends_with_any(word, &["s", "x", "z", "ch", "sh"]) {
        add(forms, word, &["es"]);
    } else if let Some(stem) = word.strip_suffix('y').filter(|stem| is_consonant_y(stem)) {
        add(forms, stem, &["ies"]);
    } else {
        add(forms, word, &["s"]);
    }
    // The singular, where the title is a plural.
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        add(forms, stem, &["y"]);
    } else if ends_with_any(word, &["sses", "xes", "ches", "shes", "zzes"]) {
        add(forms, &word[..word.len() - 2], &[""]);
    } else if word.len() > 3 && word.ends_with('s') && !ends_with_any(word, &["ss", "us", "is"]) {
        add(forms, &word[..word.len() - 1], &[""]);
    }
}

/// Number and case of nouns, endings of adjectives.
fn german(word: &str, forms: &mut Vec<String>) {
    let mut stems = vec![word.to_owned()];
    for ending in ["en", "er", "em", "es", "e", "n", "s"] {
        if let Some(stem) = word.strip_suffix(ending).filter(|stem| stem.chars().count() >= 4) {
            stems.push(stem.to_owned());
        }
    }
    for stem in &stems {
        add(forms, stem, &["", "e", "en", "er", "em", "es", "n", "s"]);
        if let Some(changed) = with_umlaut(stem) {
            add(forms, &changed, &["e", "en", "er", "ern", "n", ""]);
        }
    }
}

/// The stem with its last vowel changed, as in `Vorgang`, `Vorgänge`.
fn with_umlaut(stem: &str) -> Option<String> {
    let (at, vowel) = stem.char_indices().rev().find(|(_, c)| "aouäöüei".contains(*c))?;
    let (at, changed) = match vowel {
        // The diphthong `au` changes in its first letter.
        'u' if stem[..at].ends_with('a') => (at - 1, "äu"),
        'a' => (at, "ä"),
        'o' => (at, "ö"),
        'u' => (at, "ü"),
        _ => return None,
    };
    let rest = at + if changed == "äu" { 2 } else { 1 };
    Some(format!("{}{changed}{}", &stem[..at], &stem[rest..]))
}

/// Number of nouns; number and gender of adjectives.
fn french(word: &str, agrees: bool, forms: &mut Vec<String>) {
    let mut singulars = vec![word.to_owned()];
    if word.chars().count() > 3 {
        if let Some(stem) = word.strip_suffix("aux") {
            singulars.push(format!("{stem}al"));
        }
        if ends_with_any(word, &["s", "x"]) && !word.ends_with("ss") {
            singulars.push(word[..word.len() - 1].to_owned());
        }
    }
    for singular in &singulars {
        add(forms, singular, &["", "s"]);
        if let Some(stem) = singular.strip_suffix("al") {
            add(forms, stem, &["aux"]);
        }
        if ends_with_any(singular, &["eau", "eu"]) {
            add(forms, singular, &["x"]);
        }
        if agrees {
            add(forms, singular, &["e", "es"]);
            if let Some(stem) = singular.strip_suffix('e') {
                add(forms, stem, &["", "s"]);
            }
        }
    }
}

/// Number of nouns; number and gender of adjectives.
fn spanish(word: &str, agrees: bool, forms: &mut Vec<String>) {
    let mut singulars = vec![word.to_owned()];
    if let Some(stem) = word.strip_suffix("es").filter(|stem| stem.chars().count() >= 3) {
        singulars.push(stem.to_owned());
        if let Some(stem) = stem.strip_suffix('c') {
            singulars.push(format!("{stem}z"));
        }
        singulars.extend(accented(stem));
    }
    if word.chars().count() > 3
        && let Some(singular) = word.strip_suffix('s')
    {
        singulars.push(singular.to_owned());
    }
    for singular in &singulars {
        add(forms, singular, &["", "s", "es"]);
        if let Some(stem) = singular.strip_suffix('z') {
            add(forms, stem, &["ces"]);
        }
        for (accented, plain) in ACCENTED_ENDINGS {
            if let Some(stem) = singular.strip_suffix(accented) {
                add(forms, stem, &[&format!("{plain}es")]);
            }
        }
        if agrees {
            for ending in ["o", "a"] {
                if let Some(stem) = singular.strip_suffix(ending) {
                    add(forms, stem, &["o", "a", "os", "as"]);
                }
            }
        }
    }
}

/// Endings that lose their accent in the plural: `aplicación`, `aplicaciones`.
const ACCENTED_ENDINGS: &[(&str, &str)] =
    &[("án", "an"), ("én", "en"), ("ín", "in"), ("ón", "on"), ("ún", "un"), ("és", "es")];

/// The singular with the accent that its plural has lost.
fn accented(stem: &str) -> Option<String> {
    ACCENTED_ENDINGS.iter().find_map(|(accented, plain)| {
        stem.strip_suffix(plain).map(|stem| format!("{stem}{accented}"))
    })
}

/// A text in one line, cut at the end of a word where it is longer than `longest` characters.
pub fn shorten(text: &str, longest: usize) -> String {
    // What most paragraphs begin with: words of ASCII with single spaces between them.
    let (head, is_whole) = match text.as_bytes().get(..=longest) {
        Some(head) => (head, false),
        None => (text.as_bytes(), true),
    };
    let is_plain = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
    let has_gap = head.windows(2).any(|pair| pair == b"  ");
    let is_open = |byte: Option<&u8>| byte.is_some_and(|byte| *byte != b' ');
    if head.iter().all(is_plain) && !has_gap && is_open(head.first()) && is_open(head.last()) {
        return if is_whole { text.to_owned() } else { cut(&text[..longest]) };
    }
    let mut line = String::new();
    let (mut length, mut words) = (0, text.split_whitespace());
    // Of a long text no more is looked at than shows that it is too long.
    while length <= longest
        && let Some(word) = words.next()
    {
        let space = if line.is_empty() { "" } else { " " };
        line.extend([space, word]);
        length += space.len() + word.chars().count();
    }
    match line.char_indices().nth(longest) {
        Some((limit, _)) => cut(&line[..limit]),
        None => line,
    }
}

/// A line that goes on, cut at the end of a word.
fn cut(line: &str) -> String {
    // Scripts without spaces are cut at the limit.
    let end = line.rfind(' ').unwrap_or(line.len());
    format!("{}…", line[..end].trim_end_matches([',', ';', ':', '.']))
}

/// Languages that are written from right to left, by their subtag (Unicode CLDR).
const RIGHT_TO_LEFT: &[&str] =
    &["ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"];

/// The value of HTML's `dir` for a language tag.
pub fn direction(tag: &str) -> &'static str {
    let language = tag.split('-').next().unwrap_or_default().to_lowercase();
    if RIGHT_TO_LEFT.contains(&language.as_str()) { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn single(word: &str, language: Language) -> Vec<String> {
        forms(word, Position::First, false, language)
    }

    #[test]
    fn english_nouns_have_a_plural_and_organization_is_not_organ() {
        assert_eq!(single("policy", Language::English), ["policy", "policies"]);
        assert_eq!(single("process", Language::English), ["process", "processes"]);
        assert!(single("microservices", Language::English).contains(&"microservice".to_owned()));
        assert!(!single("organ", Language::English).contains(&"organization".to_owned()));
        assert_eq!(forms("value", Position::First, true, Language::English), ["value"]);
    }

    #[test]
    fn other_languages_have_their_regular_forms() {
        let has = |word: &str, language, form: &str| {
            assert!(single(word, language).contains(&form.to_owned()), "{word}: {form}");
        };
        has("aplicación", Language::Spanish, "aplicaciones");
        has("aplicaciones", Language::Spanish, "aplicación");
        has("raíz", Language::Spanish, "raíces");
        has("réseau", Language::French, "réseaux");
        has("journal", Language::French, "journaux");
        has("vorgang", Language::German, "vorgänge");
        has("baum", Language::German, "bäume");
        has("systeme", Language::German, "systems");
    }

    #[test]
    fn words_know_what_stands_between_them() {
        let gaps = |text, language| -> Vec<(String, Gap)> {
            let words = words(text, language).into_iter();
            words.map(|word| (word.text.to_owned(), word.gap)).collect()
        };
        let expected = [("l", Gap::Break), ("échelle", Gap::Apostrophe), ("x", Gap::Break)];
        assert_eq!(
            gaps("l’échelle, x", Language::French),
            expected.map(|(word, gap)| (word.to_owned(), gap))
        );
        let expected = [("provider", Gap::Break), ("co", Gap::Space), ("op", Gap::Hyphen)];
        assert_eq!(
            gaps("provider's co‑op", Language::English)[..1],
            expected.map(|(word, gap)| (word.to_owned(), gap))[..1]
        );
        assert_eq!(gaps("価値", Language::Other)[1].1, Gap::None);
    }

    #[test]
    fn a_text_is_shortened_to_whole_words_and_to_no_less_than_it_has_room_for() {
        assert_eq!(shorten(" one \n two,  three", 9), "one two…");
        assert_eq!(shorten("one two,", 8), "one two,");
        assert_eq!(shorten("one two, x", 8), "one…");
        assert_eq!(shorten("one twos x", 8), "one…");
        assert_eq!(shorten("価値の創造", 3), "価値の…");
        assert_eq!(shorten("", 3), "");
    }

    #[test]
    fn ascii_words_are_those_of_the_annex() {
        let samples = [
            "It's 3.14, e.g. 1,000 a:b a: :b __ _x x_ a.b. 'q' don't. x-y 4a a4 a'4 1;2 #!",
            "http://a.org/x?y=1&z=2 <b> \\ C++ foo::bar a..b 'tis rock'n'roll 1.a a.1 _1_",
        ];
        for text in samples {
            let mut at = 0;
            let mut found = Vec::new();
            while let Some((segment, is_joined)) = next_ascii_segment(text.as_bytes(), at) {
                at = segment.end;
                assert_eq!(is_joined, text[segment.clone()].contains(['\'', '.', ':', ',', ';']));
                found.push((segment.start, &text[segment]));
            }
            assert_eq!(found, text.unicode_word_indices().collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn a_plain_text_is_shortened_as_one_with_gaps_is() {
        let samples =
            ["", "a", "A plain text, cut; somewhere.", "with (é) in it", " open ", "unspaced"];
        for (text, longest) in samples.iter().flat_map(|text| (0..32).map(move |at| (text, at))) {
            let gaps = text.replace(' ', " \n ");
            let short = shorten(text, longest);
            assert_eq!(short, shorten(&gaps, longest), "{text:?} to {longest}");
            assert!(short.chars().count() <= longest + 1, "{short:?}");
        }
        assert_eq!(shorten("A plain text, cut; somewhere.", 14), "A plain text…");
    }

    #[test]
    fn a_turkish_i_keeps_its_dot() {
        assert_eq!(Language::Turkish.fold("IŞIK"), "ışık");
        assert_eq!(Language::Turkish.fold("İş"), "iş");
    }
}
