//! Mentions: which lessons speak of which, and in which sections.

use std::sync::Arc;

use rayon::prelude::*;

use crate::course::{Layout, LessonId, Mention, Resolved};
use crate::lesson::Lesson;
use crate::memo::{exact, key_of};
use crate::recognise::Recognised;
use crate::table::Table;

/// Whom a lesson speaks of, and in which sections; sorted.
pub type Said = Arc<[(LessonId, Option<u32>)]>;

/// Collects whom one lesson speaks of: by its links and by the terms in its text.
pub fn said(
    id: LessonId,
    lesson: &Lesson,
    resolved: &Resolved,
    recognised: &Recognised,
    layout: &Layout,
) -> Said {
    // What is no page speaks to nobody.
    if !layout.has_page(id) {
        return Said::default();
    }
    let uses = lesson.uses.iter().zip(&resolved.targets);
    let linked = uses.filter_map(|(used, target)| Some((target.lesson()?, used.section)));
    let terms = recognised.mentions.iter();
    let named = terms.map(|(term, section, _)| (layout.recognisable[*term as usize], *section));
    let mut said: Vec<_> = linked.chain(named).filter(|(to, _)| *to != id).collect();
    // `None` sorts first, as what stands above the first heading does.
    said.sort_unstable();
    said.dedup();
    said.into()
}

/// From how many lessons on that say something else it is cheaper to begin anew.
const MANY: usize = 100;

/// Who speaks of each lesson, kept up with what the lessons say.
#[derive(Default)]
pub struct Mentions {
    /// What each lesson said when it was last listened to.
    heard: Vec<Said>,
    /// By the lesson that is mentioned, in reading order.
    pub by_lesson: Table<Vec<Mention>>,
    /// The hashes of these lists, with identities in place of numbers.
    pub marks: Vec<u128>,
}

impl Mentions {
    /// Listens to what the lessons say now: takes out what is no longer said, puts in what is new. Beginning anew is
    /// listening to all after nobody has said anything.
    pub fn listen(&mut self, said: &Table<Said>, layout: &Layout) {
        let is_same = |(heard, said): (&Said, &Said)| Arc::ptr_eq(heard, said) || heard == said;
        let pairs = self.heard.iter().zip(said.iter()).enumerate();
        let mut different: Vec<usize> =
            pairs.filter(|(_, pair)| !is_same(*pair)).map(|(index, _)| index).collect();
        let begins_anew = self.heard.len() != said.len() || different.len() > MANY;
        if begins_anew {
            self.forget(said.len());
            different = layout.reading_order.iter().map(|id| *id as usize).collect();
        }
        let mut touched = Vec::new();
        for index in different {
            let from = index as LessonId;
            let heard = std::mem::replace(&mut self.heard[index], said[index].clone());
            for (to, section) in heard.iter() {
                self.take_out(*to, Mention { from, section: *section }, layout);
                touched.push(*to);
            }
            for (to, section) in said[index].iter() {
                self.put_in(*to, Mention { from, section: *section }, layout);
                touched.push(*to);
            }
        }
        touched.sort_unstable();
        touched.dedup();
        if begins_anew {
            for to in &touched {
                let mentions = self.by_lesson.get_mut(*to as usize);
                *mentions = exact(std::mem::take(mentions));
            }
        }
        let mark = |to: LessonId| (to, self.mark(to, layout));
        let marks: Vec<_> = touched.into_par_iter().with_min_len(64).map(mark).collect();
        for (to, mark) in marks {
            self.marks[to as usize] = mark;
        }
    }

    fn mark(&self, to: LessonId, layout: &Layout) -> u128 {
        let mentions = self.by_lesson[to as usize].iter();
        let known =
            mentions.map(|Mention { from, section }| (layout.identities[*from as usize], *section));
        key_of(&known.collect::<Vec<_>>())
    }

    /// Forgets everything: for numbers that mean other lessons now.
    pub fn forget(&mut self, lessons: usize) {
        self.heard = vec![Said::default(); lessons];
        self.by_lesson = (0..lessons).map(|_| Vec::new()).collect();
        self.marks = vec![0; lessons];
    }

    fn take_out(&mut self, to: LessonId, mention: Mention, layout: &Layout) {
        let mentions = self.by_lesson.get_mut(to as usize);
        if let Ok(at) = place(mentions, mention, layout) {
            mentions.remove(at);
        }
    }

    fn put_in(&mut self, to: LessonId, mention: Mention, layout: &Layout) {
        let mentions = self.by_lesson.get_mut(to as usize);
        if let Err(at) = place(mentions, mention, layout) {
            mentions.insert(at, mention);
        }
    }
}

/// Where a section stands, or would stand, among those that speak of another lesson.
fn place(mentions: &[Mention], mention: Mention, layout: &Layout) -> Result<usize, usize> {
    let position =
        |Mention { from, section }: &Mention| (layout.positions[*from as usize], *section);
    mentions.binary_search_by_key(&position(&mention), position)
}
