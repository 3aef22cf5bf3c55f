//! The manifest: which files of an output folder are Hornbook's.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::or_gone;
use crate::error::{Error, Result};

pub const NAME: &str = ".hornbook.json";
const TEMPORARY: &str = ".hornbook.json.new";
/// See [`super::lock`].
pub(super) const LOCK: &str = ".hornbook-lock";
const FORMAT: u32 = 1;

/// Lists the files of a build. Nothing in it depends on the clock or the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    hornbook: u32,
    /// Path to the xxh3-128 of the content in hexadecimal; an empty one stands for a file that a
    /// build was about to write.
    pub files: BTreeMap<String, String>,
}

impl Manifest {
    pub fn new(files: impl IntoIterator<Item = (String, u128)>) -> Self {
        let files = files.into_iter().map(|(path, hash)| (path, hex(hash))).collect();
        Self { hornbook: FORMAT, files }
    }

    /// This one's files and some that may be there soon.
    pub fn announcing<'a>(&self, paths: impl IntoIterator<Item = &'a str>) -> Self {
        let mut manifest = self.clone();
        for path in paths {
            manifest.files.entry(path.to_owned()).or_default();
        }
        manifest
    }

    /// What the folder holds according to its manifest; `None` where it has none.
    pub fn read(root: &Path) -> Result<Option<Self>> {
        if !stands_in(root) {
            return Ok(None);
        }
        Self::read_file(&root.join(NAME)).map(Some)
    }

    /// Reads a manifest wherever it lies.
    pub fn read_file(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).map_err(Error::io("read", path))?;
        let manifest: Self = serde_json::from_slice(&bytes)
            .map_err(|error| Error::io("read", path)(io::Error::other(error)))?;
        if manifest.hornbook != FORMAT {
            let error = io::Error::other("another version of hornbook wrote it");
            return Err(Error::io("read", path)(error));
        }
        Ok(manifest)
    }

    /// Reads the bytes of a manifest of this form; `None` where they are none.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|manifest: &Self| manifest.hornbook == FORMAT)
    }

    /// Replaces the folder's manifest.
    pub fn write(&self, root: &Path) -> Result<()> {
        let (path, temporary) = (root.join(NAME), root.join(TEMPORARY));
        or_gone(fs::remove_file(&temporary)).map_err(Error::io("remove", &temporary))?;
        let write = || -> io::Result<()> {
            let mut file = BufWriter::new(fs::File::create_new(&temporary)?);
            serde_json::to_writer_pretty(&mut file, self)?;
            file.write_all(b"\n")?;
            file.flush()
        };
        let result = write()
            .map_err(Error::io("write", &temporary))
            .and_then(|()| fs::rename(&temporary, &path).map_err(Error::io("replace", &path)));
        // Of a disk that is full, half a manifest would take the last of it.
        result.inspect_err(|_| drop(fs::remove_file(&temporary)))
    }

    pub fn remove(root: &Path) -> io::Result<()> {
        or_gone(fs::remove_file(root.join(NAME)))
    }
}

/// Removes what a build has left that was killed while it wrote a manifest. For the holder of the lock; the next manifest
/// would take its place, but a build that changes nothing writes none.
pub(super) fn clear_leftovers(root: &Path) {
    let _ = fs::remove_file(root.join(TEMPORARY));
}

/// Whether there is a manifest. It is not read: that it has the name is enough to keep away.
pub(super) fn stands_in(root: &Path) -> bool {
    fs::symlink_metadata(root.join(NAME)).is_ok_and(|metadata| metadata.is_file())
}

/// Whether a path is one that `write` keeps for itself: neither the site's nor a stranger's.
pub(super) fn is_reserved(path: &str) -> bool {
    matches!(path, NAME | TEMPORARY | LOCK)
}

pub(super) fn hex(hash: u128) -> String {
    format!("{hash:032x}")
}
