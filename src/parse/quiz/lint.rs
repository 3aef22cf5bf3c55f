//! What is wrong with the options of one question: none of them may be empty or equal another, and none should give
//! the answer away.
//!
//! The rules on wording follow what item writers are taught (Haladyna, Downing and Rodriguez, "A Review of
//! Multiple-Choice Item-Writing Guidelines", 2002): no "all of the above", no specific determiners, no clues from the
//! stem to the key.

use std::sync::LazyLock;

use ahash::{AHashMap as HashMap, AHashSet as HashSet};

use super::key::Reader;
use crate::answer::normal;
use crate::diagnostic::Diagnostic;
use crate::document::{Kind, NodeId};
use crate::quiz::{Answer, Blank, Choice, Part, Question};
use crate::source::{Place, Source, Span};

/// What options of true-or-false questions say, in the languages that the theme speaks.
const TRUTHS: &[[&str; 2]] = &[
    ["true", "false"],
    ["wahr", "falsch"],
    ["richtig", "falsch"],
    ["vrai", "faux"],
    ["verdadero", "falso"],
    ["vero", "falso"],
    ["verdadeiro", "falso"],
    ["正しい", "誤り"],
    ["صح", "خطأ"],
];

/// Options that mean something only while they stand below the others.
static REFERS_TO_OTHERS: LazyLock<HashSet<String>> =
    LazyLock::new(|| REFERRING.iter().map(|phrase| normal(phrase)).collect());

const REFERRING: &[&str] = &[
    "all of the above",
    "none of the above",
    "all the above",
    "both of the above",
    "all of these",
    "none of these",
    "all of them",
    "none of them",
    "alle genannten",
    "keine der genannten",
    "alle oben genannten",
    "keine der oben genannten",
    "toutes les réponses ci-dessus",
    "aucune des réponses ci-dessus",
    "todas las anteriores",
    "ninguna de las anteriores",
    "todas las opciones anteriores",
    "ninguna de las opciones anteriores",
];

/// Words that leave no exception.
const ABSOLUTE: &[&str] = &[
    "always",
    "never",
    "only",
    "every",
    "all",
    "none",
    "nothing",
    "everything",
    "nobody",
    "everybody",
    "everyone",
    "completely",
    "entirely",
    "must",
    "impossible",
    "immer",
    "nie",
    "niemals",
    "ausschließlich",
    "toujours",
    "jamais",
    "uniquement",
    "siempre",
    "nunca",
    "únicamente",
];

/// From how many letters on a word carries meaning of its own.
const CONTENT_WORD: usize = 5;
/// How long an answer must be to be recognised as given away.
const SHORTEST_ANSWER: usize = 4;
/// Up to how many words the phrases of a question are hashed.
const LONGEST_PHRASE: usize = 8;

/// Whether the two options say true and false.
pub fn is_truth(options: &[Part]) -> bool {
    let [first, second] = options else { return false };
    let (first, second) = (normal(&first.text), normal(&second.text));
    TRUTHS
        .iter()
        .any(|[yes, no]| (first == *yes && second == *no) || (first == *no && second == *yes))
}

/// Reports what is wrong.
pub fn check(
    question: &Question,
    reader: Reader<'_>,
    source: &Source,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let lint = Lint { question, reader, source };
    match &question.answer {
        Answer::Choice(choice) => {
            lint.equal(&choice.options.iter().collect::<Vec<_>>(), diagnostics);
            diagnostics.extend(lint.refers_to_others(choice));
            if !choice.is_truth {
                diagnostics.extend(lint.absolute_words(choice));
                diagnostics.extend(lint.answer_in_question(choice));
            }
        }
        Answer::Order(entries) => lint.equal(&entries.iter().collect::<Vec<_>>(), diagnostics),
        Answer::Match(matching) => {
            let lefts: Vec<_> = matching.pairs.iter().map(|(left, _)| left).collect();
            lint.equal(&lefts, diagnostics);
            // Two left sides may share a partner; what fits one of them is no distractor.
            let mut seen = HashSet::new();
            let rights = matching.pairs.iter().map(|(_, right)| right);
            let rights = rights.filter(|right| seen.insert(right.key));
            lint.equal(&rights.chain(&matching.distractors).collect::<Vec<_>>(), diagnostics);
        }
        Answer::Blanks(blanks) => diagnostics.extend(lint.blank_in_question(blanks)),
    }
}

struct Lint<'a> {
    question: &'a Question,
    reader: Reader<'a>,
    source: &'a Source,
}

impl Lint<'_> {
    /// Where the first line of a part stands.
    fn place(&self, node: NodeId) -> Place {
        let span = self.reader.document.node(node).span;
        let written = &self.source.text[span.range()];
        let start = span.start as usize + written.len() - written.trim_start().len();
        let line = self.source.text[start..span.end as usize].lines().next().unwrap_or_default();
        self.source.place(Span::new(start, start + line.trim_end().len()))
    }

    fn asked(&self) -> Place {
        self.source.place(self.question.span)
    }

    fn equal(&self, parts: &[&Part], diagnostics: &mut Vec<Diagnostic>) {
        let mut seen: HashMap<String, &Part> = HashMap::new();
        for part in parts {
            let says = self.reader.whole(part.node);
            if says.is_empty() {
                diagnostics.push(Diagnostic::empty_option(self.place(part.node)));
                continue;
            }
            match seen.get(&says) {
                Some(other) => {
                    let (place, other) = (self.place(part.node), self.place(other.node));
                    diagnostics.push(Diagnostic::equal_options(place, &part.text, other));
                }
                None => {
                    seen.insert(says, part);
                }
            }
        }
    }

    fn refers_to_others(&self, choice: &Choice) -> Vec<Diagnostic> {
        let refers = |option: &&Part| REFERS_TO_OTHERS.contains(&normal(&option.text));
        let options = choice.options.iter().filter(refers);
        options.map(|option| Diagnostic::all_of_the_above(self.place(option.node))).collect()
    }

    /// Words without exception stand in most wrong options and in no right one.
    fn absolute_words(&self, choice: &Choice) -> Option<Diagnostic> {
        let found = |option: &Part| -> Vec<&'static str> {
            // Options are short: to compare their words takes less than to hash all of these.
            let words: Vec<String> = in_order(&option.text).collect();
            ABSOLUTE.iter().copied().filter(|word| words.iter().any(|own| own == word)).collect()
        };
        let (rights, wrongs): (Vec<_>, Vec<_>) =
            choice.options.iter().partition(|option| option.is_right);
        let in_wrong: Vec<_> = wrongs.iter().map(|option| (option, found(option))).collect();
        let with = in_wrong.iter().filter(|(_, words)| !words.is_empty());
        let count = with.clone().count();
        let is_clue = count >= 2 && 2 * count > wrongs.len();
        if !is_clue || rights.iter().any(|option| !found(option).is_empty()) {
            return None;
        }
        let mut words: Vec<_> = with.clone().flat_map(|(_, words)| words.iter().copied()).collect();
        words.sort_unstable();
        words.dedup();
        let (first, _) = with.clone().next()?;
        Some(Diagnostic::absolute_words(self.place(first.node), &words))
    }

    /// The one right option repeats words of the question that no wrong option has.
    fn answer_in_question(&self, choice: &Choice) -> Option<Diagnostic> {
        let mut rights = choice.options.iter().filter(|option| option.is_right);
        let (Some(right), None) = (rights.next(), rights.next()) else { return None };
        let asked = self.prompt();
        let asked = words(&asked);
        let wrongs = choice.options.iter().filter(|option| !option.is_right);
        let in_wrong: HashSet<_> = wrongs.flat_map(|option| words(&option.text)).collect();
        // Each once, as they follow each other.
        let own: Vec<String> = content_words(&right.text).collect();
        let mut seen = HashSet::new();
        let own: Vec<&String> = own.iter().filter(|word| seen.insert(*word)).collect();
        let is_given = |word: &&String| asked.contains(*word) && !in_wrong.contains(*word);
        let given: Vec<&str> = own.iter().copied().filter(is_given).map(String::as_str).collect();
        // One shared word is the subject of both; most of the answer is a gift.
        let is_gift = given.len() >= 2 && 2 * given.len() > own.len();
        is_gift.then(|| {
            Diagnostic::answer_in_question(self.place(right.node), &given.join(" "), self.asked())
        })
    }

    /// The answer to a blank stands beside it.
    fn blank_in_question(&self, blanks: &[Blank]) -> Vec<Diagnostic> {
        let asked = self.prompt();
        let asked: Vec<String> = in_order(&asked).collect();
        let mut phrases = Phrases { words: &asked, known: HashMap::new() };
        let mut reports = Vec::new();
        for (index, blank) in blanks.iter().enumerate() {
            let Blank::Text(answers) = blank else { continue };
            let given = answers.iter().find(|answer| {
                let answer: Vec<String> = in_order(answer).collect();
                answer.concat().chars().count() >= SHORTEST_ANSWER && phrases.hold(&answer)
            });
            let is_this =
                |id: &NodeId| self.reader.document.node(*id).kind == Kind::Blank(index as u32);
            let mut nodes =
                self.question.prompt..self.reader.document.node(self.question.prompt).end;
            if let (Some(answer), Some(node)) = (given, nodes.find(is_this)) {
                let place = self.place(node);
                reports.push(Diagnostic::answer_in_question(place, answer, self.asked()));
            }
        }
        reports
    }

    /// What is asked; a blank is a gap between words.
    fn prompt(&self) -> String {
        let mut text = String::new();
        for node in self.reader.document.subtree(self.question.prompt) {
            match &node.kind {
                Kind::Text(part) | Kind::Code(part) => {
                    text.push_str(self.reader.document.text(*part, &self.source.text));
                }
                Kind::Emphasis | Kind::Strong => {}
                _ => text.push(' '),
            }
        }
        text
    }
}

/// The phrases of a text, for one who may look for many.
struct Phrases<'a> {
    words: &'a [String],
    /// By how many words they have, up to [`LONGEST_PHRASE`].
    known: HashMap<usize, HashSet<&'a [String]>>,
}

impl Phrases<'_> {
    fn hold(&mut self, phrase: &[String]) -> bool {
        let length = phrase.len().min(LONGEST_PHRASE);
        let known =
            self.known.entry(length).or_insert_with(|| self.words.windows(length).collect());
        let is_whole = length == phrase.len();
        // A longer one begins like one that is known.
        known.contains(&phrase[..length])
            && (is_whole || self.words.windows(phrase.len()).any(|part| part == phrase))
    }
}

/// The words of a text in lower case, one after the other.
fn in_order(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’');
    words.filter(|word| !word.is_empty()).map(str::to_lowercase)
}

fn words(text: &str) -> HashSet<String> {
    in_order(text).collect()
}

/// The words that carry meaning.
fn content_words(text: &str) -> impl Iterator<Item = String> {
    in_order(text).filter(|word| word.chars().count() >= CONTENT_WORD)
}
