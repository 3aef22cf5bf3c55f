//! Spelling: how a page writes the way to each thing that its text names.
//!
//! The body of a lesson depends on its own text and on these spellings alone. That is what lets `session` keep a body
//! while the rest of the course changes.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::common::Term;
use super::sight::Sight;
use crate::address::{file_slug, is_same_name};
use crate::course::{Identity, LessonId, Pool, Resolved, Target};
use crate::interface::Neighbour;
use crate::lesson::{Lesson, Role, Use, UseKind};
use crate::link::is_refused;
use crate::parse::stem;
use crate::recognise::Point;

/// What stands in a page for one use.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Spelling {
    /// A page of the site.
    Page {
        href: String,
        /// What a link that was given no text shows.
        text: String,
        /// Where it leads to a term.
        term: Option<TermSpelling>,
    },
    /// A file that is copied.
    Asset { href: String, size: Option<(u32, u32)>, text: String },
    /// As the author wrote it: an address on the web, or a path to nothing.
    AsWritten,
    /// A name that nobody has, or a link that would run a script: shown as the author wrote it, brackets and all.
    Unknown,
}

/// What a link to a term says of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TermSpelling {
    /// The id under which the term's definition stands on the page, where it has one.
    pub definition: Option<Arc<str>>,
}

/// A term in the text that becomes a link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TermLink {
    pub open: Point,
    pub close: Point,
    pub href: Arc<str>,
    pub term: TermSpelling,
}

/// How a page writes everything that its text names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Spelled<'a> {
    /// By index of the use.
    pub uses: Vec<Spelling>,
    /// In reading order.
    pub terms: Vec<TermLink>,
    /// By question.
    pub questions: &'a [Identity],
    /// Where the lesson is an exam.
    pub exam: Option<ExamSpelling<'a>>,
}

/// An exam with everything that it asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ExamSpelling<'a> {
    /// The name under which its results are kept.
    pub key: String,
    pub draw: usize,
    pub minutes: Option<u32>,
    pub pass: u32,
    pub quoted: Vec<Quoted<'a>>,
}

/// Questions of one lesson on a page that is not its own.
#[derive(Clone, Debug)]
pub struct Quoted<'a> {
    pub lesson: &'a Lesson,
    pub spelled: Spelled<'a>,
    pub questions: Vec<u32>,
    /// The title of the lesson and the way there; none for the exam's own.
    pub topic: Option<(String, String)>,
}

impl<'a> Quoted<'a> {
    /// All that the page depends on; a hash stands for the lesson's questions.
    fn key(&self) -> (u128, &Spelled<'a>, &[u32], &Option<(String, String)>) {
        (self.lesson.shown_in_exams, &self.spelled, &self.questions, &self.topic)
    }
}

impl PartialEq for Quoted<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Quoted<'_> {}

impl Hash for Quoted<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// Spells what a lesson names as seen from its own page.
pub fn spell<'a>(course: &Sight<'a>) -> Spelled<'a> {
    Spelled {
        uses: spell_uses(course, course.own(), course.resolved()),
        terms: spell_terms(course),
        questions: course.identities(),
        exam: course.exam().map(|pool| spell_exam(course, pool)),
    }
}

fn spell_exam<'a>(course: &Sight<'a>, pool: &Pool) -> ExamSpelling<'a> {
    let (page, here) = (course.id(), course.here());
    // The questions of one lesson follow each other.
    let lessons = pool.pool.chunk_by(|(one, _), (next, _)| one == next);
    let quoted = lessons.map(|questions| {
        let (id, _) = questions[0];
        let topic = (id != page)
            .then(|| (course.title_of(id).to_owned(), here.href_to(course.address(id))));
        Quoted {
            lesson: course.quoted(id),
            spelled: spell_quoted(course, id),
            questions: questions.iter().map(|(_, question)| *question).collect(),
            topic,
        }
    });
    ExamSpelling {
        key: pool.key.clone(),
        draw: pool.draw,
        minutes: pool.minutes,
        pass: pool.pass,
        quoted: quoted.collect(),
    }
}

/// Spells what another lesson names as seen from this page. Terms are not linked: an exam gives no definitions.
fn spell_quoted<'a>(course: &Sight<'a>, id: LessonId) -> Spelled<'a> {
    let mut uses = spell_uses(course, course.quoted(id), course.resolved_of(id));
    for used in &mut uses {
        if let Spelling::Page { term, .. } = used {
            *term = None;
        }
    }
    Spelled { uses, questions: course.identities_of(id), ..Spelled::default() }
}

fn spell_term(term: &Term) -> TermSpelling {
    TermSpelling { definition: term.definition.as_ref().map(|definition| definition.id.clone()) }
}

fn spell_terms(course: &Sight<'_>) -> Vec<TermLink> {
    let links = course.recognised().links();
    links
        .map(|found| {
            let term = course.spoken_of(course.term(found.term));
            let (open, close) = (found.open, found.close);
            TermLink { open, close, href: term.href.clone(), term: spell_term(&term) }
        })
        .collect()
}

/// Spells the uses of a lesson, the page's own or one that it quotes, as seen from the page.
fn spell_uses(course: &Sight<'_>, lesson: &Lesson, resolved: &Resolved) -> Vec<Spelling> {
    let (id, here) = (course.id(), course.here());
    let uses = lesson.uses.iter();
    uses.zip(&resolved.targets)
        .map(|(used, target)| match target {
            Target::Lesson { lesson: to, anchor } | Target::Term { term: to, anchor } => {
                let page = course.lesson(*to);
                let href = match anchor {
                    Some(anchor) if *to == id => with_anchor(String::new(), Some(anchor)),
                    anchor => with_anchor(here.href_to(course.address(*to)), anchor.as_deref()),
                };
                let title = course.title_of(*to);
                let text = link_text(used, page, title, anchor.as_deref());
                // A page does not explain itself.
                let is_term = page.role() == Role::Term && *to != id;
                let term = is_term.then(|| spell_term(&course.spoken_of(*to)));
                Spelling::Page { href, text, term }
            }
            Target::Asset { asset, anchor } => {
                let placed = course.asset(*asset);
                Spelling::Asset {
                    href: with_anchor(here.href_to(&placed.address), anchor.as_deref()),
                    size: placed.asset.size,
                    text: placed.asset.path.file_name().to_owned(),
                }
            }
            Target::Missing if is_name(used) || is_refused(used) => Spelling::Unknown,
            Target::External | Target::Missing => Spelling::AsWritten,
        })
        .collect()
}

fn with_anchor(mut href: String, anchor: Option<&str>) -> String {
    if let Some(anchor) = anchor {
        href.push('#');
        crate::address::encode_path(anchor, &mut href);
    }
    href
}

/// What `[[name]]` shows: the name itself where it is one that people read, so that `[[outcomes]]` stays as it is in a
/// sentence; the title where a slug or a path was written; and the heading that an anchor leads to.
fn link_text(used: &Use, page: Neighbour<'_>, title: &str, anchor: Option<&str>) -> String {
    if !is_name(used) {
        return String::new();
    }
    let name = used.text.split('#').next().unwrap_or_default().trim();
    let is_term = page.role() == Role::Term;
    let mut aliases = page.aliases().filter(|_| is_term);
    let is_title = is_same_name(title, name)
        || is_same_name(page.title(), name)
        || aliases.any(|alias| is_same_name(alias, name));
    // What names a term and is neither its slug nor a path is one of its regular forms.
    let is_slug = || name.contains('/') || file_slug(name) == file_slug(stem(page.file_name()));
    let is_readable = is_title || (is_term && !is_slug());
    let shown = if is_readable { name } else { title };
    let heading = anchor.and_then(|anchor| page.heading(anchor));
    match heading {
        Some(heading) if name.is_empty() => heading.to_owned(),
        Some(heading) => format!("{shown}: {heading}"),
        None => shown.to_owned(),
    }
}

fn is_name(used: &Use) -> bool {
    matches!(used.kind, UseKind::WikiLink | UseKind::WikiEmbed)
}
