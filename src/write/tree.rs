//! The tree that stands in the output folder before a build: whose is what.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use ahash::AHashSet as HashSet;
use walkdir::{DirEntry, WalkDir};

use super::manifest::{self, Manifest};
use super::{folders_above, is_output};
use crate::error::{Error, Result};

/// What was found, by path below the root.
pub(super) struct Tree {
    pub root: PathBuf,
    /// `None` where nothing stands yet.
    pub manifest: Option<Manifest>,
    /// Files that the manifest lists, and whether they still are regular files.
    pub own: BTreeMap<String, bool>,
    /// Everything else but folders.
    pub foreign: Vec<Foreign>,
    /// A folder comes before what is in it; the first is the root. Empty where nothing stands yet.
    pub folders: Vec<Folder>,
    /// Whether the foreign part can be brought into another tree.
    pub carriable: bool,
}

pub(super) struct Foreign {
    pub path: PathBuf,
    pub is_link: bool,
}

pub(super) struct Folder {
    pub path: PathBuf,
    /// Whether the manifest lists a file below it.
    pub own: bool,
    pub metadata: fs::Metadata,
}

impl Tree {
    /// Looks at every entry once. Links are not followed.
    pub fn read(root: &Path) -> Result<Self> {
        refuse_foreign(root)?;
        let manifest = Manifest::read(root)?;
        let mut tree = Self {
            root: root.to_owned(),
            manifest: None,
            own: BTreeMap::new(),
            foreign: Vec::new(),
            folders: Vec::new(),
            carriable: true,
        };
        if !root.exists() {
            return Ok(tree);
        }
        let listed = manifest.as_ref().map(|manifest| &manifest.files);
        let own_folders: HashSet<&str> = listed
            .into_iter()
            .flat_map(BTreeMap::keys)
            .flat_map(|path| folders_above(path))
            .collect();
        for entry in WalkDir::new(root) {
            match entry {
                Ok(entry) => {
                    let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
                    let name = slashed(path);
                    let name = name.as_deref();
                    if entry.file_type().is_dir() {
                        tree.add_folder(
                            path,
                            name.is_some_and(|name| own_folders.contains(name)),
                            &entry,
                        )?;
                    } else if !name.is_some_and(manifest::is_reserved) {
                        let own = name
                            .filter(|name| listed.is_some_and(|files| files.contains_key(*name)));
                        tree.add_file(path, own, &entry);
                    }
                }
                // Such as `lost+found`: it stays where it is, and so must everything else.
                Err(error) if is_closed(&error) => tree.carriable = false,
                Err(error) => {
                    let path = error.path().unwrap_or(root).to_owned();
                    return Err(Error::io("read", &path)(error.into()));
                }
            }
        }
        tree.manifest = manifest;
        Ok(tree)
    }

    fn add_folder(&mut self, path: &Path, own: bool, entry: &DirEntry) -> Result<()> {
        let metadata =
            entry.metadata().map_err(|error| Error::io("read", entry.path())(error.into()))?;
        // A mounted folder does not move, and what is in it cannot be linked.
        if self
            .folders
            .first()
            .is_some_and(|root| is_mounted(entry.path(), &metadata, &root.metadata))
        {
            self.carriable = false;
        }
        self.folders.push(Folder { path: path.to_owned(), own, metadata });
        Ok(())
    }

    fn add_file(&mut self, path: &Path, own: Option<&str>, entry: &DirEntry) {
        let kind = entry.file_type();
        if let Some(name) = own {
            self.own.insert(name.to_owned(), kind.is_file());
            return;
        }
        // Pipes, sockets and devices stay where they are.
        self.carriable &= kind.is_file() || kind.is_symlink();
        self.foreign.push(Foreign { path: path.to_owned(), is_link: kind.is_symlink() });
    }
}

/// An error for a folder that holds something and has no manifest.
pub(super) fn refuse_foreign(root: &Path) -> Result<()> {
    if is_output(root) {
        return Ok(());
    }
    let entries = match fs::read_dir(root) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::io("read", root)(error)),
    };
    for entry in entries {
        let name = entry.map_err(Error::io("read", root))?.file_name();
        // A build that was killed may have left these before there was a manifest.
        if !name.to_str().is_some_and(manifest::is_reserved) {
            return Err(Error::ForeignOutput { path: root.to_owned() });
        }
    }
    Ok(())
}

/// A path with `/`, as bundles and manifests have them; `None` where it is not Unicode.
pub(super) fn slashed(path: &Path) -> Option<String> {
    let path = path.to_str()?;
    Some(if MAIN_SEPARATOR == '/' { path.to_owned() } else { path.replace(MAIN_SEPARATOR, "/") })
}

fn is_closed(error: &walkdir::Error) -> bool {
    error.depth() > 0
        && error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
}

/// Whether a folder is a mount point, `above` being what is known of a folder above it.
#[cfg(unix)]
pub(super) fn is_mounted(folder: &Path, metadata: &fs::Metadata, above: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.dev() != above.dev() || is_mount_root(folder)
}

/// Elsewhere it is not known: renaming fails then.
#[cfg(not(unix))]
pub(super) fn is_mounted(_folder: &Path, _metadata: &fs::Metadata, _above: &fs::Metadata) -> bool {
    false
}

/// Linux can mount a folder of the same file system, as containers do.
#[cfg(target_os = "linux")]
fn is_mount_root(folder: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    statx(CWD, folder, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::empty())
        .is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

#[cfg(all(unix, not(target_os = "linux")))]
fn is_mount_root(_folder: &Path) -> bool {
    false
}
