//! The content of single files: compared, made, linked.
//!
//! Nothing here is synced to the medium. After a power cut an output file may be empty or old, but
//! the next build compares the real bytes, since no stamp outlives a boot, and repairs it. (An empty manifest stops it with an
//! error; then the folder has to go.) To sync 10,000 files takes longer than to build them, and
//! readers of a running system only ever get to see files that were finished elsewhere.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::at;
use super::stamp::{Moment, Stamp};
use crate::bundle::Output;
use crate::error::{Error, Result};

const CHUNK: usize = 64 * 1024;

/// The hash of an output, if the regular file `old` has the same bytes.
pub(super) fn same(output: &Output, site: &Path, old: &Path) -> Result<Option<u128>> {
    // One that cannot be read cannot be right.
    let Ok(old) = File::open(old) else { return Ok(None) };
    match output {
        Output::Bytes(bytes) => Ok(holds(&old, bytes).then(|| xxh3_128(bytes))),
        Output::Edited(edited) => {
            let text = edited.text();
            Ok(holds(&old, text.as_bytes()).then(|| xxh3_128(text.as_bytes())))
        }
        Output::Kept(_) | Output::Later(_) => Ok(None),
        Output::Copy(source) => {
            let source = at(site, source.as_str());
            let file = File::open(&source).map_err(Error::io("read", &source))?;
            same_files(&file, &old).map_err(Error::io("compare", &source))
        }
    }
}

/// Whether a file has just these bytes.
pub(super) fn holds(file: &File, bytes: &[u8]) -> bool {
    let compare = || -> io::Result<bool> {
        if file.metadata()?.len() != bytes.len() as u64 {
            return Ok(false);
        }
        let mut content = Vec::with_capacity(bytes.len() + 1);
        // One byte more: it may have grown in the meantime, and is not read for ever then.
        file.take(bytes.len() as u64 + 1).read_to_end(&mut content)?;
        Ok(content == bytes)
    };
    compare().unwrap_or(false)
}

fn same_files(source: &File, old: &File) -> io::Result<Option<u128>> {
    if source.metadata()?.len() != old.metadata()?.len() {
        return Ok(None);
    }
    let (mut source_chunk, mut old_chunk) = (Vec::with_capacity(CHUNK), Vec::with_capacity(CHUNK));
    let mut hasher = Xxh3::new();
    loop {
        read_chunk(source, &mut source_chunk)?;
        read_chunk(old, &mut old_chunk)?;
        if source_chunk != old_chunk {
            return Ok(None);
        }
        if source_chunk.is_empty() {
            return Ok(Some(hasher.digest128()));
        }
        hasher.update(&source_chunk);
    }
}

/// Fills `chunk` with what comes next; less than [`CHUNK`] bytes only at the end.
fn read_chunk(file: &File, chunk: &mut Vec<u8>) -> io::Result<()> {
    chunk.clear();
    file.take(CHUNK as u64).read_to_end(chunk).map(|_| ())
}

/// A file that was just made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Made {
    /// Of what it holds.
    pub hash: u128,
    /// As it was when that was written.
    pub stamp: Option<Stamp>,
}

impl Made {
    /// `clock` is that of the file system, where there is one.
    pub fn new(hash: u128, file: &File, clock: Option<&Moment>) -> io::Result<Self> {
        let stamp = match clock {
            Some(clock) => Stamp::by(clock, &file.metadata()?),
            None => None,
        };
        Ok(Self { hash, stamp })
    }
}

/// Makes the new file `target`, which nobody reads yet. `staged` is where the bytes of a kept output are.
pub(super) fn create(
    output: &Output,
    site: &Path,
    staged: &Path,
    target: &Path,
    clock: Option<&Moment>,
) -> Result<Made> {
    match output {
        Output::Bytes(bytes) => {
            let write = || {
                let mut file = File::create_new(target)?;
                file.write_all(bytes)?;
                Made::new(xxh3_128(bytes), &file, clock)
            };
            write().map_err(Error::io("write", target))
        }
        Output::Edited(edited) => create(&Output::text(edited.text()), site, staged, target, clock),
        Output::Kept(hash) => {
            let file = File::open(staged).map_err(Error::io("read", staged))?;
            let copy = copy(&file, target).and_then(|copy| Made::new(*hash, &copy, clock));
            copy.map_err(Error::io("write", target))
        }
        Output::Later(_) => panic!("a preview is not written"),
        // Never a link: an edit of the source must not reach what is published.
        Output::Copy(source) => {
            let source = at(site, source.as_str());
            let file = File::open(&source).map_err(Error::io("read", &source))?;
            let copy = copy(&file, target).map_err(Error::io("copy", &source))?;
            // Of the copy, for the source may have changed meanwhile.
            let hash = hash(target).map_err(Error::io("read", target))?;
            Made::new(hash, &copy, clock).map_err(Error::io("read", target))
        }
    }
}

/// Like `fs::copy`, but never into a file that is already there: on a file system that ignores case
/// that could be another output, linked to the old site's.
fn copy(mut source: &File, target: &Path) -> io::Result<File> {
    let mut copy = File::create_new(target)?;
    io::copy(&mut source, &mut copy)?;
    copy.set_permissions(source.metadata()?.permissions())?;
    Ok(copy)
}

/// The hash of an output, wherever it comes from.
pub(super) fn hash_of(output: &Output, site: &Path) -> Result<u128> {
    match output {
        Output::Bytes(bytes) => Ok(xxh3_128(bytes)),
        Output::Edited(edited) => Ok(xxh3_128(edited.text().as_bytes())),
        Output::Kept(hash) => Ok(*hash),
        Output::Later(_) => panic!("a preview is not written"),
        Output::Copy(source) => {
            let source = at(site, source.as_str());
            hash(&source).map_err(Error::io("read", &source))
        }
    }
}

/// The xxh3-128 of a file, as manifests have it.
pub fn hash(path: &Path) -> io::Result<u128> {
    let file = File::open(path)?;
    let mut hasher = Xxh3::new();
    let mut chunk = Vec::with_capacity(CHUNK);
    loop {
        read_chunk(&file, &mut chunk)?;
        if chunk.is_empty() {
            return Ok(hasher.digest128());
        }
        hasher.update(&chunk);
    }
}

/// Makes `target` the file that `old` is, so that its times stay.
pub(super) fn link(old: &Path, target: &Path) -> Result<()> {
    // Not every file system has links, a file has only so many, and some systems let only a file's
    // owner make one. Whatever it was: if copying works, it does not matter.
    fs::hard_link(old, target)
        .or_else(|_| copy_with_time(old, target))
        .map_err(Error::io("copy", old))
}

pub(super) fn copy_with_time(old: &Path, target: &Path) -> io::Result<()> {
    let source = File::open(old)?;
    copy(&source, target)?.set_modified(source.metadata()?.modified()?)
}
