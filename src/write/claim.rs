//! The claim: an output folder that one build has taken hold of.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::lock::Lock;
use super::stamp::Moment;
use super::{beside, locate, tree};
use crate::error::Result;

/// Keeps other builds from writing to a folder until this and all that came of it is dropped.
pub struct Claim {
    pub(super) root: PathBuf,
    pub(super) lock: Arc<Lock>,
}

impl Claim {
    /// Takes hold of a folder, and waits for other builds that write to it.
    ///
    /// # Errors
    ///
    /// Where the folder is somebody else's, or nothing can be written to it.
    pub fn take(out: &Path) -> Result<Self> {
        let root = locate(out)?;
        // Asked again under the lock. Asked here, too, because a lock file may have to be put into the
        // folder, and a foreign one is not to be touched at all.
        tree::refuse_foreign(&root)?;
        let lock = Lock::take(&root)?;
        if lock.guards_neighbours() {
            beside::clear_leftovers(&root);
        }
        Ok(Self { root, lock: Arc::new(lock) })
    }

    /// A moment since which this build alone has been at work, by the clock of the file system that the folder is in. `None`
    /// where it cannot be had, or others may be at work too.
    pub(super) fn since(&self) -> Option<&Moment> {
        self.lock.since()
    }
}
