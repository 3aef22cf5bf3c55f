//! Ids of headings: unique on the page, stable, and the same as on GitHub.

use ahash::AHashMap as HashMap;

use crate::address::heading_slug;
use crate::diagnostic::Diagnostic;
use crate::lesson::Heading;
use crate::source::{Source, Span, Spanned};

/// Ids in use, each with the place that uses it where an author wrote it.
pub type Taken = HashMap<String, Option<Span>>;

/// The ids of raw HTML, which no heading can have; those that stand twice are reported.
pub fn taken(
    source: &Source,
    html_ids: &[Spanned<Box<str>>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Taken {
    let mut taken = Taken::new();
    for id in html_ids {
        match taken.get(&*id.value) {
            Some(Some(first)) => {
                let (place, other) = (source.place(id.span), source.place(*first));
                diagnostics.push(Diagnostic::duplicate_id(place, &id.value, other));
            }
            _ => {
                taken.insert(id.value.to_string(), Some(id.span));
            }
        }
    }
    taken
}

/// Gives every heading its id: the explicit one, else one made from its text, with a number where that is taken.
/// Explicit ids come first, so that writing one never changes another heading's.
pub fn assign(
    source: &Source,
    headings: &mut [Heading],
    explicit: &[Option<Box<str>>],
    mut taken: Taken,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (index, id) in explicit.iter().enumerate() {
        let Some(id) = id else { continue };
        let span = headings[index].span;
        if let Some(Some(first)) = taken.insert(id.to_string(), Some(span)) {
            let (place, other) = (source.place(span), source.place(first));
            diagnostics.push(Diagnostic::duplicate_id(place, id, other));
        }
    }
    // How often each slug was asked for, so that a thousand equal headings take a thousand steps.
    let mut counts: HashMap<String, u32> = HashMap::new();
    for (heading, explicit) in headings.iter_mut().zip(explicit) {
        heading.id = match explicit {
            Some(id) => id.clone(),
            None => free_id(heading_slug(&heading.text), &mut taken, &mut counts).into(),
        };
    }
}

/// The slug itself, or with `-1`, `-2`, … as GitHub numbers equal headings.
fn free_id(slug: String, taken: &mut Taken, counts: &mut HashMap<String, u32>) -> String {
    let count = counts.entry(slug.clone()).or_insert(0);
    loop {
        let id = if *count == 0 { slug.clone() } else { format!("{slug}-{count}") };
        *count += 1;
        if !taken.contains_key(&id) {
            taken.insert(id.clone(), None);
            return id;
        }
    }
}
