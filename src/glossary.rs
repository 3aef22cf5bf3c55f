//! The glossary: the forms by which terms are known, ready to be found in running text.
//!
//! A *form* is what a term is called: its title or an alias. Its words become *lexemes*, each known by all its regular
//! inflections; forms are kept in a tree of lexemes, so that the longest one that begins at a word is found by following
//! the words of the text. Of a definition only its first word matters, which tells verbs: the hash stays when one is edited.

use std::hash::Hash;

use ahash::{AHashMap as HashMap, AHashSet as HashSet};
use xxhash_rust::xxh3::Xxh3;

use crate::address::{file_slug, name_key, split_number};
use crate::language::{Gap, Language, Position, Words, forms};
use crate::lesson::{Lesson, Role, TermLink};
use crate::parse::stem;
use crate::source::{Place, SourcePath};

/// An index into [`Glossary::terms`].
pub type TermId = u32;
/// An index into [`Glossary::forms`].
pub type FormId = u32;
/// A word of a form with its inflections.
pub type LexemeId = u32;
type NodeId = u32;

const ROOT: NodeId = 0;

/// What recognition has to know of a term.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Term {
    pub path: SourcePath,
    pub title: String,
    pub link: TermLink,
    /// What double brackets can call it beside its title: its aliases, its slug and the name of its file.
    pub names: Vec<String>,
    /// Its definition begins with "to": the term is a verb, or can be one.
    pub is_verb: bool,
}

/// Something that a term is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub term: TermId,
    /// As the author wrote it.
    pub text: String,
    pub place: Place,
    /// Signs that belong to the name and to none of its words: the period of ".NET", the signs of "C++".
    pub before: String,
    pub after: String,
}

impl Form {
    /// Whether the signs of the name stand around a place in a text.
    pub fn fits_between(&self, before: &str, after: &str) -> bool {
        before.ends_with(&self.before) && after.starts_with(&self.after)
    }
}

/// A search for forms, kept from one to the next.
#[derive(Debug, Default)]
pub struct Search {
    /// The forms found, the longest first, each with how many words it has.
    pub found: Vec<(usize, FormId)>,
    /// Where in the tree the words so far can lead, and where with one more.
    nodes: Vec<NodeId>,
    next: Vec<NodeId>,
}

/// A word of a text that can be a word of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit<'g> {
    /// Which word of the text it is.
    pub word: usize,
    /// All that it can be.
    lexemes: &'g [LexemeId],
}

/// A word of a form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Lexeme {
    /// Folded.
    word: String,
    /// How it must be written, where that matters: acronyms, and terms with `case_sensitive`.
    exact: Option<String>,
    /// German nouns are written with a capital, and other words that look like them are not.
    is_capital: bool,
}

/// All terms of a course and the tree of their forms.
#[derive(Clone, Debug, Default)]
pub struct Glossary {
    pub language: Language,
    pub terms: Vec<Term>,
    pub forms: Vec<Form>,
    lexemes: Vec<Lexeme>,
    /// The lexemes that a folded word of a text can be.
    surfaces: HashMap<String, Vec<LexemeId>>,
    sieve: Sieve,
    /// The lexemes of a stem, in the languages that have them; asked when a word is no surface.
    stems: HashMap<String, Vec<LexemeId>>,
    /// How the words with stems begin: what begins in no such way needs no stemming.
    beginnings: HashSet<String>,
    edges: HashMap<(NodeId, Gap, LexemeId), NodeId>,
    /// The forms that end at a node: several where signs tell them apart, as "C++" and "C#".
    ends: Vec<Vec<FormId>>,
    /// Terms by title, alias and slug, as `[[…]]` names them.
    names: HashMap<String, TermId>,
    /// Terms by their file.
    paths: HashMap<SourcePath, TermId>,
    /// Of everything that decides what is recognised.
    pub hash: u128,
}

impl Glossary {
    /// Collects the forms of all terms. Terms are in the order of the lessons.
    pub fn new<'a>(lessons: impl IntoIterator<Item = &'a Lesson>, language: Language) -> Self {
        let mut builder = Builder {
            glossary: Self { language, ends: vec![Vec::new()], ..Self::default() },
            known: HashMap::default(),
        };
        for lesson in lessons.into_iter().filter(|lesson| lesson.role == Role::Term) {
            builder.add_term(lesson);
        }
        let mut glossary = builder.glossary;
        glossary.hash = glossary.hash_of_forms();
        glossary
    }

    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    fn hash_of_forms(&self) -> u128 {
        let mut hasher = Xxh3::new();
        self.language.hash(&mut hasher);
        self.terms.hash(&mut hasher);
        for (form, text) in self.forms.iter().map(|form| (form.term, &form.text)) {
            (form, text).hash(&mut hasher);
        }
        self.lexemes.hash(&mut hasher);
        hasher.digest128()
    }

    /// The words that a form is found by: what stands before an explanation in brackets.
    pub fn words_of<'t>(&self, text: &'t str) -> Words<'t> {
        Words::of(spoken(text), self.language)
    }

    /// The term that a name in double brackets means.
    pub fn named(&self, name: &str) -> Option<TermId> {
        let name = name.split('#').next().unwrap_or_default();
        let last = match name.rsplit_once('/') {
            Some((folders, last)) if folders.split('/').any(is_glossary) => last,
            // A path that does not lead through the glossary is that of a lesson.
            Some(_) => return None,
            None => name,
        };
        let by_name = self.names.get(&name_key(name));
        let known = by_name.or_else(|| self.names.get(&file_slug(stem_of(last)))).copied();
        known.or_else(|| self.form_of(name).map(|form| self.forms[form as usize].term))
    }

    /// The term that a file explains.
    pub fn term_at(&self, path: &SourcePath) -> Option<TermId> {
        self.paths.get(path).copied()
    }

    /// The form that a name is, in whatever inflection.
    pub fn form_of(&self, name: &str) -> Option<FormId> {
        self.forms_of(name).next()
    }

    /// All forms that a name is; several where terms clash.
    pub fn forms_of(&self, name: &str) -> impl Iterator<Item = FormId> {
        let words = self.words_of(name);
        let count = words.len();
        let (before, after) = signs_around(&words);
        let hits = self.hits(&words);
        let is_first = hits.first().is_some_and(|hit| hit.word == 0);
        let found = if is_first { self.forms_at(&words, &hits) } else { Vec::new() };
        let found = found.into_iter().filter(move |(found, _)| *found == count);
        found.map(|(_, form)| form).filter(move |form| {
            let form = &self.forms[*form as usize];
            form.before == before && form.after == after
        })
    }

    /// The words of a text that can be words of forms. Most are none.
    pub fn hits(&self, words: &Words) -> Vec<Hit<'_>> {
        let mut hits = Vec::new();
        self.find_hits(words, &mut hits);
        hits
    }

    /// The same for one who asks of many texts: the list serves again and again.
    pub fn find_hits<'g>(&'g self, words: &Words, hits: &mut Vec<Hit<'g>>) {
        hits.clear();
        let text = words.text();
        // Folding can turn other letters into ASCII ones, and a Turkish `I` is no capital of one.
        let sifts = self.language != Language::Turkish;
        if sifts && self.stems.is_empty() && words.are_ascii() {
            // So are most texts: no word has to be asked whether it may be sifted.
            for (word, place) in words.places().enumerate() {
                let written = &text.as_bytes()[place.start..];
                if self.sieve.passes(written, place.len()) {
                    let lexemes = self.lexemes_of(&text[place], true);
                    hits.extend((!lexemes.is_empty()).then_some(Hit { word, lexemes }));
                }
            }
            return;
        }
        for (word, place) in words.places().enumerate() {
            let (length, rest) = (place.len(), &text.as_bytes()[place.start..]);
            let is_sifted = sifts && (words.are_ascii() || text[place.clone()].is_ascii());
            let may = !is_sifted || self.sieve.passes(rest, length);
            if may || !self.stems.is_empty() {
                let lexemes = self.lexemes_of(&text[place], may);
                hits.extend((!lexemes.is_empty()).then_some(Hit { word, lexemes }));
            }
        }
    }

    /// The forms that begin at the first of these hits, the longest first, each with how many words it has.
    pub fn forms_at(&self, words: &Words, hits: &[Hit]) -> Vec<(usize, FormId)> {
        let mut search = Search::default();
        self.search(words, hits, &mut search);
        search.found
    }

    /// The same for one who asks at every hit of a text: the lists of `search` serve again and again.
    pub fn search(&self, words: &Words, hits: &[Hit], search: &mut Search) {
        let Search { nodes, next, found } = search;
        found.clear();
        nodes.clear();
        nodes.push(ROOT);
        let first = hits.first().map_or(0, |hit| hit.word);
        for (at, hit) in hits.iter().enumerate().take_while(|(at, hit)| hit.word == first + at) {
            let gap = if at == 0 { Gap::Break } else { words.gap(hit.word) };
            if at > 0 && gap == Gap::Break {
                break;
            }
            next.clear();
            let word = words.word(hit.word);
            for lexeme in hit.lexemes.iter().filter(|id| self.fits(**id, word)) {
                let edges = nodes.iter().map(|node| (*node, gap, *lexeme));
                next.extend(edges.filter_map(|edge| self.edges.get(&edge).copied()));
            }
            if next.is_empty() {
                break;
            }
            let ends = next.iter().flat_map(|node| &self.ends[*node as usize]);
            found.extend(ends.map(|form| (at + 1, *form)));
            std::mem::swap(nodes, next);
        }
        // Of two forms as long as each other the one that was there first stays first.
        found.sort_by_key(|(count, form)| (std::cmp::Reverse(*count), *form));
    }

    /// The lexemes that a word can be; `may` says whether it may be a surface. Few words are asked about, and the loop over all
    /// of them stays small.
    #[inline(never)]
    fn lexemes_of(&self, word: &str, may: bool) -> &[LexemeId] {
        let folded = self.language.fold(word);
        let surface = may.then(|| self.surfaces.get(&*folded)).flatten();
        let found = surface.or_else(|| {
            let begins = beginning(&folded).is_some_and(|start| self.beginnings.contains(start));
            let stem = begins.then(|| self.language.stem(&folded)).flatten()?;
            self.stems.get(&stem)
        });
        found.map_or(&[], Vec::as_slice)
    }

    /// Whether a form, as it stands in a text, looks like a verb after the word before it: "we value", "to value". English
    /// nouns and verbs often look alike; in doubt a term is left unlinked, and its next use is not.
    pub fn looks_like_verb(&self, form: FormId, text: &str, before: &str) -> bool {
        const BEFORE_VERBS: &[&str] = &[
            "to", "can", "cannot", "could", "will", "would", "shall", "should", "may", "might",
            "must", "do", "does", "did", "not", "don't", "doesn't", "didn't", "won't", "let's",
            "i", "you", "we", "they", "who", "people",
        ];
        let form = &self.forms[form as usize];
        // A plural is no infinitive.
        let is_base = self.language.fold(text) == self.language.fold(spoken(&form.text));
        self.language == Language::English
            && is_base
            && !text.contains(' ')
            && !self.terms[form.term as usize].is_verb
            && BEFORE_VERBS.contains(&&*self.language.fold(before))
    }

    /// Whether a word is written as a lexeme demands.
    fn fits(&self, id: LexemeId, word: &str) -> bool {
        let lexeme = &self.lexemes[id as usize];
        if lexeme.is_capital && !word.starts_with(char::is_uppercase) {
            return false;
        }
        lexeme.exact.as_ref().is_none_or(|exact| {
            // "APIs" is the plural of an acronym.
            word == exact || word.strip_suffix('s') == Some(exact)
        })
    }
}

/// The first four letters of a word.
fn beginning(word: &str) -> Option<&str> {
    word.char_indices().nth(4).map(|(at, _)| &word[..at])
}

/// A table of bits that most words fall through: a word that leaves no mark where a form left one is no form. It saves
/// folding and hashing nine words in ten.
#[derive(Clone, Debug)]
struct Sieve(Box<[u64; Sieve::BITS / 64]>);

impl Default for Sieve {
    fn default() -> Self {
        Self(Box::new([0; Self::BITS / 64]))
    }
}

impl Sieve {
    const BITS: usize = 1 << 16;

    /// Where a word leaves its mark that is as long as this and begins a text: by its length and four of its letters,
    /// capitals like small ones. Without a branch, for no length can be foreseen.
    #[inline]
    fn mark(text: &[u8], length: usize) -> usize {
        const SMALL: u32 = 0x2020_2020;
        const FIRST: [u32; 4] = [0, 0xff, 0xffff, 0xff_ffff];
        let four = text.first_chunk().copied().unwrap_or_else(|| at_the_end(text));
        let first = (u32::from_le_bytes(four) | SMALL) & FIRST[length.min(3)];
        let last = u32::from(text[length - 1] | 0x20);
        let mixed = (first ^ last << 24).wrapping_add(length as u32).wrapping_mul(0x9e37_79b1);
        mixed as usize >> (32 - Self::BITS.ilog2())
    }

    fn add(&mut self, surface: &str) {
        if !surface.is_empty() {
            let mark = Self::mark(surface.as_bytes(), surface.len());
            self.0[mark / 64] |= 1 << (mark % 64);
        }
    }

    /// Whether the ASCII word that is as long as this and begins a text may be a form.
    #[inline]
    fn passes(&self, text: &[u8], length: usize) -> bool {
        let mark = Self::mark(text, length);
        self.0[mark / 64] & (1 << (mark % 64)) != 0
    }
}

/// The last bytes of a text, fewer than four.
#[cold]
#[inline(never)]
fn at_the_end(text: &[u8]) -> [u8; 4] {
    let mut four = [0; 4];
    four.iter_mut().zip(text).for_each(|(letter, byte)| *letter = *byte);
    four
}

fn names_of(lesson: &Lesson) -> Vec<String> {
    let aliases = lesson.front.aliases.iter().map(|alias| alias.value.clone());
    let slug = lesson.front.slug.iter().map(|slug| file_slug(&slug.value));
    aliases.chain(slug).chain([file_slug(stem(lesson.path.file_name()))]).collect()
}

fn is_glossary(folder: &str) -> bool {
    file_slug(split_number(folder).1) == "glossary"
}

fn stem_of(name: &str) -> &str {
    if name.ends_with(".md") || name.ends_with(".html") { stem(name) } else { name }
}

/// The signs at the edges of a name that are part of it.
fn signs_around(words: &Words) -> (String, String) {
    if words.is_empty() {
        return (String::new(), String::new());
    }
    let span = words.span(0..words.len());
    let (before, after) = (&words.text()[..span.start], &words.text()[span.end..]);
    let before = if before == "." { before } else { "" };
    let is_name = after.chars().all(|c| "+#*".contains(c));
    (before.to_owned(), if is_name { after } else { "" }.to_owned())
}

/// "Title (explanation)" is how people tell terms apart; they do not write it in sentences.
fn spoken(text: &str) -> &str {
    text.split(" (").next().unwrap_or(text).trim()
}

/// "Application programming interface (API)" has two names. In brackets, a word with two capitals is a name, and so is a
/// phrase with a capital in languages that capitalise neither nouns nor titles: "Malla de servicios (Service Mesh)".
/// Anything else is an explanation, as in "Mercury (planet)".
fn name_in_brackets(title: &str, language: Language) -> Option<&str> {
    let (_, rest) = title.split_once(" (")?;
    let name = rest.strip_suffix(')')?.trim();
    let capitals = name.chars().filter(|c| c.is_uppercase()).count();
    let is_acronym = capitals >= 2 && !name.contains(' ');
    let capitalises = matches!(language, Language::English | Language::German);
    let is_phrase = !capitalises && name.starts_with(char::is_uppercase);
    ((is_acronym || is_phrase) && !name.contains(['(', ')'])).then_some(name)
}

struct Builder {
    glossary: Glossary,
    known: HashMap<Lexeme, LexemeId>,
}

/// How many words a form has at most. At every word of a text as many have to be looked at, and nobody calls a thing by a
/// longer name.
const LONGEST_FORM: usize = 64;

impl Builder {
    fn add_term(&mut self, lesson: &Lesson) {
        let id = self.glossary.terms.len() as TermId;
        self.glossary.terms.push(Term {
            path: lesson.path.clone(),
            title: lesson.title.clone(),
            link: lesson.front.link,
            names: names_of(lesson),
            is_verb: lesson.definition().is_some_and(|text| {
                text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("to "))
            }),
        });
        self.glossary.paths.entry(lesson.path.clone()).or_insert(id);
        let aliases = &lesson.front.aliases;
        let term = &self.glossary.terms[id as usize];
        for name in [&term.title].into_iter().chain(&term.names) {
            self.glossary.names.entry(name_key(name)).or_insert(id);
        }
        self.add_form(id, &lesson.title, lesson.title_place(), lesson);
        if let Some(name) = name_in_brackets(&lesson.title, self.glossary.language) {
            self.add_form(id, name, lesson.title_place(), lesson);
        }
        for alias in aliases {
            self.add_form(id, &alias.value, lesson.place(alias.span), lesson);
        }
    }

    fn add_form(&mut self, term: TermId, text: &str, place: Place, lesson: &Lesson) {
        let words = self.glossary.words_of(text);
        if words.is_empty() || words.len() > LONGEST_FORM {
            return;
        }
        let mut node = ROOT;
        for (at, word) in words.iter().enumerate() {
            let position = match at {
                _ if at > 0 && at + 1 == words.len() => Position::Last,
                0 => Position::First,
                _ => Position::Later,
            };
            let lexeme = self.lexeme(word, position, words.len() > 1, lesson.front.case_sensitive);
            let gap = words.gap(at);
            let glossary = &mut self.glossary;
            let next = glossary.ends.len() as NodeId;
            node = *glossary.edges.entry((node, gap, lexeme)).or_insert(next);
            if node == next {
                glossary.ends.push(Vec::new());
            }
        }
        let (before, after) = signs_around(&words);
        self.end_form(node, Form { term, text: text.to_owned(), place, before, after });
    }

    fn end_form(&mut self, node: NodeId, form: Form) {
        let glossary = &mut self.glossary;
        let id = glossary.forms.len() as FormId;
        glossary.forms.push(form);
        // Of equal ones the first is found; `link` reports the other.
        glossary.ends[node as usize].push(id);
    }

    fn lexeme(
        &mut self,
        word: &str,
        position: Position,
        is_phrase: bool,
        is_case_sensitive: bool,
    ) -> LexemeId {
        let language = self.glossary.language;
        let is_exact = is_case_sensitive || is_acronym(word);
        let lexeme = Lexeme {
            word: language.fold(word).into_owned(),
            exact: is_exact.then(|| word.to_owned()),
            // The first word of a phrase has its capital from beginning the title.
            is_capital: language == Language::German
                && !(is_phrase && position == Position::First)
                && word.starts_with(char::is_uppercase),
        };
        if let Some(known) = self.known.get(&lexeme) {
            let known = *known;
            self.add_surfaces(known, position, is_phrase);
            return known;
        }
        let id = self.glossary.lexemes.len() as LexemeId;
        self.glossary.lexemes.push(lexeme.clone());
        self.known.insert(lexeme, id);
        self.add_surfaces(id, position, is_phrase);
        id
    }

    fn add_surfaces(&mut self, id: LexemeId, position: Position, is_phrase: bool) {
        let glossary = &mut self.glossary;
        let lexeme = &glossary.lexemes[id as usize];
        if lexeme.exact.is_none()
            && let Some(stem) = glossary.language.stem(&lexeme.word)
        {
            let lexemes = glossary.stems.entry(stem).or_default();
            if !lexemes.contains(&id) {
                lexemes.push(id);
            }
            glossary.beginnings.extend(beginning(&lexeme.word).map(str::to_owned));
        }
        let surfaces = match lexeme.exact {
            Some(_) => vec![lexeme.word.clone(), format!("{}s", lexeme.word)],
            None => forms(&lexeme.word, position, is_phrase, glossary.language),
        };
        for surface in surfaces {
            glossary.sieve.add(&surface);
            let lexemes = glossary.surfaces.entry(surface).or_default();
            if !lexemes.contains(&id) {
                lexemes.push(id);
            }
        }
    }
}

/// A word in capitals: at least two letters, none of them small.
fn is_acronym(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic());
    letters.clone().count() >= 2 && letters.clone().all(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use proptest::prelude::*;

    fn glossary(language: Language) -> Glossary {
        let titles = ["Service Level", "API", "Niveau", "In", "Être", "Iris", "C++"];
        let lessons = titles.map(|title| {
            let path = SourcePath::new(&format!("glossary/{title}.md"));
            crate::parse::lesson(&Source::new(path, &format!("# {title}\n")), "").lesson
        });
        Glossary::new(lessons.iter().map(|lesson| &**lesson), language)
    }

    proptest! {
        #[test]
        fn hits_are_what_asking_for_each_word_finds(
            text in "((Service|levels?|API|APIs|niveaux|in|IN|être|iris|İris|c|x|Levelling)[ ,'é-]){0,9}",
        ) {
            let languages = [Language::English, Language::French, Language::Turkish, Language::Other];
            for language in languages {
                let glossary = glossary(language);
                let words = Words::of(&text, language);
                let found = words.iter().enumerate().filter_map(|(word, written)| {
                    let lexemes = glossary.lexemes_of(written, true);
                    (!lexemes.is_empty()).then_some(Hit { word, lexemes })
                });
                prop_assert_eq!(glossary.hits(&words), found.collect::<Vec<_>>(), "{:?}", language);
            }
        }
    }
}
