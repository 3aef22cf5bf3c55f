//! Writing: a bundle becomes the files of a folder.
//!
//! ```text
//!  lock ──▶ tree: what is there ──▶ plan: what differs ──▶ swap, or in_place where that fails
//! ```
//!
//! A build that would change nothing is known by the `record` of the last one, and does nothing.
//!
//! Whoever reads the folder meets the old site or the new one. Nothing is removed that the
//! manifest of the last build does not list.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::bundle::Bundle;
use crate::error::{Error, Result};
use above::Above;
use swap::Swap;

mod abandon;
mod above;
mod beside;
mod claim;
mod content;
mod finished;
mod in_place;
mod lock;
mod manifest;
mod plan;
mod record;
mod stage;
mod stamp;
mod swap;
#[cfg(test)]
mod tests;
mod tree;
mod verify;

pub use abandon::Register;
pub use claim::Claim;
pub use content::hash as hash_file;
pub use finished::Finished;
pub use manifest::NAME as MANIFEST;
pub use record::{Asked, Recalled, Records, Said, program};
pub use stage::Stage;
pub use verify::{Finding, Verified, Wrong, listed, verify, verify_bundle};

/// What writing did, in numbers of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    pub written: usize,
    pub unchanged: usize,
    pub removed: usize,
}

/// Brings `bundle` to the folder `out`. `site` is the folder that copied files are taken from.
///
/// # Panics
///
/// When a path in the bundle could lead out of the folder, or is kept for `write` itself.
pub fn write(bundle: &Bundle, site: &Path, out: &Path) -> Result<Written> {
    Ok(Stage::open(out)?.write(bundle, site)?.written)
}

/// As [`write`], but always file by file: whoever serves the folder itself, or watches it, would not see another folder
/// take its place.
///
/// # Panics
///
/// As [`write`].
pub fn write_in_place(bundle: &Bundle, site: &Path, out: &Path) -> Result<Written> {
    Ok(Stage::open(out)?.write_with(|_| Ok(Swap::Impossible), bundle, site)?.written)
}

/// Whether a folder holds a site that Hornbook wrote: `load` does not read such folders.
pub fn is_output(folder: &Path) -> bool {
    manifest::stands_in(folder)
}

/// Other verbs make the paths: one that is not plain and relative is a mistake of ours.
fn check_path(path: &str) {
    assert!(
        is_plain(path),
        "an output path must be relative, without empty parts, `.` or `..`: {path:?}"
    );
    assert!(!manifest::is_reserved(path), "an output path is kept for `write` itself: {path:?}");
}

/// Whether a path leads nowhere but down.
fn is_plain(path: &str) -> bool {
    let plain =
        path.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.contains('\0'));
    // On Windows `C:` and `\` would make a path absolute, or longer than it looks.
    plain && !(cfg!(windows) && path.contains(['\\', ':']))
}

/// The folder itself, whatever links lead to it. It need not be there; the folder above it is then.
fn locate(out: &Path, register: &Register) -> Result<(PathBuf, Above)> {
    let fail = |kind, message| Error::io("write to", out)(io::Error::new(kind, message));
    match fs::canonicalize(out) {
        Ok(root) if root.is_dir() => Ok((root, Above::none(register))),
        Ok(_) => Err(fail(io::ErrorKind::NotADirectory, "it is a file, not a folder")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if out.is_symlink() {
                return Err(fail(io::ErrorKind::NotFound, "it is a link that leads nowhere"));
            }
            let Some(name) = out.file_name() else {
                return Err(fail(io::ErrorKind::NotFound, "there is no such folder"));
            };
            let parent = match out.parent() {
                Some(parent) if parent != Path::new("") => parent,
                _ => Path::new("."),
            };
            let above = Above::create(parent, register).map_err(Error::io("create", parent))?;
            let parent = fs::canonicalize(parent).map_err(Error::io("open", parent))?;
            Ok((parent.join(name), above))
        }
        Err(error) => Err(Error::io("write to", out)(error)),
    }
}

/// `path`, which has `/` on every system, below `folder`.
fn at(folder: &Path, path: &str) -> PathBuf {
    let mut full = folder.to_owned();
    full.extend(path.split('/'));
    full
}

/// The folders above `path`, nearest first.
fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| Some(path.rsplit_once('/')?.0)).skip(1)
}

/// For removals: what is gone already, or the folder it was in, need not be removed.
fn or_gone(result: io::Result<()>) -> io::Result<()> {
    result.or_else(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(()),
        _ => Err(error),
    })
}
