//! The claim: an output folder that one build has taken hold of.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::abandon::Register;
use super::above::Above;
use super::lock::Lock;
use super::stamp::Moment;
use super::{beside, locate, manifest, tree};
use crate::error::{Error, Result};

/// Keeps other builds from writing to a folder until this and all that came of it is dropped.
pub struct Claim {
    pub(super) root: PathBuf,
    pub(super) register: Register,
    /// Dropped last, in this order.
    pub(super) lock: Arc<Lock>,
    pub(super) above: Arc<Above>,
}

impl Claim {
    /// Takes hold of a folder, and waits for other builds that write to it.
    ///
    /// # Errors
    ///
    /// Where the folder is somebody else's, or nothing can be written to it.
    pub fn take(out: &Path) -> Result<Self> {
        Self::take_with(out, &Register::default())
    }

    /// As [`Claim::take`], for a build that may have to be abandoned.
    ///
    /// # Errors
    ///
    /// As [`Claim::take`].
    pub fn take_with(out: &Path, register: &Register) -> Result<Self> {
        let (root, above, lock) = hold(out, register)?;
        if lock.guards_neighbours() {
            beside::clear_leftovers(&root);
        }
        if lock.guards_folder() {
            manifest::clear_leftovers(&root);
        }
        let (lock, above) = (Arc::new(lock), Arc::new(above));
        Ok(Self { root, register: register.clone(), lock, above })
    }

    /// A moment since which this build alone has been at work, by the clock of the file system that the folder is in. `None`
    /// where it cannot be had, or others may be at work too.
    pub(super) fn since(&self) -> Option<&Moment> {
        self.lock.since()
    }
}

/// Finds the folder and takes its lock.
fn hold(out: &Path, register: &Register) -> Result<(PathBuf, Above, Lock)> {
    let mut tries = 3;
    loop {
        let (root, above) = locate(out, register)?;
        // Asked again under the lock. Asked here, too, because a lock file may have to be put into the
        // folder, and a foreign one is not to be touched at all.
        tree::refuse_foreign(&root)?;
        tries -= 1;
        match Lock::take(&root, register) {
            // Another build has taken back the folders above, which it had made.
            Err(Error::Io { source, .. })
                if source.kind() == io::ErrorKind::NotFound && tries > 0 => {}
            lock => return Ok((root, above, lock?)),
        }
    }
}
