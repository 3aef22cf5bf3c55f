//! Ids of headings: unique on the page, stable, and the same as on GitHub.

use std::collections::HashMap;

use crate::address::heading_slug;
use crate::diagnostic::Diagnostic;
use crate::lesson::{Heading, footnote_id};
use crate::source::Source;

/// Ids in use, and by which heading where it is one with an explicit id.
pub type Taken = HashMap<String, Option<usize>>;

/// The ids that no heading can have, because raw HTML or a footnote has them.
pub fn taken(html_ids: &[Box<str>], footnotes: usize) -> Taken {
    let footnotes = (0..footnotes as u32).map(footnote_id);
    html_ids.iter().map(|id| id.to_string()).chain(footnotes).map(|id| (id, None)).collect()
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
        if let Some(Some(first)) = taken.insert(id.to_string(), Some(index)) {
            let place = source.place(headings[index].span);
            let other = source.place(headings[first].span);
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
