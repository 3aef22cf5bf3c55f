//! Marks: hashes of the layout's parts, with identities in place of numbers, so that they stay when a lesson elsewhere
//! comes or goes.

use crate::course::{Layout, LessonId, Letter, Placement};
use crate::link::asset_identity;
use crate::memo::key_of;

/// Marks every part of a layout.
pub fn set(layout: &mut Layout) {
    let ids = (0..layout.placements.len()).map(|id| id as LessonId);
    layout.marks = ids.map(|id| place(layout, id)).collect();
    let faces = layout.placements.iter();
    layout.faces = faces.map(|placement| key_of(&(&placement.address, &placement.title))).collect();
    layout.shared = shared(layout);
}

/// Where a lesson stands.
fn place(layout: &Layout, id: LessonId) -> u128 {
    let identity = |id: LessonId| layout.identities[id as usize];
    let Placement { address, title, unit, previous, next } = &layout.placements[id as usize];
    let page = layout.units[*unit as usize].page;
    let neighbours = (previous.map(identity), next.map(identity));
    key_of(&((address, title), (identity(page), page == id), neighbours))
}

/// What all pages share.
fn shared(layout: &Layout) -> u128 {
    let identity = |id: &LessonId| layout.identities[*id as usize];
    let letters = layout
        .letters
        .iter()
        .map(|Letter { letter, terms }| (letter, terms.iter().map(identity).collect::<Vec<_>>()));
    let lists = [layout.glossary, layout.map, layout.not_found].map(|id| id.as_ref().map(identity));
    let pictures = [layout.image, layout.icon]
        .map(|id| id.map(|id| asset_identity(&layout.assets[id as usize].asset)));
    let pages = (identity(&layout.home()), lists, pictures);
    key_of(&(&layout.title, pages, letters.collect::<Vec<_>>()))
}
