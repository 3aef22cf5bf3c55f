//! Passages: what of a page can be found by itself. The page, its sections, and the questions it asks.

use crate::document::{Document, Kind, QuestionPart};
use crate::lesson::{Lesson, Role};

/// What a passage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassageKind {
    /// The page as a whole, with what stands above its first section.
    Page,
    Section,
    Question,
}

/// A part of a page that a search can lead to.
#[derive(Debug)]
pub struct Passage {
    pub kind: PassageKind,
    /// The id of its element; empty for the page.
    pub anchor: String,
    /// The page's title and its other names, line by line; the text of a heading; what a question asks.
    pub heading: String,
    /// What says in short what it is about: a definition, a description.
    pub lead: String,
    pub body: String,
}

/// The passages of a page, in reading order; the first is the page itself. What would give away an answer is left out, and
/// so is what an exam draws.
pub fn passages(lesson: &Lesson) -> Vec<Passage> {
    read(lesson, |reader| reader.read())
}

/// The passages of a page without their texts.
pub fn outline(lesson: &Lesson) -> Vec<Passage> {
    read(lesson, |reader| reader.read_outline())
}

fn read(lesson: &Lesson, how: impl FnOnce(&mut Reader<'_>)) -> Vec<Passage> {
    let document = lesson.body.open();
    let passages = vec![page(lesson)];
    let mut reader = Reader { lesson, document: &document, passages, current: 0 };
    how(&mut reader);
    reader.passages
}

fn page(lesson: &Lesson) -> Passage {
    let mut heading = lesson.title.clone();
    let mut lead = String::new();
    if lesson.role == Role::Term {
        for alias in &lesson.front.aliases {
            heading.push('\n');
            heading.push_str(&alias.value);
        }
        lead.push_str(lesson.definition().unwrap_or_default());
    }
    for line in lesson.front.description.iter().chain(&lesson.front.objectives) {
        lead.push('\n');
        lead.push_str(line);
    }
    Passage { kind: PassageKind::Page, anchor: String::new(), heading, lead, body: String::new() }
}

struct Reader<'a> {
    lesson: &'a Lesson,
    document: &'a Document,
    passages: Vec<Passage>,
    /// The passage that text belongs to.
    current: usize,
}

impl Reader<'_> {
    fn read(&mut self) {
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

    fn section(&mut self, heading: u32) {
        let heading = &self.lesson.headings[heading as usize];
        self.current = self.passages.len();
        self.passages.push(Passage {
            kind: PassageKind::Section,
            anchor: heading.id.to_string(),
            heading: heading.text.to_string(),
            lead: String::new(),
            body: String::new(),
        });
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
            kind: PassageKind::Question,
            anchor: format!("question:{}", index + 1),
            heading: heading.trim().to_owned(),
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
