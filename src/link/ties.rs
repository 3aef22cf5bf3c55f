//! Ties: what a lesson asks for, which terms it explains, and which it uses that another one explains.

use ahash::AHashMap as HashMap;

use crate::course::{Layout, LessonId, Resolved, Ties};
use crate::lesson::{Lesson, Role};
use crate::link::Said;
use crate::memo::key_of;

/// The ties of one lesson. `taught_in` says by term which lesson explains it.
pub fn ties(
    id: LessonId,
    lesson: &Lesson,
    resolved: &Resolved,
    said: &Said,
    taught_in: &HashMap<LessonId, LessonId>,
    layout: &Layout,
) -> Ties {
    if !matches!(lesson.role, Role::Lesson | Role::Unit) || !layout.has_page(id) {
        return Ties::default();
    }
    let is_other = |other: &&LessonId| **other != id;
    let needs: Box<[LessonId]> = resolved.prerequisites.iter().filter(is_other).copied().collect();
    let mentioned = said.iter().map(|(to, _)| *to);
    let taught = mentioned.filter_map(|term| Some((*taught_in.get(&term)?, term)));
    let mut uses: Vec<(LessonId, LessonId)> =
        taught.filter(|(teacher, _)| *teacher != id).collect();
    let place = |id: LessonId| (layout.positions[id as usize], layout.alphabetical.get(&id));
    uses.sort_by_key(|(teacher, term)| (place(*teacher), place(*term)));
    uses.dedup();
    let identity = |id: &LessonId| layout.identities[*id as usize];
    let known = |ids: &[LessonId]| ids.iter().map(identity).collect::<Vec<_>>();
    let used: Vec<_> = uses.iter().map(|(by, term)| (identity(by), identity(term))).collect();
    let mark = key_of(&(known(&needs), known(&resolved.teaches), used));
    Ties { needs, teaches: resolved.teaches.clone().into(), uses: uses.into(), mark }
}
