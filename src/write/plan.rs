//! The plan: what has to be written, may stay and must go. Nothing is changed for making it.

use std::collections::BTreeSet;
use std::path::Path;

use rayon::prelude::*;

use super::content;
use super::manifest::hex;
use super::stage::Stage;
use super::tree::{Tree, slashed};
use super::{Written, at, folders_above};
use crate::bundle::{Bundle, Output};
use crate::error::{Error, Result};

pub(super) struct Plan<'a> {
    pub site: &'a Path,
    pub stage: &'a Stage,
    pub tree: &'a Tree,
    /// Sorted by path.
    pub files: Vec<PlannedFile<'a>>,
    /// The folders that the files need; sorted, so that each comes before what is in it.
    pub folders: BTreeSet<&'a str>,
}

pub(super) struct PlannedFile<'a> {
    pub path: &'a str,
    pub output: &'a Output,
    /// The hash of its content where the old tree has the same file already.
    pub unchanged: Option<u128>,
}

impl<'a> Plan<'a> {
    pub fn new(bundle: &'a Bundle, site: &'a Path, stage: &'a Stage) -> Result<Self> {
        let tree = &stage.tree;
        let folders: BTreeSet<&str> = bundle.files.keys().flat_map(folders_above).collect();
        if let Some(path) = bundle.files.keys().find(|path| folders.contains(path)) {
            return Err(Error::AlreadyThere { path: at(&tree.root, path) });
        }
        refuse_overwriting(bundle, &folders, tree)?;
        let new = stage.pages();
        // Threads share what is locked once.
        let new = &*new;
        let files = bundle.files.par_iter().map(|(path, output)| {
            let unchanged = match output {
                // Compared when it was made.
                Output::Kept(hash) => {
                    let is_new = new.get(path).is_some_and(|made| made.hash == *hash);
                    (!is_new).then_some(*hash)
                }
                // Only a regular file is compared, and kept: what a link leads to is none of ours.
                _ if tree.own.get(path) == Some(&true) => {
                    content::same(output, site, &at(&tree.root, path))?
                }
                _ => None,
            };
            Ok(PlannedFile { path, output, unchanged })
        });
        Ok(Self { site, stage, tree, files: files.collect::<Result<_>>()?, folders })
    }

    pub fn file(&self, path: &str) -> Option<&PlannedFile<'a>> {
        let at = self.files.binary_search_by(|file| file.path.cmp(path)).ok()?;
        Some(&self.files[at])
    }

    /// Whether the folder holds just what it should.
    pub fn is_done(&self) -> bool {
        let Some(manifest) = &self.tree.manifest else { return false };
        // The manifest may list what is not there, but not anything else than what should be.
        manifest.files.len() == self.files.len()
            && self.files.iter().all(|file| match (file.unchanged, manifest.files.get(file.path)) {
                (Some(hash), Some(listed)) => *listed == hex(hash),
                _ => false,
            })
    }

    /// What of the old site's files has no place in the new one.
    pub fn removed(&self) -> impl Iterator<Item = &'a str> {
        self.tree.own.keys().map(String::as_str).filter(|path| self.file(path).is_none())
    }

    pub fn counts(&self) -> Written {
        let unchanged = self.files.iter().filter(|file| file.unchanged.is_some()).count();
        let removed = self.removed().count();
        Written { written: self.files.len() - unchanged, unchanged, removed }
    }
}

/// An error where the site has a file or a folder and a stranger's file or folder is in its way.
///
/// A link to a folder counts as a file. Following it would write outside of the output, replacing
/// it would lose what somebody has put there on purpose.
fn refuse_overwriting(bundle: &Bundle, folders: &BTreeSet<&str>, tree: &Tree) -> Result<()> {
    let foreign_files = tree.foreign.iter().map(|foreign| (&foreign.path, false));
    let foreign_folders =
        tree.folders.iter().filter(|folder| !folder.own).map(|folder| (&folder.path, true));
    for (path, is_folder) in foreign_files.chain(foreign_folders) {
        let is_file_of_site =
            |path: &Path| slashed(path).is_some_and(|path| bundle.files.contains_key(&path));
        let is_folder_of_site =
            |path: &Path| slashed(path).is_some_and(|path| folders.contains(path.as_str()));
        if path.ancestors().any(is_file_of_site) || (!is_folder && is_folder_of_site(path)) {
            return Err(Error::AlreadyThere { path: tree.root.join(path) });
        }
    }
    Ok(())
}
