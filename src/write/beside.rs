//! What a build puts beside the output folder `NAME` while it works: `.NAME.hornbook-…`.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

#[cfg(unix)]
use walkdir::WalkDir;

use super::abandon::{Alone, Ours, Register};
use super::or_gone;

/// The hidden folder beside the output in which the new tree is prepared. Removed when dropped,
/// whatever went wrong.
pub(super) struct Beside {
    pub path: PathBuf,
    register: Register,
    is_kept: AtomicBool,
}

impl Beside {
    pub fn create(root: &Path, register: &Register) -> io::Result<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let path = neighbour(root, &format!("{}-{count}", process::id()));
            let mut step = register.alone();
            match fs::create_dir(&path) {
                // Process numbers come back, in containers every time.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                result => result?,
            }
            step.register(Ours::Tree(path.clone()));
            let register = register.clone();
            return Ok(Self { path, register, is_kept: AtomicBool::new(false) });
        }
    }

    /// Lets it stay.
    pub fn keep(&self, step: &mut Alone<'_>) -> &Path {
        step.forget(&Ours::Tree(self.path.clone()));
        self.is_kept.store(true, Ordering::Relaxed);
        &self.path
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !*self.is_kept.get_mut() {
            self.register.alone().remove(&Ours::Tree(self.path.clone()));
        }
    }
}

/// The hidden name beside the folder `root` that ends in `-END`.
pub(super) fn neighbour(root: &Path, end: &str) -> PathBuf {
    let mut name = neighbour_prefix(root);
    name.push(end);
    root.with_file_name(name)
}

fn neighbour_prefix(root: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(root.file_name().unwrap_or_default());
    prefix.push(".hornbook-");
    prefix
}

/// Ends the name of the old tree between the two renames on a system that cannot exchange.
pub(super) const AWAY: &str = "old";

/// Removes what killed builds have left beside the folder. For the holder of the lock, so that no
/// build works in there. What cannot be removed, another user's perhaps, stays.
pub(super) fn clear_leftovers(root: &Path) {
    let away = neighbour(root, AWAY);
    if away.is_dir() {
        // Killed between the two renames: this is the site.
        let _ = if root.exists() { remove_tree(&away) } else { fs::rename(&away, root) };
    }
    let Some(entries) = root.parent().and_then(|parent| fs::read_dir(parent).ok()) else { return };
    let prefix = neighbour_prefix(root);
    for entry in entries.flatten() {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && is_leftover(&entry.file_name(), &prefix) {
            let _ = remove_tree(&entry.path());
        }
    }
}

/// Whether a name is the prefix, a process and a count.
fn is_leftover(name: &OsStr, prefix: &OsStr) -> bool {
    let is_number = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let Some(end) = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes()) else {
        return false;
    };
    let mut parts = end.split(|byte| *byte == b'-');
    parts.next().is_some_and(is_number)
        && parts.next().is_some_and(is_number)
        && parts.next().is_none()
}

/// Removes a tree of ours, be its folders closed to writing or not.
pub(super) fn remove_tree(path: &Path) -> io::Result<()> {
    match or_gone(fs::remove_dir_all(path)) {
        #[cfg(unix)]
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            use std::os::unix::fs::PermissionsExt;
            for entry in WalkDir::new(path).into_iter().flatten() {
                if entry.file_type().is_dir() {
                    let _ = fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o700));
                }
            }
            or_gone(fs::remove_dir_all(path))
        }
        result => result,
    }
}
