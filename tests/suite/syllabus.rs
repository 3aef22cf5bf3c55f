//! What the shipped course promises its learners: every term is taught and asked about, every lesson has a quiz, every
//! question explains itself, and the exam has enough to draw from.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use hornbook::lesson::{Lesson, Role};
use hornbook::load::load;
use hornbook::parse::lesson;
use hornbook::quiz::{Answer, Question};
use libtest_mimic::{Failed, Trial};

/// How many questions a lesson has at least.
const QUIZ: usize = 3;
/// How many questions the exam draws from at least.
const POOL: usize = 60;
/// How many terms the glossary has at least.
const TERMS: usize = 30;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("syllabus: every term is taught", every_term_is_taught),
        Trial::test("syllabus: every term is asked about", every_term_is_asked_about),
        Trial::test("syllabus: every lesson has its parts", every_lesson_has_its_parts),
        Trial::test("syllabus: every question explains itself", every_question_explains_itself),
        Trial::test("syllabus: every kind of question is used", every_kind_is_used),
        Trial::test("syllabus: the exam has enough to draw from", the_exam_has_a_pool),
    ]
}

/// The files of the shipped course.
fn files() -> Result<Vec<Arc<Lesson>>, Failed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = load(folder, Some(&folder.join("public")))?;
    let parsed = sources.lessons.iter().map(|source| lesson(source, &sources.content).lesson);
    Ok(parsed.collect())
}

fn of(files: &[Arc<Lesson>], role: Role) -> impl Iterator<Item = &Lesson> {
    files.iter().map(Arc::as_ref).filter(move |file| file.role == role)
}

/// The lessons of the units: not the page about the course, and no exam.
fn lessons(files: &[Arc<Lesson>]) -> impl Iterator<Item = &Lesson> {
    of(files, Role::Lesson)
        .filter(|file| file.front.exam.is_none() && file.path.folder() != "content")
}

/// All that an author wrote of a question, in lower case.
fn text_of(file: &Lesson, question: &Question) -> String {
    let text = &file.text[question.span.start as usize..];
    let end = text.find("\n```\n").map_or(text.len(), |end| end);
    text[..end].to_lowercase()
}

fn none(wrong: &[String]) -> Result<(), Failed> {
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn every_term_is_taught() -> Result<(), Failed> {
    let files = files()?;
    let taught: BTreeSet<&str> =
        files.iter().flat_map(|file| &file.front.teaches).map(|term| term.value.as_str()).collect();
    let terms: Vec<&Lesson> = of(&files, Role::Term).collect();
    if terms.len() < TERMS {
        return Err(format!("there are only {} terms", terms.len()).into());
    }
    let missing = terms.iter().filter(|term| !taught.contains(term.title.as_str()));
    none(&missing.map(|term| format!("no lesson teaches {}", term.title)).collect::<Vec<_>>())
}

fn every_term_is_asked_about() -> Result<(), Failed> {
    let files = files()?;
    let questions: Vec<String> = files
        .iter()
        .flat_map(|file| file.questions.iter().map(|question| text_of(file, question)))
        .collect();
    let is_asked = |term: &Lesson| {
        let aliases = term.front.aliases.iter().map(|alias| alias.value.as_str());
        let mut names = aliases.chain([term.title.as_str()]).map(str::to_lowercase);
        names.any(|name| questions.iter().any(|question| question.contains(&name)))
    };
    let missing = of(&files, Role::Term).filter(|term| !is_asked(term));
    none(&missing.map(|term| format!("no question asks about {}", term.title)).collect::<Vec<_>>())
}

fn every_lesson_has_its_parts() -> Result<(), Failed> {
    let files = files()?;
    let mut wrong = Vec::new();
    for lesson in lessons(&files) {
        let mut say = |what: &str| wrong.push(format!("{} has {what}", lesson.path.as_str()));
        if lesson.questions.len() < QUIZ {
            say("no full quiz");
        }
        if lesson.front.objectives.is_empty() {
            say("no objectives");
        }
        if lesson.front.updated.is_none() {
            say("no date");
        }
        if !lesson.text.contains("\n> [!KEY] Key takeaways\n") {
            say("no key takeaways");
        }
    }
    none(&wrong)
}

/// An explanation in every question, and feedback under every option.
fn every_question_explains_itself() -> Result<(), Failed> {
    let files = files()?;
    let mut wrong = Vec::new();
    for file in &files {
        for question in &file.questions {
            let options = match &question.answer {
                Answer::Choice(choice) => &choice.options[..],
                _ => &[],
            };
            let is_silent = options.iter().any(|option| option.feedback.is_empty());
            if question.explanation.is_none() || is_silent {
                wrong.push(format!("{}: {}", file.path.as_str(), text_of(file, question)));
            }
        }
    }
    none(&wrong)
}

fn every_kind_is_used() -> Result<(), Failed> {
    let files = files()?;
    let questions = files.iter().flat_map(|file| &file.questions);
    let kinds: BTreeSet<&str> = questions.map(kind).collect();
    let all = ["single", "multiple", "truth", "fill in", "number", "order", "match"];
    let missing = all.iter().filter(|kind| !kinds.contains(*kind));
    none(&missing.map(|kind| format!("no question is of the kind {kind}")).collect::<Vec<_>>())
}

/// The kind as the manual tells them apart.
fn kind(question: &Question) -> &'static str {
    match &question.answer {
        Answer::Choice(choice) if choice.is_truth => "truth",
        Answer::Blanks(blanks) => {
            let is_number = |blank| matches!(blank, &hornbook::quiz::Blank::Number(_));
            if blanks.iter().all(is_number) { "number" } else { "fill in" }
        }
        _ => question.kind(),
    }
}

fn the_exam_has_a_pool() -> Result<(), Failed> {
    let files = files()?;
    let exams: Vec<&Lesson> =
        of(&files, Role::Lesson).filter(|file| file.front.exam.is_some()).collect();
    let [exam] = exams[..] else { return Err("the course has not one exam".into()) };
    let all: usize = files.iter().map(|file| file.questions.len()).sum();
    if exam.front.exam.iter().any(|exam| !exam.from.is_empty()) {
        return Err("the exam leaves units out".into());
    }
    if all < POOL { Err(format!("the exam draws from {all} questions").into()) } else { Ok(()) }
}
