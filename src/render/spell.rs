//! Spelling: how a page writes the way to each thing that its text names.
//!
//! The body of a lesson depends on its own text and on these spellings alone. That is what lets `session` keep a body
//! while the rest of the course changes.

use crate::address::name_key;
use crate::course::{Course, LessonId, Target};
use crate::lesson::{Lesson, Role, Use, UseKind};

/// What stands in a page for one use.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Spelling {
    /// A page of the site.
    Page {
        href: String,
        /// What a link that was given no text shows.
        text: String,
        is_term: bool,
    },
    /// A file that is copied.
    Asset { href: String, size: Option<(u32, u32)>, text: String },
    /// As the author wrote it: an address on the web, or a path to nothing.
    AsWritten,
    /// A name that nobody has: shown as the author wrote it, brackets and all.
    Unknown,
}

/// Spells the targets of a lesson as seen from its own page, by index of the use.
pub fn spell(course: &Course, id: LessonId) -> Vec<Spelling> {
    let here = course.address(id);
    let lesson = course.lesson(id);
    let targets = &course.resolved[id as usize].targets;
    lesson
        .uses
        .iter()
        .zip(targets)
        .map(|(used, target)| match target {
            Target::Lesson { lesson: to, anchor } | Target::Term { term: to, anchor } => {
                let page = course.lesson(*to);
                let href = match anchor {
                    Some(anchor) if *to == id => with_anchor(String::new(), Some(anchor)),
                    anchor => with_anchor(here.href_to(course.address(*to)), anchor.as_deref()),
                };
                let title = &course.placement(*to).title;
                let text = link_text(used, page, title, anchor.as_deref());
                Spelling::Page { href, text, is_term: page.role == Role::Term }
            }
            Target::Asset { asset, anchor } => {
                let placed = &course.assets[*asset as usize];
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

/// What `[[name]]` shows: the name itself where it is one that people read, so that `[[outcome]]` stays lower-case in a
/// sentence; the title where a slug or a path was written; and the heading that an anchor leads to.
fn link_text(used: &Use, page: &Lesson, title: &str, anchor: Option<&str>) -> String {
    if !is_name(used) {
        return String::new();
    }
    let name = used.text.split('#').next().unwrap_or_default().trim();
    let key = name_key(name);
    let aliases = page.front.aliases.iter().filter(|_| page.role == Role::Term);
    let is_readable = name_key(title) == key
        || name_key(&page.title) == key
        || aliases.into_iter().any(|alias| name_key(&alias.value) == key);
    let shown = if is_readable { name } else { title };
    let heading = anchor.and_then(|anchor| {
        page.headings.iter().find(|heading| *heading.id == *anchor).map(|heading| &*heading.text)
    });
    match heading {
        Some(heading) if name.is_empty() => heading.to_owned(),
        Some(heading) => format!("{shown}: {heading}"),
        None => shown.to_owned(),
    }
}

fn is_name(used: &Use) -> bool {
    matches!(used.kind, UseKind::WikiLink | UseKind::WikiEmbed)
}
