//! Checks of the glossary as a whole: forms that clash, terms that nobody needs or that come too early.

use ahash::AHashSet as HashSet;

use crate::course::{Course, LessonId};
use crate::diagnostic::Diagnostic;
use crate::glossary::{Form, Glossary, TermId};
use crate::lesson::{Lesson, Role};
use crate::recognise::Mentioned;

/// Two terms with one form, and aliases that a term has already: found by looking every form up as a text.
#[derive(Default)]
pub struct Clashes {
    /// The terms that have lost a form to another.
    pub terms: HashSet<TermId>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Clashes {
    pub fn of(glossary: &Glossary) -> Self {
        let mut clashes = Self::default();
        for (index, form) in glossary.forms.iter().enumerate() {
            let same = glossary.forms_of(&form.text).map(|id| id as usize);
            // Each pair is told once, at the later form.
            let Some(other) = same.filter(|other| *other < index).min() else { continue };
            let other = &glossary.forms[other];
            if form.term != other.term {
                clashes.terms.insert(form.term);
            }
            clashes.diagnostics.push(clash(glossary, form, other));
        }
        clashes
    }
}

fn clash(glossary: &Glossary, form: &Form, other: &Form) -> Diagnostic {
    let title = &glossary.terms[other.term as usize].title;
    if form.term == other.term {
        Diagnostic::redundant_alias(form.place.clone(), &form.text, &other.text)
    } else {
        Diagnostic::duplicate_form(form.place.clone(), &form.text, title, other.place.clone())
    }
}

/// A definition that explains a term by itself: it uses one of the term's own forms after its beginning, and no other
/// term that could carry the meaning.
pub fn circular_definition(
    term: TermId,
    lesson: &Lesson,
    glossary: &Glossary,
) -> Option<Diagnostic> {
    let definition = lesson.front.definition.as_ref()?;
    let words = glossary.words_of(&definition.value);
    let hits = glossary.hits(&words);
    let (mut names_itself, mut names_others) = (false, false);
    // The first word that is in no form yet.
    let mut free = 0;
    for (nth, at) in hits.iter().map(|hit| hit.word).enumerate() {
        if at < free {
            continue;
        }
        let found = glossary.forms_at(&words, &hits[nth..]);
        let Some((count, form)) = found.first() else { continue };
        let is_own = glossary.forms[*form as usize].term == term;
        names_itself |= is_own && at > 1;
        names_others |= !is_own;
        free = at + count;
    }
    let place = lesson.place(definition.span);
    (names_itself && !names_others).then(|| Diagnostic::circular_definition(place, &lesson.title))
}

/// Terms that no lesson mentions; what other terms say of them does not count. One whose form another has cannot be.
pub fn unused_terms(course: &Course<'_>, clashes: &Clashes, diagnostics: &mut Vec<Diagnostic>) {
    for (term, id) in course.layout.recognisable.iter().enumerate() {
        if clashes.terms.contains(&(term as TermId)) {
            continue;
        }
        let mut mentions = course.mentions[*id as usize].iter();
        if !mentions.any(|mention| is_taught(course, mention.from)) {
            let term = course.lesson(*id);
            diagnostics.push(Diagnostic::unused_term(term.title_place(), &term.title));
        }
    }
}

fn is_taught(course: &Course<'_>, id: LessonId) -> bool {
    matches!(course.lesson(id).role, Role::Home | Role::Unit | Role::Lesson)
}

/// Terms that a lesson uses before the one that teaches them. The home page and the pages of units announce what comes,
/// and may.
pub fn early_terms(course: &Course<'_>, id: LessonId) -> Vec<Diagnostic> {
    let lesson = course.lesson(id);
    let mut diagnostics = Vec::new();
    if lesson.role != Role::Lesson || course.taught_in.is_empty() {
        return diagnostics;
    }
    let position = |id: LessonId| course.layout.positions[id as usize];
    let mut told = HashSet::new();
    for Mentioned { term, span, .. } in course.recognised[id as usize].mentions() {
        let term = course.term(term);
        let Some(teacher) = course.taught_in.get(&term) else { continue };
        if position(id) < position(*teacher) && told.insert(term) {
            let title = &course.lesson(term).title;
            let teacher = course.lesson(*teacher);
            diagnostics.push(Diagnostic::early_term(
                lesson.place(span),
                title,
                &teacher.title,
                teacher.title_place(),
            ));
        }
    }
    diagnostics
}
