//! Interfaces: what the rest of a course sees of a lesson.
//!
//! An edit to a body mostly leaves its interface alone, and then nothing else of the course has to be looked at again. The
//! structs are taken apart field by field, so that nobody can add one without deciding whether others see it.

use std::hash::Hash;

use xxhash_rust::xxh3::Xxh3;

use crate::lesson::{FrontMatter, Heading, Lesson, Role, Section, last_changed};
use crate::memo::key_of;
use crate::quiz::{Exam, Question};
use crate::source::Spanned;

/// The hashes of what others see of a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Of what decides names, addresses and order in the whole course.
    pub names: u128,
    /// Of what the pages that speak of it, list it or link into it show and check.
    pub shown: u128,
    /// Of what the lists of all lessons say of it that machines read.
    pub listed: u128,
    /// Of what its questions are known by, and of what it draws from as an exam; 0 where it has none.
    pub questions: u128,
}

impl Interface {
    pub fn of(lesson: &Lesson) -> Self {
        let (mut names, mut shown) = (Xxh3::new(), Xxh3::new());
        let Lesson {
            path,
            hash,
            text: _,
            role,
            front,
            body_start: _,
            title,
            title_heading,
            body: _,
            headings,
            html_ids,
            footnotes,
            uses: _,
            questions,
            // Seen by exams, which see the lesson itself.
            shown_in_exams: _,
            // Seen as minutes.
            words: _,
            // Seen as a definition, and in lists.
            first_paragraph,
            is_implied,
        } = lesson;
        let heading = title_heading.map(|index| &headings[index as usize].text);
        (path, *role as u8, title, heading, is_implied).hash(&mut names);
        lesson.title_place().span.hash(&mut names);
        // The outline is read from the body.
        (*role == Role::Summary).then_some(hash).hash(&mut names);

        for Heading { level, id, text, classes: _, node: _, span: _, top } in headings {
            (level, id, text, top).hash(&mut shown);
        }
        title_heading.hash(&mut shown);
        html_ids.iter().for_each(|id| id.value.hash(&mut shown));
        (html_ids.len(), footnotes.len(), lesson.minutes(), lesson.definition_as_term())
            .hash(&mut shown);
        lesson.question_count().hash(&mut shown);

        let FrontMatter {
            title,
            description,
            image: _,
            draft,
            order,
            slug,
            aliases,
            objectives,
            prerequisites: _,
            teaches: _,
            // Seen with the lesson's own.
            minutes: _,
            authors,
            date,
            updated,
            glossary: _,
            // Seen with the first paragraph.
            definition: _,
            link,
            see_also: _,
            case_sensitive,
            exam,
            extra: _,
        } = front;
        (title.is_some(), draft, order, link, case_sensitive, aliases.len()).hash(&mut names);
        for Spanned { value, span } in slug.iter().chain(aliases) {
            (value, span).hash(&mut names);
        }
        (description, objectives, exam.is_some()).hash(&mut shown);
        // Whether any lesson has a date that a feed can write decides whether there is one.
        last_changed(*date, *updated).is_some().hash(&mut names);
        let questions = key_of_questions(questions, exam.as_deref());
        let listed =
            key_of(&(authors, date, updated, description, first_paragraph, lesson.definition()));
        Self { names: names.digest128(), shown: shown.digest128(), listed, questions }
    }
}

/// The hash of what matters of questions beyond their lesson. Where they stand is no part of it, so that text above
/// them can grow.
fn key_of_questions(questions: &[Question], exam: Option<&Exam>) -> u128 {
    if questions.is_empty() && exam.is_none() {
        return 0;
    }
    let mut hasher = Xxh3::new();
    for question in questions {
        let id = question.id.as_ref().map(|id| &id.value);
        (id, question.asks, question.revision, question.single_right()).hash(&mut hasher);
        (question.is_broken(), question.text_answers()).hash(&mut hasher);
    }
    if let Some(Exam { id, from, draw, minutes, pass }) = exam {
        id.as_ref().map(|id| (&id.value, id.span)).hash(&mut hasher);
        for Spanned { value, span } in from {
            (value, span).hash(&mut hasher);
        }
        let draw = draw.as_ref().map(|draw| (draw.value, draw.span));
        (from.len(), draw, minutes, pass).hash(&mut hasher);
    }
    hasher.digest128()
}

/// Another lesson, as a page may see it: nothing that [`Interface`] does not cover.
#[derive(Clone, Copy)]
pub struct Neighbour<'a>(&'a Lesson);

impl<'a> Neighbour<'a> {
    pub fn new(lesson: &'a Lesson) -> Self {
        Self(lesson)
    }

    pub fn role(self) -> Role {
        self.0.role
    }

    pub fn title(self) -> &'a str {
        &self.0.title
    }

    pub fn file_name(self) -> &'a str {
        self.0.path.file_name()
    }

    /// What the front matter says of it.
    pub fn description(self) -> Option<&'a str> {
        self.0.front.description.as_deref()
    }

    pub fn objectives(self) -> &'a [String] {
        &self.0.front.objectives
    }

    pub fn minutes(self) -> Option<u32> {
        self.0.minutes()
    }

    pub fn is_exam(self) -> bool {
        self.0.front.exam.is_some()
    }

    /// How many questions it asks of its own.
    pub fn questions(self) -> usize {
        self.0.question_count()
    }

    /// What a term means; none for what is no term.
    pub fn definition(self) -> Option<&'a str> {
        self.0.definition_as_term()
    }

    pub fn aliases(self) -> impl Iterator<Item = &'a str> {
        self.0.front.aliases.iter().map(|alias| alias.value.as_str())
    }

    /// The id and the text of a section's heading; `None` for the one that is the page's title.
    pub fn section(self, section: Section) -> Option<(&'a str, &'a str)> {
        let index = section.heading() as usize;
        let heading = &self.0.headings[index];
        (!self.0.is_title(index)).then_some((&*heading.id, &*heading.text))
    }

    /// The text of the heading with an id.
    pub fn heading(self, id: &str) -> Option<&'a str> {
        let heading = self.0.headings.iter().find(|heading| *heading.id == *id)?;
        Some(&heading.text)
    }
}
