//! Writing by swapping: the new tree is prepared beside the old one and takes its place at once.
//!
//! A program that opened a file or the folder itself before the swap keeps the old site; it loses
//! sight of files it has not opened yet when the old tree is removed, but never sees a new one.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::WalkDir;

use super::abandon::Register;
use super::beside::remove_tree;
use super::content::Made;
use super::lock::refuses_files;
use super::manifest::{self, Manifest};
use super::plan::{Plan, PlannedFile};
use super::stamp::Stamp;
use super::tree::{Foreign, Tree, is_mounted, slashed};
use super::{at, content, or_gone};
use crate::bundle::Output;
use crate::error::{Error, Result};

/// What came of a swap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Swap {
    /// The new tree has taken the old one's place.
    Done {
        /// What the planned files were like when they were written. `None` for one that the old tree had too, and for one that
        /// might be changed now and keep its stamp.
        stamps: Vec<Option<Stamp>>,
    },
    /// The folder cannot be swapped, and nothing has changed.
    Impossible,
}

/// Writes the planned site.
pub(super) fn run(plan: &Plan) -> Result<Swap> {
    let root = &plan.tree.root;
    if !may_swap(plan.tree) {
        return Ok(Swap::Impossible);
    }
    let Some(beside) = plan.stage.beside()? else { return Ok(Swap::Impossible) };
    let register = &plan.stage.register;
    let folders = register.step(|| create_folders(plan, &beside.path))?;
    match carry(plan.tree, &beside.path, register) {
        Ok(()) => {}
        Err(Error::Io { source, .. }) if cannot_be_swapped(&source) => {
            return Ok(Swap::Impossible);
        }
        Err(error) => return Err(error),
    }
    register.step(|| plan.stage.remove_strays(plan))?;
    let mut stamps = fill(plan, &beside.path)?;
    register.step(|| take_over_access(plan.tree, &folders, &beside.path))?;
    // A build that is told to end now is done.
    let mut step = register.alone();
    // What others do to a file after the swap gives it a later time.
    let now = plan.stage.lock.now();
    let is_older = |stamp: &Stamp| now.is_some_and(|now| stamp.is_before(&now));
    stamps.iter_mut().for_each(|stamp| *stamp = stamp.filter(is_older));
    if plan.tree.folders.is_empty() {
        fs::rename(&beside.path, root).map_err(Error::io("create", root))?;
        return Ok(Swap::Done { stamps });
    }
    match exchange(&beside.path, root) {
        // From here on it holds the old tree, which is not ours alone to remove.
        Ok(()) => {
            retire(plan.tree, beside.keep(&mut step))?;
            Ok(Swap::Done { stamps })
        }
        Err(error) if cannot_be_swapped(&error) => Ok(Swap::Impossible),
        Err(error) => Err(Error::io("replace", root)(error)),
    }
}

/// What stands in the way of a swap, as far as it can be known before.
pub(super) fn may_swap(tree: &Tree) -> bool {
    let Some(root) = tree.folders.first() else { return true };
    let Some(parent) = tree.root.parent() else { return false };
    let is_mounted =
        fs::metadata(parent).is_ok_and(|parent| is_mounted(&tree.root, &root.metadata, &parent));
    // The shell that the build was started from would be left in a folder that has been removed.
    let is_stood_in = env::current_dir().is_ok_and(|current| current.starts_with(&tree.root));
    let is_removable =
        || tree.folders.iter().all(|folder| may_empty(&tree.root.join(&folder.path)));
    tree.carriable && !is_mounted && !is_stood_in && is_removable()
}

/// Whether we may remove what is in a folder, or may allow it to ourselves. Asked before, for a
/// swap would leave us with an old tree that only somebody else can remove.
#[cfg(unix)]
fn may_empty(folder: &Path) -> bool {
    use rustix::fs::{Access, access};
    let may_allow = || {
        // To give it the permissions that it has changes nothing, but only its owner can.
        fs::metadata(folder).and_then(|now| fs::set_permissions(folder, now.permissions())).is_ok()
    };
    access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok() || may_allow()
}

#[cfg(not(unix))]
fn may_empty(_folder: &Path) -> bool {
    true
}

/// Creates every folder of the new tree, and says which.
pub(super) fn create_folders(plan: &Plan, new: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut folders = carried_folders(plan.tree);
    folders.extend(plan.folders.iter().map(|folder| at(Path::new(""), folder)));
    for folder in &folders {
        let folder = new.join(folder);
        match fs::create_dir(&folder) {
            // For a page that was put there before.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
            result => result.map_err(Error::io("create", &folder))?,
        }
    }
    Ok(folders)
}

/// Puts the site's files into the new tree. Returns the stamps of those that are new.
fn fill(plan: &Plan, new: &Path) -> Result<Vec<Option<Stamp>>> {
    let pages = plan.stage.pages();
    // Threads share what is locked once.
    let pages = &*pages;
    let clock = plan.stage.lock.since();
    let put = |file: &PlannedFile| {
        let target = at(new, file.path);
        match (file.unchanged, file.output) {
            (Some(hash), _) => {
                content::link(&at(&plan.tree.root, file.path), &target)?;
                Ok(Made { hash, stamp: None })
            }
            // It is there since it was made.
            (None, Output::Kept(_)) => Ok(pages[file.path]),
            (None, output) => content::create(output, plan.site, &target, &target, clock),
        }
    };
    let made = plan.files.par_iter().map(|file| plan.stage.register.step(|| put(file)));
    let made: Vec<Made> = made.collect::<Result<_>>()?;
    let files = plan.files.iter().zip(&made);
    let hashes = files.map(|(file, made)| (file.path.to_owned(), made.hash));
    plan.stage.register.step(|| Manifest::new(hashes).write(new))?;
    Ok(made.iter().map(|made| made.stamp).collect())
}

/// Gives the folders of the new tree the owners and permissions they have in the old one. Last, and
/// from the inside out: a folder that is closed to us could not be filled.
fn take_over_access(tree: &Tree, folders: &BTreeSet<PathBuf>, new: &Path) -> Result<()> {
    for old in tree.folders.iter().rev() {
        if old.path == Path::new("") || folders.contains(&old.path) {
            let folder = new.join(&old.path);
            set_access(&folder, &old.metadata).map_err(Error::io("set access to", &folder))?;
        }
    }
    Ok(())
}

/// The folders that are a stranger's, and those above anything that is.
fn carried_folders(tree: &Tree) -> BTreeSet<PathBuf> {
    let foreign_files = tree.foreign.iter().filter_map(|foreign| foreign.path.parent());
    let foreign_folders =
        tree.folders.iter().filter(|folder| !folder.own).map(|folder| &*folder.path);
    let carried = foreign_files.chain(foreign_folders).flat_map(Path::ancestors);
    carried.filter(|folder| *folder != Path::new("")).map(Path::to_owned).collect()
}

/// Brings what is a stranger's into the new tree.
pub(super) fn carry(tree: &Tree, new: &Path, register: &Register) -> Result<()> {
    tree.foreign.par_iter().try_for_each(|Foreign { path, is_link }| {
        let (source, target) = (tree.root.join(path), new.join(path));
        if *is_link {
            let copied = register.step(|| copy_link(&source, &target));
            return copied.map_err(Error::io("copy", &source));
        }
        register.step(|| content::link(&source, &target))
    })
}

#[cfg(not(windows))]
fn copy_link(source: &Path, target: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(source)?, target)
}

#[cfg(windows)]
fn copy_link(source: &Path, target: &Path) -> io::Result<()> {
    let aim = fs::read_link(source)?;
    match fs::metadata(source).is_ok_and(|metadata| metadata.is_dir()) {
        true => std::os::windows::fs::symlink_dir(aim, target),
        false => std::os::windows::fs::symlink_file(aim, target),
    }
}

#[cfg(unix)]
fn set_access(folder: &Path, old: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let new = fs::metadata(folder)?;
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        // Only the administrator may; others had to be let in by the permissions.
        let _ = chown(folder, Some(old.uid()), Some(old.gid()));
    }
    fs::set_permissions(folder, old.permissions())
}

#[cfg(not(unix))]
fn set_access(_folder: &Path, _old: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(new: &Path, root: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, new, CWD, root, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
use exchange_by_renames as exchange;

/// For systems that cannot exchange: between the first two steps there is, for a moment, no site.
#[cfg(any(test, not(any(target_os = "linux", target_os = "android", target_vendor = "apple"))))]
pub(super) fn exchange_by_renames(new: &Path, root: &Path) -> io::Result<()> {
    use super::beside::{AWAY, neighbour};
    let away = neighbour(root, AWAY);
    fs::rename(root, &away)?;
    if let Err(error) = fs::rename(new, root) {
        fs::rename(&away, root)?;
        return Err(error);
    }
    fs::rename(&away, new)
}

/// Whether an error speaks of the place, and not of a mishap.
fn cannot_be_swapped(error: &io::Error) -> bool {
    use io::ErrorKind::{CrossesDevices, InvalidInput, ResourceBusy};
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        // One number on Linux, two on macOS.
        let unsupported = [Errno::NOTSUP, Errno::OPNOTSUPP];
        if Errno::from_io_error(error).is_some_and(|error| unsupported.contains(&error)) {
            return true;
        }
    }
    refuses_files(error) || matches!(error.kind(), CrossesDevices | InvalidInput | ResourceBusy)
}

/// Removes the old tree, which the swap has brought to `old`: our files, and of the others only
/// what the new tree has too. A file that came or changed while we worked is brought over.
fn retire(tree: &Tree, old: &Path) -> Result<()> {
    open_up(tree, old);
    tree.own.par_iter().try_for_each(|(path, _)| {
        let path = at(old, path);
        or_gone(fs::remove_file(&path)).map_err(Error::io("remove", &path))
    })?;
    tree.foreign.par_iter().try_for_each(|foreign| {
        let (source, target) = (old.join(&foreign.path), tree.root.join(&foreign.path));
        // Does nothing where both are the same file: this is what tells.
        or_gone(fs::rename(&source, &target)).map_err(Error::io("move", &source))?;
        or_gone(fs::remove_file(&source)).map_err(Error::io("remove", &source))
    })?;
    for folder in tree.folders.iter().rev().filter(|folder| folder.path != Path::new("")) {
        // One that is not empty is seen to below.
        let _ = fs::remove_dir(old.join(&folder.path));
    }
    bring_latecomers(old, &tree.root)?;
    remove_tree(old).map_err(Error::io("remove", old))
}

/// Moves what is still in the old tree into the new one, where its place is free.
fn bring_latecomers(old: &Path, root: &Path) -> Result<()> {
    for entry in WalkDir::new(old).into_iter().flatten().filter(|entry| !entry.file_type().is_dir())
    {
        let path = entry.path().strip_prefix(old).unwrap_or(entry.path());
        let target = root.join(path);
        if slashed(path).is_some_and(|path| manifest::is_reserved(&path))
            || fs::symlink_metadata(&target).is_ok()
        {
            continue;
        }
        let folder = target.parent().unwrap_or(root);
        fs::create_dir_all(folder)
            .and_then(|()| fs::rename(entry.path(), &target))
            .map_err(Error::io("move", entry.path()))?;
    }
    Ok(())
}

/// Lets us remove what is in folders that are closed to writing.
#[cfg(unix)]
fn open_up(tree: &Tree, old: &Path) {
    use std::os::unix::fs::PermissionsExt;
    for folder in &tree.folders {
        let mode = folder.metadata.permissions().mode();
        if mode & 0o700 != 0o700 {
            let _ = fs::set_permissions(
                old.join(&folder.path),
                fs::Permissions::from_mode(mode | 0o700),
            );
        }
    }
}

#[cfg(not(unix))]
fn open_up(_tree: &Tree, _old: &Path) {}
