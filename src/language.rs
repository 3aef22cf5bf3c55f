//! Languages: how text falls into words, and which regular forms a word takes.
//!
//! What a language adds to words (the French `l'`, the English `'s`) and how it inflects is known for English, German, French and
//! Spanish; in other languages a word stands for itself.

mod words;

use std::borrow::Cow;

use frostem::{Algorithm, Stemmer};
use unicode_normalization::{UnicodeNormalization, is_nfc};

pub use words::{Gap, Room, Words};

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
    fn a_text_is_shortened_to_whole_words_and_to_no_less_than_it_has_room_for() {
        assert_eq!(shorten(" one \n two,  three", 9), "one two…");
        assert_eq!(shorten("one two,", 8), "one two,");
        assert_eq!(shorten("one two, x", 8), "one…");
        assert_eq!(shorten("one twos x", 8), "one…");
        assert_eq!(shorten("価値の創造", 3), "価値の…");
        assert_eq!(shorten("", 3), "");
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
