//! The finished site: what a bundle came to, and which of its files nobody else can have touched.

use ahash::AHashSet as HashSet;

use super::Written;
use super::plan::Plan;
use super::stamp::Moment;
use super::swap::Swap;
use crate::bundle::Bundle;

/// A site that was brought to its folder.
pub struct Finished<'a> {
    pub written: Written,
    pub(super) bundle: &'a Bundle,
    /// When the new tree was about to take its place.
    swapped: Option<Moment>,
    /// The files that the old tree had too. They are the same files, which others could come to all the time.
    linked: HashSet<&'a str>,
}

impl<'a> Finished<'a> {
    pub(super) fn new(bundle: &'a Bundle, plan: &Plan, swap: Swap) -> Self {
        let swapped = match swap {
            Swap::Done { before } => before,
            Swap::Impossible => None,
        };
        // A plan has the files of its bundle, in the same order.
        let files = bundle.files.keys().zip(&plan.files);
        let linked = files.filter(|(_, file)| file.unchanged.is_some()).map(|(path, _)| path);
        Self { written: plan.counts(), bundle, swapped, linked: linked.collect() }
    }

    /// A moment until which only this build can have touched the file of a path. `None` where others might have all the while.
    pub(super) fn alone_until(&self, path: &str) -> Option<&Moment> {
        self.swapped.as_ref().filter(|_| !self.linked.contains(path))
    }
}
