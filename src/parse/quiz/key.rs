//! Keys: what a question and its options are known by when a learner's answer is kept.
//!
//! They are made from what is said, without case, punctuation and white space: mending a comma or putting options into
//! another order changes no key, and changing what is right changes the revision.

use std::hash::Hash;
use std::mem::discriminant;

use ahash::AHashMap as HashMap;
use xxhash_rust::xxh3::Xxh3;

use crate::answer::normal;
use crate::document::{Document, Kind, NodeId};
use crate::lesson::Use;
use crate::quiz::{Answer, Blank, NumberRange, Part, Question};
use crate::source::Source;

/// What a lesson's nodes say.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub document: &'a Document,
    pub uses: &'a [Use],
    pub source: &'a str,
}

impl Reader<'_> {
    /// What stands below a node as a reader has it, white space as single spaces.
    pub fn text(&self, node: NodeId) -> String {
        self.collect(node, false)
    }

    /// The same with what tells two nodes apart that read alike: which images they show, and raw HTML.
    pub fn whole(&self, node: NodeId) -> String {
        self.collect(node, true)
    }

    fn collect(&self, node: NodeId, is_whole: bool) -> String {
        let mut text = String::new();
        for node in self.document.subtree(node) {
            match &node.kind {
                Kind::Text(part) | Kind::Code(part) => {
                    text.push_str(self.document.text(*part, self.source))
                }
                Kind::Image { target, .. } if is_whole => {
                    let path = &self.uses[*target as usize].text;
                    text.push_str(path.rsplit('/').next().unwrap_or(path));
                    text.push(' ');
                }
                Kind::HtmlTarget { raw, .. } if is_whole => {
                    let as_written = &self.source[node.span.range()];
                    text.push_str(raw.map_or(as_written, |raw| self.document.made(raw)));
                }
                Kind::Html(html) if is_whole => {
                    text.push_str(self.document.text(*html, self.source))
                }
                Kind::SoftBreak | Kind::HardBreak => text.push(' '),
                kind if kind.is_block() => text.push(' '),
                _ => {}
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Gives the question and its options their keys.
pub fn name(question: &mut Question, reader: Reader<'_>) {
    question.asks = hash([said(&reader.whole(question.prompt)).as_str()]);
    match &mut question.answer {
        Answer::Choice(choice) => give_keys(choice.options.iter_mut().collect(), reader),
        Answer::Blanks(_) => {}
        Answer::Order(entries) => give_keys(entries.iter_mut().collect(), reader),
        Answer::Match(matching) => {
            let (lefts, rights): (Vec<_>, Vec<_>) =
                matching.pairs.iter_mut().map(|(left, right)| (left, right)).unzip();
            give_keys(lefts, reader);
            give_keys(rights.into_iter().chain(&mut matching.distractors).collect(), reader);
        }
    }
    question.revision = revision(question);
}

/// The hash of all that a page shows of questions: what is written in them, and what that is taken for, as references and
/// footnotes are defined outside of them.
pub fn shown(questions: &[Question], document: &Document, uses: &[Use], source: &Source) -> u128 {
    if questions.is_empty() {
        return 0;
    }
    let mut hasher = Xxh3::new();
    for question in questions {
        source.text[document.node(question.node).span.range()].hash(&mut hasher);
        for node in document.subtree(question.node) {
            discriminant(&node.kind).hash(&mut hasher);
            if let Kind::Link { target, title } | Kind::Image { target, title } = &node.kind {
                let title = title.map(|title| document.made(title));
                (&uses[*target as usize].text, title).hash(&mut hasher);
            }
        }
    }
    hasher.digest128()
}

/// Gives each part a key of its own: by what it says, and where two differ only in signs, by these too.
fn give_keys(parts: Vec<&mut Part>, reader: Reader<'_>) {
    let wholes: Vec<String> = parts.iter().map(|part| reader.whole(part.node)).collect();
    let said: Vec<String> = wholes.iter().map(|whole| normal(whole)).collect();
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for said in &said {
        *counts.entry(said).or_default() += 1;
    }
    for ((part, whole), said) in parts.into_iter().zip(&wholes).zip(&said) {
        let is_told_apart = !said.is_empty() && counts[&**said] == 1;
        part.key = if is_told_apart { hash([said.as_str()]) } else { hash(["=", whole]) };
    }
}

/// A text without what may be mended; the text itself where nothing would be left of it.
fn said(text: &str) -> String {
    let said = normal(text);
    if said.is_empty() { text.to_owned() } else { said }
}

/// Stands for the kind, the options and the key, in whatever order the options are written.
fn revision(question: &Question) -> u64 {
    let mut parts = vec![question.kind().to_owned()];
    match &question.answer {
        Answer::Choice(choice) => {
            let options = choice.options.iter();
            let mut keys: Vec<_> =
                options.map(|option| format!("{:x} {}", option.key, option.is_right)).collect();
            keys.sort();
            parts.extend(keys);
        }
        Answer::Blanks(blanks) => parts.extend(blanks.iter().map(blank)),
        Answer::Order(entries) => {
            parts.extend(entries.iter().map(|entry| format!("{:x}", entry.key)));
        }
        Answer::Match(matching) => {
            let pairs = matching.pairs.iter();
            let mut keys: Vec<_> =
                pairs.map(|(left, right)| format!("{:x} {:x}", left.key, right.key)).collect();
            keys.extend(matching.distractors.iter().map(|part| format!("{:x}", part.key)));
            keys.sort();
            parts.extend(keys);
        }
    }
    hash(parts.iter().map(String::as_str))
}

fn blank(blank: &Blank) -> String {
    match blank {
        Blank::Text(answers) => {
            let mut said: Vec<_> = answers.iter().map(|answer| said(answer)).collect();
            said.sort();
            said.join("|")
        }
        Blank::Number(NumberRange::Near { number, tolerance }) => format!("{number}±{tolerance}"),
        Blank::Number(NumberRange::Between { from, to }) => format!("{from}..{to}"),
    }
}

fn hash<'a>(parts: impl IntoIterator<Item = &'a str>) -> u64 {
    let mut hasher = Xxh3::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    hasher.digest()
}
