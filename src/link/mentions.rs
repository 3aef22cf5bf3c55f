//! Mentions: which lessons speak of which, and in which sections.

use std::sync::Arc;

use crate::course::{LessonId, Mention, Resolved};
use crate::lesson::Lesson;
use crate::recognise::Recognised;

/// Everything that says who speaks of whom.
pub struct Speakers<'a> {
    pub lessons: &'a [Arc<Lesson>],
    pub resolved: &'a [Resolved],
    pub recognised: &'a [Arc<Recognised>],
    /// The lessons of recognised terms.
    pub recognisable: &'a [LessonId],
    pub reading_order: &'a [LessonId],
}

/// Turns links and recognised terms around: for each lesson those that speak of it, in reading order.
pub fn collect(speakers: &Speakers<'_>) -> Vec<Vec<Mention>> {
    let mut mentions: Vec<Vec<Mention>> = vec![Vec::new(); speakers.lessons.len()];
    for from in speakers.reading_order {
        let index = *from as usize;
        let uses = speakers.lessons[index].uses.iter().zip(&speakers.resolved[index].targets);
        let linked = uses.filter_map(|(used, target)| Some((target.lesson()?, used.section)));
        let terms = speakers.recognised[index].mentions.iter();
        let named =
            terms.map(|(term, section, _)| (speakers.recognisable[*term as usize], *section));
        for (to, section) in linked.chain(named).filter(|(to, _)| to != from) {
            add(&mut mentions[to as usize], *from, section);
        }
    }
    mentions
}

fn add(mentions: &mut Vec<Mention>, from: LessonId, section: Option<u32>) {
    match mentions.last_mut().filter(|last| last.from == from) {
        Some(last) => {
            // `None` sorts first, as what stands above the first heading does.
            if let Err(at) = last.sections.binary_search(&section) {
                last.sections.insert(at, section);
            }
        }
        None => mentions.push(Mention { from, sections: vec![section] }),
    }
}
