//! Quizzes: the questions that stand in a lesson, as data.
//!
//! What a question says is part of the lesson's tree, below its [`Kind::Question`](crate::document::Kind::Question);
//! here stands what it means: its kind, its key, and what it is known by when a learner's answer is kept.

use std::ops::Range;

use crate::document::NodeId;
use crate::lesson::Section;
use crate::source::{Span, Spanned};

/// The questions that stand below one heading, and have one result together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiz {
    pub section: Option<Section>,
    /// By their places in the lesson.
    pub questions: Range<u32>,
}

/// A hash as pages and saved answers have it: twelve digits are enough for a course.
pub fn short(hash: u64) -> String {
    format!("{:012x}", hash >> 16)
}

/// The quizzes that a lesson's questions are.
pub fn quizzes(questions: &[Question]) -> Vec<Quiz> {
    let mut quizzes = Vec::new();
    let mut next = 0;
    for quiz in questions.chunk_by(|a, b| a.section == b.section) {
        let end = next + quiz.len() as u32;
        quizzes.push(Quiz { section: quiz[0].section, questions: next..end });
        next = end;
    }
    quizzes
}

/// One question.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The node that holds it.
    pub node: NodeId,
    /// Where to point when the question as a whole is meant.
    pub span: Span,
    /// The name its author gave it; saved answers are kept under it, however the question is reworded.
    pub id: Option<Spanned<Box<str>>>,
    pub points: u32,
    /// Whether the learner's browser may shuffle the options.
    pub shuffle: bool,
    pub section: Option<Section>,
    pub prompt: NodeId,
    pub answer: Answer,
    pub hints: Vec<NodeId>,
    pub explanation: Option<NodeId>,
    /// Stands for what it asks: the same when a comma, the case or white space is mended.
    pub asks: u64,
    /// Stands for its key and its options: what must be the same for a saved answer to count.
    pub revision: u64,
}

/// What kind of question it is, with its key.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Choice(Choice),
    /// Fill in and number: in the order in which the blanks stand in the prompt.
    Blanks(Vec<Blank>),
    /// In the right order.
    Order(Vec<Part>),
    Match(Match),
}

/// Options to choose from.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Several may be chosen.
    pub multiple: bool,
    /// The two options say true and false.
    pub is_truth: bool,
    pub options: Vec<Part>,
}

/// An option, an entry to be put in order, or one side of a pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The node whose children are its content; for a side of a pair, a cell of the table.
    pub node: NodeId,
    pub feedback: Vec<NodeId>,
    pub is_right: bool,
    /// Stands for what it says, within its question.
    pub key: u64,
    /// What it says, without markup.
    pub text: Box<str>,
}

/// A gap to be filled in.
#[derive(Clone, Debug, PartialEq)]
pub enum Blank {
    /// Any of these; the first is shown as the answer.
    Text(Vec<Box<str>>),
    Number(NumberRange),
}

/// The numbers that a blank accepts, both ends among them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NumberRange {
    /// A number, and how far from it an answer may lie.
    Near {
        number: f64,
        tolerance: f64,
    },
    Between {
        from: f64,
        to: f64,
    },
}

/// Pairs to be found.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The cells of the table's head, where its author wrote any.
    pub head: Option<[NodeId; 2]>,
    /// Left and right sides, row by row.
    pub pairs: Vec<(Part, Part)>,
    /// Right sides that belong to no left one.
    pub distractors: Vec<Part>,
}

/// A lesson that is an exam; `exam` in its front matter. It draws from the questions of units and from its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Exam {
    /// The name under which attempts are kept; made from the title where it is not said.
    pub id: Option<Spanned<String>>,
    /// The units to draw from, by title or path; none: the whole course.
    pub from: Vec<Spanned<String>>,
    /// How many questions are drawn; all where it is not said.
    pub draw: Option<Spanned<u32>>,
    pub minutes: Option<u32>,
    /// The share of the points that passes, in percent.
    pub pass: Option<u32>,
}

impl Question {
    /// What the question is called in HTML and scripts.
    pub fn kind(&self) -> &'static str {
        match &self.answer {
            Answer::Choice(Choice { multiple: true, .. }) => "multiple",
            Answer::Choice(_) => "single",
            Answer::Blanks(_) => "blanks",
            Answer::Order(_) => "order",
            Answer::Match(_) => "match",
        }
    }

    /// Where the right option stands, and whether its length gives it away: of a question with a single choice among
    /// several.
    pub fn single_right(&self) -> Option<Right> {
        let Answer::Choice(choice) = &self.answer else { return None };
        if choice.multiple || choice.options.len() < FEW_OPTIONS {
            return None;
        }
        let position = choice.options.iter().position(|option| option.is_right)?;
        let length = |text: &str| text.chars().count();
        let right = length(&choice.options[position].text);
        let wrongs = choice.options.iter().filter(|option| !option.is_right);
        let wrong = wrongs.map(|option| length(&option.text)).max()?;
        Some(Right { position, is_longest: right * 10 > wrong * 11 })
    }

    /// Whether a blank accepts nothing, which is reported already.
    pub fn is_broken(&self) -> bool {
        let mut answers = self.text_answers().into_iter().flatten();
        answers.any(<[Box<str>]>::is_empty)
    }

    /// By blank, the texts that it accepts; none for a number. No blanks, nothing.
    pub fn text_answers(&self) -> Vec<Option<&[Box<str>]>> {
        let Answer::Blanks(blanks) = &self.answer else { return Vec::new() };
        let answers = blanks.iter().map(|blank| match blank {
            Blank::Text(answers) => Some(&answers[..]),
            Blank::Number(_) => None,
        });
        answers.collect()
    }
}

/// With fewer options the longest or the first is the right one too often by chance.
const FEW_OPTIONS: usize = 3;

/// How the right option can be guessed by those who do not know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Right {
    /// Its place among the options, from 0.
    pub position: usize,
    /// It is the longest by a tenth at least, so that a learner would see it.
    pub is_longest: bool,
}
