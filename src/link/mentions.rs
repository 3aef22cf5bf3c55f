//! Mentions: which lessons link to which.

use std::sync::Arc;

use crate::course::{LessonId, Mention, Resolved};
use crate::lesson::Lesson;

/// Turns the targets around: for each lesson those that link to it, once each, in reading order.
pub fn collect(
    resolved: &[Resolved],
    lessons: &[Arc<Lesson>],
    reading_order: &[LessonId],
) -> Vec<Vec<Mention>> {
    let mut mentions: Vec<Vec<Mention>> = vec![Vec::new(); lessons.len()];
    for from in reading_order {
        let uses = &lessons[*from as usize].uses;
        for (used, target) in uses.iter().zip(&resolved[*from as usize].targets) {
            let Some(to) = target.lesson().filter(|to| to != from) else { continue };
            let mentions = &mut mentions[to as usize];
            if mentions.last().is_none_or(|last| last.from != *from) {
                mentions.push(Mention { from: *from, section: used.section });
            }
        }
    }
    mentions
}
