//! The finished site: what a bundle came to, and which of its files are known to be as they were written.

use super::Written;
use super::plan::Plan;
use super::stamp::Stamp;
use super::swap::Swap;
use crate::bundle::Bundle;

/// A site that was brought to its folder.
pub struct Finished<'a> {
    pub written: Written,
    pub(super) bundle: &'a Bundle,
    /// The stamps of its files, in their order, that nobody else can have given them. Empty where there are none.
    stamps: Vec<Option<Stamp>>,
}

impl<'a> Finished<'a> {
    pub(super) fn new(bundle: &'a Bundle, plan: &Plan, swap: Swap) -> Self {
        let stamps = match swap {
            // What others do to a file after the swap gives it a later time.
            Swap::Done { before: Some(before), stamps } => {
                let stamps = stamps.into_iter();
                stamps.map(|stamp| stamp.filter(|stamp| stamp.is_before(&before))).collect()
            }
            Swap::Done { before: None, .. } | Swap::Impossible => Vec::new(),
        };
        Self { written: plan.counts(), bundle, stamps }
    }

    /// The stamp of a file by its number in the bundle.
    pub(super) fn stamp(&self, number: usize) -> Option<Stamp> {
        self.stamps.get(number).copied().flatten()
    }
}
