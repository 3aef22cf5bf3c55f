//! Footnotes: numbered in the order in which a reader meets them.

use std::ops::Range;

use ahash::{AHashMap as HashMap, AHashSet as HashSet};

use super::markdown::first_line;
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Kind, NodeId};
use crate::lesson::Footnote;
use crate::source::{Source, Span};

/// Numbers the footnotes: those of the text first, then those that stand only in other footnotes. `labels` are the
/// labels that references use, to which their nodes point until now; `definitions` where each label is defined.
pub fn number(
    source: &Source,
    document: &mut Document,
    labels: &[String],
    definitions: &[(String, NodeId)],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Footnote> {
    let mut numbering = Numbering {
        labels,
        definitions: definitions
            .iter()
            .rev()
            .map(|(label, node)| (label.as_str(), *node))
            .collect(),
        numbers: HashMap::new(),
        footnotes: Vec::new(),
        undefined: Vec::new(),
    };
    for part in outside_definitions(document, definitions) {
        numbering.number_references(document, part);
    }
    let mut next = 0;
    while let Some(footnote) = numbering.footnotes.get(next) {
        let node = footnote.node as usize;
        document.nodes[node].kind = Kind::FootnoteDefinition(Some(next as u32));
        let inside = node + 1..document.nodes[node].end as usize;
        numbering.number_references(document, inside);
        next += 1;
    }
    for (label, node) in definitions {
        let node = document.node(*node);
        if node.kind == Kind::FootnoteDefinition(None) {
            let place = source.place(first_line(&source.text, node.span));
            diagnostics.push(Diagnostic::unused_footnote(place, label));
        }
    }
    for (label, span) in numbering.undefined {
        diagnostics.push(Diagnostic::unknown_footnote(source.place(span), label));
    }
    numbering.footnotes
}

/// Labels of footnotes, as references write them: `[^label]`.
#[derive(Default)]
pub struct Labels<'a> {
    all: HashSet<&'a str>,
    /// How long they are. A text may hold thousands that end at one bracket; only those of such a length are read.
    lengths: HashSet<usize>,
}

impl Labels<'_> {
    pub fn contains(&self, label: &str) -> bool {
        self.lengths.contains(&label.len()) && self.all.contains(label)
    }
}

/// What looks like the definition of a footnote.
pub fn defined(text: &str) -> Labels<'_> {
    if !text.contains("[^") {
        return Labels::default();
    }
    let lines = text.lines().map(|line| line.trim_start_matches([' ', '>']));
    let labels = lines.filter_map(|line| {
        let (label, _) = line.split_once("]:").filter(|_| line.starts_with("[^"))?;
        (!label.contains(char::is_whitespace)).then(|| &line[..=label.len()])
    });
    let all: HashSet<_> = labels.collect();
    Labels { lengths: all.iter().map(|label| label.len()).collect(), all }
}

struct Numbering<'a> {
    labels: &'a [String],
    /// The first definition of each label.
    definitions: HashMap<&'a str, NodeId>,
    numbers: HashMap<&'a str, u32>,
    footnotes: Vec<Footnote>,
    undefined: Vec<(&'a str, Span)>,
}

impl Numbering<'_> {
    fn number_references(&mut self, document: &mut Document, part: Range<usize>) {
        for node in &mut document.nodes[part] {
            let Kind::FootnoteReference { footnote, occurrence } = &mut node.kind else { continue };
            // Numbered already: definitions may stand inside of one another.
            if *occurrence != u32::MAX {
                continue;
            }
            let label = self.labels[*footnote as usize].as_str();
            let Some(&definition) = self.definitions.get(label) else {
                // A question took something for a definition that is none, such as one in code.
                self.undefined.push((label, node.span));
                node.kind = Kind::Text(node.span.into());
                continue;
            };
            let number = *self.numbers.entry(label).or_insert_with(|| {
                self.footnotes.push(Footnote { node: definition, references: 0 });
                self.footnotes.len() as u32 - 1
            });
            let references = &mut self.footnotes[number as usize].references;
            (*footnote, *occurrence) = (number, *references);
            *references += 1;
        }
    }
}

/// The nodes that do not stand in a footnote's definition.
fn outside_definitions(document: &Document, definitions: &[(String, NodeId)]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (_, node) in definitions {
        let node = *node as usize;
        if node >= from {
            parts.push(from..node);
            from = document.nodes[node].end as usize;
        }
    }
    parts.push(from..document.nodes.len());
    parts
}
