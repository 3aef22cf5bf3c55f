//! Writing in place: file by file, where the folder cannot be swapped.
//!
//! Every new file is made first, under a hidden name in the folder it belongs to, then all are
//! renamed, in an order in which no page that can be come to leads to what is not there: new files
//! before the pages that speak of them, other files that may speak of pages after those, removals
//! last. Until the renames begin, a failure leaves the old site. A build that is killed leaves a
//! manifest that lists whatever it may have made, hidden names included, so that the next build
//! completes the work.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use rayon::prelude::*;

use super::manifest::Manifest;
use super::plan::{Plan, PlannedFile};
use super::tree::slashed;
use super::{at, content, folders_above, or_gone};
use crate::error::{Error, Result};

/// A file to be replaced, and the hidden one that will be it.
struct Replacement<'a> {
    file: &'a PlannedFile<'a>,
    temporary: String,
}

/// Writes the planned site into the folder as it stands.
pub(super) fn run(plan: &Plan) -> Result<()> {
    let root = &plan.tree.root;
    fs::create_dir_all(root).map_err(Error::io("create", root))?;
    let replacements = replacements(plan);
    announce(plan, &replacements).inspect_err(|_| remove_if_new(plan))?;
    let hashes = make(plan, &replacements).inspect_err(|_| withdraw(plan, &replacements))?;
    clear_places(plan)?;
    create_folders(plan)?;
    let (old, new): (Vec<_>, Vec<_>) =
        replacements.iter().partition(|one| plan.tree.own.contains_key(one.file.path));
    let (new_pages, new_others) = pages_and_others(new, |one| one.file.path);
    let (pages, others) = pages_and_others(old, |one| one.file.path);
    // The index of the search and a sitemap are among the last: they name pages.
    for step in [new_others, new_pages, pages, others] {
        replace(root, &step)?;
    }
    // Those that had to give way to folders are gone already.
    let removed = plan.removed().filter(|path| !plan.folders.contains(path)).collect();
    let (pages, others) = pages_and_others(removed, |path| path);
    remove_files(root, pages.into_iter())?;
    remove_files(root, others.into_iter())?;
    remove_folders(plan);
    let unchanged =
        plan.files.iter().filter_map(|file| Some((file.path.to_owned(), file.unchanged?)));
    Manifest::new(hashes.into_iter().chain(unchanged)).write(root)
}

fn pages_and_others<T>(files: Vec<T>, path: impl Fn(&T) -> &str) -> (Vec<T>, Vec<T>) {
    files.into_iter().partition(|file| path(file).ends_with(".html"))
}

fn replacements<'a>(plan: &'a Plan) -> Vec<Replacement<'a>> {
    let standing: BTreeSet<String> =
        plan.tree.folders.iter().filter_map(|folder| slashed(&folder.path)).collect();
    let changed = plan.files.iter().filter(|file| file.unchanged.is_none());
    let named = changed.enumerate().map(|(count, file)| {
        // In the nearest folder that stands already: the others come with the renames, so that
        // nothing of the old site has to give way before all is made.
        let name = format!(".hornbook-{}-{count}", process::id());
        let folder = folders_above(file.path).find(|folder| standing.contains(*folder));
        let temporary = folder.map_or(name.clone(), |folder| format!("{folder}/{name}"));
        Replacement { file, temporary }
    });
    named.collect()
}

/// Writes a manifest that lists all that the folder may hold until this build is done.
fn announce(plan: &Plan, replacements: &[Replacement]) -> Result<()> {
    let old = plan.tree.manifest.clone().unwrap_or_else(|| Manifest::new([]));
    let new = replacements.iter().flat_map(|new| [new.file.path, new.temporary.as_str()]);
    old.announcing(new).write(&plan.tree.root)
}

fn make(plan: &Plan, replacements: &[Replacement]) -> Result<Vec<(String, u128)>> {
    let made = replacements.par_iter().map(|replacement| {
        let temporary = at(&plan.tree.root, &replacement.temporary);
        // Left by a killed build that happened to have our process number, as in a container.
        if plan.tree.own.contains_key(&replacement.temporary) {
            or_gone(fs::remove_file(&temporary)).map_err(Error::io("remove", &temporary))?;
        }
        let hash = {
            let staged = plan.stage.staged(replacement.file.path);
            let output = replacement.file.output;
            content::create(output, plan.site, &staged, &temporary, None)?.hash
        };
        Ok((replacement.file.path.to_owned(), hash))
    });
    made.collect()
}

/// Takes back what was made. What cannot be taken back, the next build will remove.
fn withdraw(plan: &Plan, replacements: &[Replacement]) {
    let root = &plan.tree.root;
    let removed = remove_files(root, replacements.iter().map(|new| new.temporary.as_str()));
    if removed.is_err() {
        return;
    }
    let _ = match &plan.tree.manifest {
        Some(manifest) => manifest.write(root),
        None => Manifest::remove(root).map_err(Error::io("remove", root)),
    };
    remove_if_new(plan);
}

/// Takes the folder itself back, if there was none before and it is empty.
fn remove_if_new(plan: &Plan) {
    if plan.tree.folders.is_empty() {
        let _ = fs::remove_dir(&plan.tree.root);
    }
}

/// Removes old files where the new site has folders, and old folders where it has files. All of
/// them are ours: the plan has seen to that.
fn clear_places(plan: &Plan) -> Result<()> {
    let root = &plan.tree.root;
    let is_planned_file = |path: &str| plan.file(path).is_some();
    let in_the_way =
        |path: &&str| plan.folders.contains(*path) || folders_above(path).any(is_planned_file);
    remove_files(root, plan.tree.own.keys().map(String::as_str).filter(in_the_way))?;
    for folder in plan.tree.folders.iter().rev() {
        let is_or_in_planned_file =
            |path: &str| is_planned_file(path) || folders_above(path).any(is_planned_file);
        if slashed(&folder.path).is_some_and(|path| is_or_in_planned_file(&path)) {
            let path = root.join(&folder.path);
            or_gone(fs::remove_dir(&path)).map_err(Error::io("remove", &path))?;
        }
    }
    Ok(())
}

fn create_folders(plan: &Plan) -> Result<()> {
    let standing: BTreeSet<&Path> =
        plan.tree.folders.iter().map(|folder| folder.path.as_path()).collect();
    for folder in &plan.folders {
        let path = at(&plan.tree.root, folder);
        if !standing.contains(Path::new(folder)) {
            fs::create_dir(&path).map_err(Error::io("create", &path))?;
        }
    }
    Ok(())
}

fn replace(root: &Path, replacements: &[&Replacement]) -> Result<()> {
    replacements.par_iter().try_for_each(|replacement| {
        let path = at(root, replacement.file.path);
        fs::rename(at(root, &replacement.temporary), &path).map_err(Error::io("replace", &path))
    })
}

fn remove_files<'a>(root: &Path, paths: impl Iterator<Item = &'a str>) -> Result<()> {
    let paths: Vec<PathBuf> = paths.map(|path| at(root, path)).collect();
    paths
        .par_iter()
        .try_for_each(|path| or_gone(fs::remove_file(path)).map_err(Error::io("remove", path)))
}

/// Removes folders that were ours, if they are empty now: one that is not is somebody's.
fn remove_folders(plan: &Plan) {
    for folder in plan.tree.folders.iter().rev().filter(|folder| folder.own) {
        let is_needed =
            slashed(&folder.path).is_some_and(|path| plan.folders.contains(path.as_str()));
        if !is_needed {
            let _ = fs::remove_dir(plan.tree.root.join(&folder.path));
        }
    }
}
