//! Abandoning: a build that is told to end takes away what it has put beside its output.
//!
//! Whatever changes on the disk changes in a *step*. Between two steps everything can be left as it is, once what is
//! registered as the build's own has been removed: the site is the old one, or the new one.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};

use super::beside::remove_tree;

/// What a build has made for itself. It is shared with whoever may have to end the build.
#[derive(Clone, Debug, Default)]
pub struct Register(Arc<RwLock<Vec<Ours>>>);

/// Something that a build removes in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ours {
    Tree(PathBuf),
    File(PathBuf),
    /// Removed if nothing is in it.
    Folder(PathBuf),
}

impl Ours {
    fn remove(&self) {
        // What cannot be removed now is a later build's left-over.
        let _ = match self {
            Self::Tree(path) => remove_tree(path),
            Self::File(path) => fs::remove_file(path),
            Self::Folder(path) => fs::remove_dir(path),
        };
    }
}

impl Register {
    /// Does something in a step. Several threads may be in one; none may begin another inside of its own, since by then
    /// somebody may be waiting to [abandon](Self::abandon) the build.
    pub(super) fn step<T>(&self, work: impl FnOnce() -> T) -> T {
        let _step = self.0.read().unwrap_or_else(PoisonError::into_inner);
        work()
    }

    /// A step without others beside it, in which the register can be changed. It lasts until the value is dropped.
    pub(super) fn alone(&self) -> Alone<'_> {
        Alone(self.0.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits for the step that is under way, removes what the build has made for itself, and lets no other step begin.
    /// Whoever calls it ends the process.
    pub fn abandon(&self) {
        let Alone(ours) = self.alone();
        ours.iter().rev().for_each(Ours::remove);
        std::mem::forget(ours);
    }
}

pub(super) struct Alone<'a>(RwLockWriteGuard<'a, Vec<Ours>>);

impl Alone<'_> {
    pub fn register(&mut self, ours: Ours) {
        self.0.push(ours);
    }

    /// From now on it is not ours to remove.
    pub fn forget(&mut self, ours: &Ours) {
        self.0.retain(|known| known != ours);
    }

    pub fn remove(&mut self, ours: &Ours) {
        ours.remove();
        self.forget(ours);
    }
}
