//! Verifying: whether a folder holds what its manifest lists, byte for byte.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::Path;

use rayon::prelude::*;
use walkdir::WalkDir;

use super::content::{hash, hash_of};
use super::manifest::{Manifest, NAME, hex, is_reserved};
use super::tree::slashed;
use super::{at, is_plain};
use crate::bundle::Bundle;
use crate::error::{Error, Result};

/// What verifying found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many files the manifest lists.
    pub listed: usize,
    /// How many other files lie in the folder.
    pub others: usize,
    /// What is wrong, sorted by path.
    pub findings: Vec<Finding>,
}

/// A file that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub path: String,
    pub wrong: Wrong,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// It is listed and not there.
    Missing,
    /// It holds something else.
    Other,
    /// A build was about to write it and was stopped.
    Unfinished,
    /// It is there and cannot be read.
    Unreadable,
    /// The manifest does not list what was built.
    Unlisted,
    /// The manifest lists what was not built.
    Unbuilt,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "missing",
            Self::Other => "differs",
            Self::Unfinished => "unfinished",
            Self::Unreadable => "unreadable",
            Self::Unlisted => "not listed",
            Self::Unbuilt => "not built",
        })
    }
}

/// Compares a folder with a manifest: its own, or another copy of it.
pub fn verify(folder: &Path, manifest: Option<&Path>) -> Result<Verified> {
    let manifest = read(folder, manifest)?;
    let findings = manifest.files.par_iter().filter_map(|(path, listed)| {
        let wrong = compare(folder, path, listed)?;
        Some(Finding { path: path.clone(), wrong })
    });
    let findings = findings.collect();
    let others = others(folder, &manifest)?;
    Ok(Verified { listed: manifest.files.len(), others, findings })
}

/// The same for a bundle that was written: the manifest also has to list the bundle's files with their hashes, and no
/// others.
pub fn verify_bundle(bundle: &Bundle, site: &Path, folder: &Path) -> Result<Verified> {
    let mut verified = verify(folder, None)?;
    let manifest = read(folder, None)?;
    let built: Vec<_> = bundle.files.iter().collect();
    let built = built
        .into_par_iter()
        .map(|(path, output)| Ok((path.to_owned(), hex(hash_of(output, site)?))));
    let built: BTreeMap<String, String> = built.collect::<Result<_>>()?;
    let mut add = |path: &str, wrong| {
        verified.findings.push(Finding { path: path.to_owned(), wrong });
    };
    for (path, hash) in &built {
        match manifest.files.get(path) {
            None => add(path, Wrong::Unlisted),
            Some(listed) if listed != hash => add(path, Wrong::Other),
            Some(_) => {}
        }
    }
    let unbuilt = manifest.files.keys().filter(|path| !built.contains_key(*path));
    unbuilt.for_each(|path| add(path, Wrong::Unbuilt));
    verified.findings.sort();
    verified.findings.dedup();
    Ok(verified)
}

/// The paths that a manifest lists.
pub fn listed(folder: &Path, manifest: Option<&Path>) -> Result<Vec<String>> {
    Ok(read(folder, manifest)?.files.into_keys().collect())
}

fn read(folder: &Path, manifest: Option<&Path>) -> Result<Manifest> {
    match manifest {
        Some(file) => Manifest::read_file(file),
        None => Manifest::read(folder)?.ok_or_else(|| {
            let message =
                format!("{} has no {NAME}: hornbook did not write this folder", folder.display());
            Error::Usage { message }
        }),
    }
}

/// What is wrong with a listed file.
fn compare(folder: &Path, path: &str, listed: &str) -> Option<Wrong> {
    if listed.is_empty() {
        return Some(Wrong::Unfinished);
    }
    // A manifest is a file, and files can be forged.
    if !is_plain(path) {
        return Some(Wrong::Missing);
    }
    match hash(&at(folder, path)) {
        Ok(found) => (hex(found) != listed).then_some(Wrong::Other),
        Err(error) if is_gone(&error) => Some(Wrong::Missing),
        Err(_) => Some(Wrong::Unreadable),
    }
}

fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// How many files the folder holds besides.
fn others(folder: &Path, manifest: &Manifest) -> Result<usize> {
    let mut count = 0;
    for entry in WalkDir::new(folder) {
        let entry = match entry {
            Ok(entry) => entry,
            // What is closed to us is none of ours.
            Err(error) if error.depth() > 0 => continue,
            Err(error) => return Err(Error::io("read", folder)(error.into())),
        };
        let path = entry.path().strip_prefix(folder).ok().and_then(slashed);
        let is_known = path
            .is_some_and(|path| is_reserved(&path) || manifest.files.contains_key(path.as_str()));
        count += usize::from(!entry.file_type().is_dir() && !is_known);
    }
    Ok(count)
}
