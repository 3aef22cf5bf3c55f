//! The lock: one build at a time writes to an output folder.
//!
//! The lock file `.NAME.hornbook-lock` lies beside the folder `NAME` while a build writes. It
//! cannot lie in the folder, for the folder itself is exchanged, and two builds would hold the
//! locks of two folders. (To lock the folder above needs no file, but a script that runs
//! `flock . hornbook build` would wait for ever.)
//! Where nothing can be created beside the folder, it cannot be exchanged either: there the file is
//! `.hornbook-lock` in the folder. It is removed in the end; the system unlocks it even for a build
//! that is killed, and the next one takes it over.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::abandon::{Ours, Register};
use super::beside::neighbour;
use super::manifest;
use super::stamp::Moment;
use crate::error::{Error, Result};

pub(super) struct Lock {
    /// Held until this is dropped.
    file: File,
    path: PathBuf,
    beside: bool,
    /// There are network file systems that cannot lock.
    locked: bool,
    register: Register,
    since: Option<Moment>,
}

impl Lock {
    /// Waits for other builds that write to the folder `root`.
    pub fn take(root: &Path, register: &Register) -> Result<Self> {
        match Self::take_at(neighbour(root, "lock"), true, register) {
            Err(Error::Io { source, .. }) if refuses_files(&source) => {
                if !root.is_dir() {
                    return Err(Error::io("create", root)(source));
                }
                Self::take_at(root.join(manifest::LOCK), false, register)
            }
            result => result,
        }
    }

    /// Whether no other build can write to the folder.
    pub fn guards_folder(&self) -> bool {
        self.locked
    }

    /// Whether all that builds put beside the folder is this build's to use and remove.
    pub fn guards_neighbours(&self) -> bool {
        self.locked && self.beside
    }

    /// A moment after it was taken; `None` where it cannot be told, or nothing was locked.
    pub fn since(&self) -> Option<&Moment> {
        self.since.as_ref()
    }

    /// Now, by the same clock; `None` as above.
    pub fn now(&self) -> Option<Moment> {
        self.locked.then(|| moment(&self.file)).flatten()
    }

    fn take_at(path: PathBuf, beside: bool, register: &Register) -> Result<Self> {
        loop {
            let file = open(&path).map_err(Error::io("create", &path))?;
            let locked = lock(&file).map_err(Error::io("lock", &path))?;
            // The build that was waited for has removed its file: a third may have made another.
            if !locked || is_still(&file, &path) {
                let since = if locked { moment(&file) } else { None };
                // Where files cannot be told apart (see `is_still`), the file has to stay.
                if cfg!(unix) && locked {
                    register.alone().register(Ours::File(path.clone()));
                }
                let register = register.clone();
                return Ok(Self { file, path, beside, locked, register, since });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if cfg!(unix) && self.locked {
            self.register.alone().remove(&Ours::File(self.path.clone()));
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let created = File::options().read(true).write(true).create(true).truncate(false).open(path);
    match created {
        // Another user's, perhaps: it can be locked all the same.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            File::open(path).map_err(|_| error)
        }
        result => result,
    }
}

fn lock(file: &File) -> io::Result<bool> {
    loop {
        match file.lock() {
            Ok(()) => return Ok(true),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::Unsupported => return Ok(false),
            #[cfg(unix)]
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NOLCK.raw_os_error()) => {
                return Ok(false);
            }
            Err(error) => return Err(error),
        }
    }
}

#[cfg(unix)]
fn moment(file: &File) -> Option<Moment> {
    Moment::now(file).ok()
}

#[cfg(not(unix))]
fn moment(_file: &File) -> Option<Moment> {
    None
}

#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), fs::metadata(path)) {
        (Ok(locked), Ok(there)) => identity(locked) == identity(there),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_still(_file: &File, _path: &Path) -> bool {
    true
}

/// Whether an error says that nothing can be created there.
pub(super) fn refuses_files(error: &io::Error) -> bool {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem, Unsupported};
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem | Unsupported)
}
