//! Spelling: how a page writes the way to each thing that its text names.
//!
//! The body of a lesson depends on its own text and on these spellings alone. That is what lets `session` keep a body
//! while the rest of the course changes.

use super::sight::Sight;
use crate::address::{file_slug, name_key};
use crate::course::{LessonId, Target};
use crate::interface::Neighbour;
use crate::lesson::{Role, Use, UseKind};
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
    /// A name that nobody has: shown as the author wrote it, brackets and all.
    Unknown,
}

/// What a link to a term says of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TermSpelling {
    /// The id under which the term's definition stands on the page, where it has one.
    pub definition: Option<String>,
}

/// A term in the text that becomes a link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TermLink {
    pub open: Point,
    pub close: Point,
    pub href: String,
    pub term: TermSpelling,
}

/// How a page writes everything that its text names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Spelled {
    /// By index of the use.
    pub uses: Vec<Spelling>,
    /// In reading order.
    pub terms: Vec<TermLink>,
}

/// Spells what a lesson names as seen from its own page.
pub fn spell(course: &Sight<'_>) -> Spelled {
    Spelled { uses: spell_uses(course), terms: spell_terms(course) }
}

/// The id under which the definition of a term stands on the pages that use it. No heading's id has a colon.
pub fn definition_id(course: &Sight<'_>, term: LessonId) -> String {
    let address = course.address(term).as_str();
    let name = address.strip_suffix(".html").unwrap_or(address);
    format!("def:{}", name.strip_prefix("glossary/").unwrap_or(name).replace('/', ":"))
}

fn spell_term(course: &Sight<'_>, term: LessonId) -> TermSpelling {
    let has_definition = course.lesson(term).definition().is_some();
    TermSpelling { definition: has_definition.then(|| definition_id(course, term)) }
}

fn spell_terms(course: &Sight<'_>) -> Vec<TermLink> {
    let here = course.here();
    let links = course.recognised().links.iter();
    links
        .map(|found| {
            let term = course.term(found.term);
            TermLink {
                open: found.open,
                close: found.close,
                href: here.href_to(course.address(term)),
                term: spell_term(course, term),
            }
        })
        .collect()
}

fn spell_uses(course: &Sight<'_>) -> Vec<Spelling> {
    let (id, here) = (course.id(), course.here());
    let targets = &course.resolved().targets;
    let uses = course.own().uses.iter();
    uses.zip(targets)
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
                let term = is_term.then(|| spell_term(course, *to));
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
            Target::Missing if is_name(used) => Spelling::Unknown,
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
    let key = name_key(name);
    let is_term = page.role() == Role::Term;
    let aliases = page.aliases().filter(|_| is_term);
    let is_title = name_key(title) == key
        || name_key(page.title()) == key
        || aliases.into_iter().any(|alias| name_key(alias) == key);
    // What names a term and is neither its slug nor a path is one of its regular forms.
    let is_slug = name.contains('/') || file_slug(name) == file_slug(stem(page.file_name()));
    let is_readable = is_title || (is_term && !is_slug);
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
