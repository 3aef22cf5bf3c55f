//! The finished site: what a bundle came to, and which of its files are known to be as they were written.

use super::Written;
use super::stamp::Stamp;
use crate::bundle::Bundle;

/// A site that was brought to its folder.
pub struct Finished<'a> {
    pub written: Written,
    pub(super) bundle: &'a Bundle,
    /// The stamps of its files, in their order, that nobody else can have given them. Empty where there are none.
    pub(super) stamps: Vec<Option<Stamp>>,
}

impl Finished<'_> {
    /// The stamp of a file by its number in the bundle.
    pub(super) fn stamp(&self, number: usize) -> Option<Stamp> {
        self.stamps.get(number).copied().flatten()
    }
}
