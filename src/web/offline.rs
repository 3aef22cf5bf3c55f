//! Offline: the service worker that keeps a course in browsers, and the lists of what it keeps.
//!
//! Each list names some files with the SHA-256 of what they hold, and is itself named by its own: a publication is known by
//! its lists. The worker fetches what it does not have, and takes nothing that is not what its lists say, so what it keeps
//! is one publication and no mixture. [`Bundle`] has its files in pieces that stay from one build to the next; each piece
//! has a list, and is hashed once.

use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::address::Address;
use crate::bundle::{Bundle, Files, Output, Piece};
use crate::source::Hashes;

/// Where the worker lies: it can only answer for what lies below it.
pub const NAME: &str = "service-worker.js";
const FOLDER: &str = "theme/offline";
const WORKER: &str = include_str!("service-worker.js");
/// What Hornbook makes for other programs than browsers.
const NOT_KEPT: &[&str] = &[".md", ".txt", ".xml"];

/// What hosts read themselves and do not serve.
const FOR_HOSTS: &[&str] = &["_headers", "_redirects"];

/// Whether a file of the output is the worker, or one of its lists.
pub fn is_of_offline(address: &str) -> bool {
    address == NAME || address.strip_prefix(FOLDER).is_some_and(|rest| rest.starts_with('/'))
}

/// The hash of a file as the worker knows it: the first half of its SHA-256, in hexadecimal.
pub fn hash(digest: &[u8]) -> String {
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// The lists of a bundle, kept from one build to the next.
#[derive(Default)]
pub struct Offline {
    lists: Vec<(Piece, Option<List>)>,
    hashes: Arc<Hashes>,
}

#[derive(Clone)]
struct List {
    name: String,
    address: Address,
    output: Output,
}

impl Offline {
    /// The bundle with a worker that keeps it. `hashes` are those of the files that are copied; what has none is not kept.
    pub fn add(&mut self, bundle: &Bundle, hashes: &Arc<Hashes>, before: &Bundle) -> Bundle {
        // The site has a worker of its own.
        if bundle.files.contains_key(NAME) {
            return bundle.clone();
        }
        let is_same = Arc::ptr_eq(&self.hashes, hashes) || self.hashes == *hashes;
        let known = if is_same { std::mem::take(&mut self.lists) } else { Vec::new() };
        let pieces = bundle.files.pieces().par_iter().enumerate();
        let lists = pieces.map(|(at, piece)| {
            let known = known.get(at).filter(|(known, _)| Arc::ptr_eq(known, piece));
            let list = known.map_or_else(|| list(piece, hashes), |(_, list)| list.clone());
            (piece.clone(), list)
        });
        self.lists = lists.collect();
        self.hashes = hashes.clone();

        let lists: Vec<&List> = self.lists.iter().filter_map(|(_, list)| list.as_ref()).collect();
        let worker = (Address::new(NAME), Output::text(worker(&lists)));
        let lists = lists.into_iter().map(|list| (&list.address, &list.output));
        let files = bundle.files.entries();
        let mut all: Vec<(&Address, &Output)> =
            files.chain(lists).chain([(&worker.0, &worker.1)]).collect();
        all.sort_by_key(|(address, _)| *address);
        all.dedup_by_key(|(address, _)| *address);
        Bundle { files: Files::new(&all, &before.files) }
    }
}

fn list(piece: &Piece, hashes: &Hashes) -> Option<List> {
    let files = piece.iter().filter(|(address, output)| is_kept(address.as_str(), output));
    let files = files.filter_map(|(address, output)| {
        let hash = match output {
            Output::Copy(source) => hashes.get(source)?.clone(),
            made => hash(&Sha256::digest(made.bytes()?)),
        };
        Some((address.as_str(), hash))
    });
    let files: Vec<(&str, String)> = files.collect();
    if files.is_empty() {
        return None;
    }
    let text = serde_json::to_string(&files).unwrap_or_default();
    let name = hash(&Sha256::digest(&text));
    let address = Address::new(&format!("{FOLDER}/{name}.json"));
    Some(List { name, address, output: Output::text(text) })
}

/// Whether a file is for readers: whatever the author put there, and what browsers show.
fn is_kept(address: &str, output: &Output) -> bool {
    match output {
        Output::Copy(_) => !FOR_HOSTS.contains(&address),
        _ => !NOT_KEPT.iter().any(|ending| address.ends_with(ending)),
    }
}

/// The worker's script. What tells one publication from another is in its first line, so browsers see that it is new.
fn worker(lists: &[&List]) -> String {
    let names: Vec<&str> = lists.iter().map(|list| list.name.as_str()).collect();
    let version = hash(&Sha256::digest(names.join(" ")));
    let publication = serde_json::json!({ "version": version, "pieces": names });
    format!("const publication = {publication};\n{WORKER}")
}

/// The hash of a file that is copied, read piece by piece by whoever may.
pub fn hash_of_read(
    mut read: impl FnMut(&mut [u8]) -> std::io::Result<usize>,
) -> std::io::Result<String> {
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match read(&mut chunk)? {
            0 => return Ok(hash(&hasher.finalize())),
            length => hasher.update(&chunk[..length]),
        }
    }
}
