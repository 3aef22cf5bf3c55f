//! Passages: what of a page can be found by itself. The page, its sections, and the questions it asks.

use std::borrow::Cow;

use crate::document::{Document, Kind, QuestionPart};
use crate::lesson::{Lesson, Role};

/// What a passage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassageKind<'a> {
    /// The page as a whole, with what stands above its first section.
    Page,
    /// With the id of its heading.
    Section(&'a str),
    /// With its number on the page, from 1.
    Question(u32),
}

/// A part of a page that a search can lead to.
#[derive(Debug)]
pub struct Passage<'a> {
    pub kind: PassageKind<'a>,
    /// The page's title and its other names, line by line; the text of a heading; what a question asks.
    pub heading: Cow<'a, str>,
    /// What says in short what it is about: a definition, a description.
    pub lead: String,
    pub body: String,
}

/// The passages of a page, in reading order; the first is the page itself. What would give away an answer is left out, and
/// so is what an exam draws.
pub fn passages(lesson: &Lesson) -> Vec<Passage<'_>> {
    let document = lesson.body.open();
    // A section's share, so that few texts are moved while they grow.
    let room = lesson.text.len() / lesson.headings.len().max(1);
    let mut reader = Reader { lesson, document: &document, passages: Vec::new(), current: 0, room };
    reader.read();
    reader.passages
}

/// The passages of a page without their texts.
pub fn outline(lesson: &Lesson) -> Vec<Passage<'_>> {
    // What a question asks stands nowhere else.
    let document =
        if lesson.questions.is_empty() { Document::default() } else { lesson.body.open() };
    let mut reader =
        Reader { lesson, document: &document, passages: Vec::new(), current: 0, room: 0 };
    reader.read_outline();
    reader.passages
}

struct Reader<'a, 'd> {
    lesson: &'a Lesson,
    document: &'d Document,
    passages: Vec<Passage<'a>>,
    /// The passage that text belongs to.
    current: usize,
    /// How long a passage's text may become.
    room: usize,
}

impl<'a> Reader<'a, '_> {
    fn read(&mut self) {
        self.page();
        let document = self.document;
        let Document { nodes, .. } = document;
        let mut at = 0;
        while at < nodes.len() {
            let node = &nodes[at];
            at = match &node.kind {
                Kind::Heading(index) if self.opens(*index) => {
                    self.section(*index);
                    node.end as usize
                }
                Kind::Heading(index) if self.lesson.is_title(*index as usize) => node.end as usize,
                Kind::Question(index) => {
                    self.question(*index);
                    node.end as usize
                }
                kind => {
                    let body = &mut self.passages[self.current].body;
                    add(kind, document, &self.lesson.text, body);
                    at + 1
                }
            };
        }
    }

    /// As `read`, from the lists of headings and questions.
    fn read_outline(&mut self) {
        self.page();
        let Lesson { headings, questions, .. } = self.lesson;
        let (mut headings, mut questions) =
            (headings.iter().enumerate().peekable(), questions.iter().enumerate().peekable());
        loop {
            let heading = headings.peek().map_or(u32::MAX, |(_, heading)| heading.node);
            let question = questions.peek().map_or(u32::MAX, |(_, question)| question.node);
            if heading < question {
                let index = headings.next().map_or(0, |(index, _)| index as u32);
                if self.opens(index) {
                    self.section(index);
                }
            } else if let Some((index, _)) = questions.next() {
                self.question(index as u32);
            } else {
                return;
            }
        }
    }

    /// Whether a heading begins a section. Headings inside lists and quotations do not.
    fn opens(&self, heading: u32) -> bool {
        self.lesson.headings[heading as usize].top && !self.lesson.is_title(heading as usize)
    }

    fn page(&mut self) {
        let Lesson { title, front, .. } = self.lesson;
        let mut heading = Cow::Borrowed(&**title);
        let mut lead = String::new();
        if self.lesson.role == Role::Term {
            for alias in &front.aliases {
                heading.to_mut().extend(["\n", &alias.value]);
            }
            lead.push_str(self.lesson.definition().unwrap_or_default());
        }
        for line in front.description.iter().chain(&front.objectives) {
            lead.extend(["\n", line]);
        }
        self.open(PassageKind::Page, heading, lead);
    }

    fn section(&mut self, heading: u32) {
        let heading = &self.lesson.headings[heading as usize];
        self.open(PassageKind::Section(&heading.id), Cow::Borrowed(&heading.text), String::new());
    }

    /// Begins a passage that all text belongs to from here on.
    fn open(&mut self, kind: PassageKind<'a>, heading: Cow<'a, str>, lead: String) {
        self.current = self.passages.len();
        let body = String::with_capacity(self.room);
        self.passages.push(Passage { kind, heading, lead, body });
    }

    fn question(&mut self, index: u32) {
        if self.lesson.front.exam.is_some() {
            return;
        }
        let document = self.document;
        let Document { nodes, .. } = document;
        let question = &self.lesson.questions[index as usize];
        let (mut heading, mut body) = (String::new(), String::new());
        let mut at = question.node as usize + 1;
        let end = nodes[question.node as usize].end as usize;
        let mut in_prompt = false;
        while at < end {
            let node = &nodes[at];
            at = match &node.kind {
                Kind::QuestionPart(
                    QuestionPart::Feedback | QuestionPart::Hint | QuestionPart::Explanation,
                ) => node.end as usize,
                kind => {
                    if let Kind::QuestionPart(part) = kind {
                        in_prompt = *part == QuestionPart::Prompt;
                    }
                    let text = if in_prompt { &mut heading } else { &mut body };
                    add(kind, document, &self.lesson.text, text);
                    at + 1
                }
            };
        }
        self.passages.push(Passage {
            kind: PassageKind::Question(index + 1),
            heading: heading.trim().to_owned().into(),
            lead: String::new(),
            body,
        });
    }
}

/// Adds what one node says by itself.
fn add(kind: &Kind, document: &Document, source: &str, text: &mut String) {
    match kind {
        Kind::Text(part) | Kind::Code(part) => text.push_str(document.text(*part, source)),
        Kind::SoftBreak | Kind::HardBreak => text.push(' '),
        Kind::Blank(_) => text.push('…'),
        kind if kind.is_block() => text.push('\n'),
        _ => {}
    }
}
