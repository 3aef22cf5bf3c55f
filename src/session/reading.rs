//! Reading: remembers what each file says.

use std::sync::Arc;

use super::{Notes, Options};
use crate::diagnostic::Diagnostic;
use crate::interface::Interface;
use crate::lesson::Lesson;
use crate::memo::Memo;
use crate::parse;
use crate::progress::Step;
use crate::source::Sources;

/// Lessons by their text.
#[derive(Default)]
pub struct Reading {
    /// The folder that holds the lessons. It decides what a file is for, so another one begins anew.
    content: String,
    lessons: Memo<Read>,
}

/// What was made of one file.
#[derive(Clone)]
struct Read {
    lesson: Arc<Lesson>,
    diagnostics: Arc<[Diagnostic]>,
    interface: Interface,
    is_draft: bool,
}

/// The lessons of a build, those that are published apart from drafts that stay at home.
#[derive(Default)]
pub struct Texts<'a> {
    pub published: Vec<Text<'a>>,
    pub drafts: Vec<Text<'a>>,
}

/// A lesson with the hashes that others ask for, so that they need not look at the lesson itself.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    pub lesson: &'a Arc<Lesson>,
    pub hash: u128,
    pub interface: Interface,
}

impl Reading {
    /// Parses every lesson that is not remembered. Drafts that stay at home report nothing.
    pub fn read(
        &mut self,
        sources: &Sources,
        options: &Options,
        notes: &mut Notes<'_>,
    ) -> Texts<'_> {
        let content = &sources.content;
        if self.content != *content {
            *self = Self { content: content.clone(), ..Self::default() };
        }
        let keys = sources.lessons.iter().map(|source| source.hash).collect();
        let progress = notes.progress;
        progress.begin(Step::Parse, sources.lessons.len());
        let made = self.lessons.fill(keys, |at, _| {
            progress.step();
            Read::new(parse::lesson(&sources.lessons[at], content))
        });
        notes.counts.parsed = made.len();

        let mut texts = Texts::default();
        for (hash, read) in self.lessons.keys().iter().zip(self.lessons.values().iter()) {
            let text = Text { lesson: &read.lesson, hash: *hash, interface: read.interface };
            if read.is_draft && !options.drafts {
                texts.drafts.push(text);
            } else {
                notes.diagnostics.extend(read.diagnostics.iter().cloned());
                texts.published.push(text);
            }
        }
        texts
    }
}

impl Read {
    fn new(parsed: parse::Parsed) -> Self {
        let parse::Parsed { lesson, diagnostics } = parsed;
        let interface = Interface::of(&lesson);
        Self { is_draft: lesson.front.draft, lesson, diagnostics, interface }
    }
}
