//! Mentions: which lessons speak of which, and in which sections.

use std::sync::Arc;

use rayon::prelude::*;

use crate::course::{Layout, LessonId, Mention, Resolved};
use crate::lesson::{Lesson, Section};
use crate::memo::key_of;
use crate::recognise::Recognised;
use crate::table::Table;

/// Whom a lesson speaks of, and in which sections; sorted.
pub type Said = Arc<[(LessonId, Option<Section>)]>;

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
    let terms = recognised.mentions();
    let named = terms.map(|named| (layout.recognisable[named.term as usize], named.section));
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
    /// Listens to what the lessons say now: to those that say something else than before, or to all.
    pub fn listen(&mut self, said: &Table<Said>, layout: &Layout) {
        let is_same = |(heard, said): (&Said, &Said)| Arc::ptr_eq(heard, said) || heard == said;
        let pairs = self.heard.iter().zip(said.iter()).enumerate();
        let different: Vec<usize> =
            pairs.filter(|(_, pair)| !is_same(*pair)).map(|(index, _)| index).collect();
        let touched = match self.heard.len() != said.len() || different.len() > MANY {
            true => self.listen_to_all(said, layout),
            false => self.listen_to(&different, said, layout),
        };
        let mark = |to: LessonId| (to, self.mark(to, layout));
        let marks: Vec<_> = touched.into_par_iter().with_min_len(64).map(mark).collect();
        for (to, mark) in marks {
            self.marks[to as usize] = mark;
        }
    }

    /// Begins anew. Returns whom somebody speaks of.
    fn listen_to_all(&mut self, said: &Table<Said>, layout: &Layout) -> Vec<LessonId> {
        self.heard = vec![Said::default(); said.len()];
        self.marks = vec![0; said.len()];
        // Counted first: lists that grow leave holes behind, and those of terms are long.
        let mut counts = vec![0; said.len()];
        for from in &layout.reading_order {
            said[*from as usize].iter().for_each(|(to, _)| counts[*to as usize] += 1);
        }
        let mut lists: Vec<Vec<Mention>> = counts.into_iter().map(Vec::with_capacity).collect();
        for from in &layout.reading_order {
            let own = &said[*from as usize];
            self.heard[*from as usize] = own.clone();
            for (to, section) in own.iter() {
                // In reading order, and so in the order that they are kept in.
                lists[*to as usize].push(Mention { from: *from, section: *section });
            }
        }
        let touched = lists.iter().enumerate().filter(|(_, list)| !list.is_empty());
        let touched = touched.map(|(to, _)| to as LessonId).collect();
        self.by_lesson = lists.into_iter().collect();
        touched
    }

    /// Takes out what some lessons no longer say, and puts in what is new. Returns whom they spoke or speak of.
    fn listen_to(
        &mut self,
        lessons: &[usize],
        said: &Table<Said>,
        layout: &Layout,
    ) -> Vec<LessonId> {
        let mut touched = Vec::new();
        for index in lessons.iter().copied() {
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
        touched
    }

    fn mark(&self, to: LessonId, layout: &Layout) -> u128 {
        let mentions = self.by_lesson[to as usize].iter();
        let known =
            mentions.map(|Mention { from, section }| (layout.identities[*from as usize], *section));
        key_of(&known.collect::<Vec<_>>())
    }

    /// Forgets everything: for numbers that mean other lessons now.
    pub fn forget(&mut self) {
        *self = Self::default();
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
