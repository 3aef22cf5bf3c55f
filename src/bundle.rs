//! The bundle: everything a build puts out, as a value.
//!
//! Tests compare it, the preview server serves it, `write` brings it to disk. Bundles of one session share what is the same
//! in them, so a copy costs next to nothing and what has changed is found without comparing bytes.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use crate::address::Address;
use crate::source::{SourcePath, Span};

/// What a bundle is made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To be served by any host: the files of the theme lie in a folder that is named by their content, so that browsers
    /// may keep them for ever.
    #[default]
    Publish,
    /// To be looked at while it is written: the folder keeps its name, so that a style sheet is exchanged in the pages that
    /// are open and no page has to be rendered for it.
    Preview,
}

/// What one output file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Made by this build.
    Bytes(Arc<[u8]>),
    /// Made by this build and put away by a [`Shelf`]: the xxh3-128 of its bytes.
    Kept(u128),
    /// A page that is made when somebody asks its build for it.
    Later(Arc<Later>),
    /// A source's text with changes, put together when somebody asks for it.
    Edited(Arc<Edited>),
    /// Copied from the site's folder as it is.
    Copy(SourcePath),
}

impl Output {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Bytes(text.into().into_bytes().into())
    }

    /// What it holds; `None` for copies, and for what was put away or is made later.
    pub fn bytes(&self) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Bytes(bytes) => Some(Cow::Borrowed(bytes)),
            Self::Edited(text) => Some(Cow::Owned(text.text().into_bytes())),
            Self::Copy(_) | Self::Kept(_) | Self::Later(_) => None,
        }
    }

    /// Whether this is the other one itself, or a copy of the same file; bytes are not compared.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bytes(one), Self::Bytes(other)) => Arc::ptr_eq(one, other),
            (Self::Edited(one), Self::Edited(other)) => Arc::ptr_eq(one, other),
            (Self::Copy(one), Self::Copy(other)) => one == other,
            (Self::Kept(one), Self::Kept(other)) => one == other,
            (Self::Later(one), Self::Later(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

/// What is known of a page that is made later. Two such pages are the same when they have been made and are; before that
/// nobody knows, and they count as different.
#[derive(Debug, Default)]
pub struct Later(OnceLock<Option<u128>>);

impl Later {
    /// Tells what the page turned out to be: the xxh3-128 of its bytes, or nothing where it could not be made.
    pub fn tell(&self, hash: Option<u128>) {
        self.0.get_or_init(|| hash);
    }

    /// The hash of the page, once it has been made.
    pub fn hash(&self) -> Option<u128> {
        self.0.get().copied().flatten()
    }
}

impl PartialEq for Later {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || self.hash().is_some() && self.hash() == other.hash()
    }
}

impl Eq for Later {}

/// A source's text with some of its parts exchanged. It shares the text with the lesson, so that publishing every text a
/// second time takes no second copy of it in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// What stands before the text.
    pub head: Box<str>,
    pub text: Arc<str>,
    /// The part of the text that counts.
    pub body: Span,
    /// What stands in place of parts of it; sorted, and none within another.
    pub edits: Box<[(Span, Box<str>)]>,
    /// What stands after the text.
    pub tail: Box<str>,
}

impl Edited {
    /// The text with its changes, with one line break at its end.
    pub fn text(&self) -> String {
        let edited: usize = self.edits.iter().map(|(_, new)| new.len()).sum();
        let around = self.head.len() + self.tail.len() + "\n".len();
        let mut text = String::with_capacity(around + self.body.range().len() + edited);
        text.push_str(&self.head);
        let mut at = self.body.start as usize;
        let mut part = |text: &mut String, to: usize, next: usize| {
            let part = self.text.get(at..to).unwrap_or_default();
            // Above the text there is nothing to be parted from.
            text.push_str(if text.is_empty() { part.trim_start_matches('\n') } else { part });
            at = next;
        };
        for (span, new) in &self.edits {
            part(&mut text, span.start as usize, span.end as usize);
            text.push_str(new);
        }
        part(&mut text, self.body.end as usize, 0);
        text.truncate(text.trim_end().len());
        text.push_str(&self.tail);
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }
}

/// Where pages go when they are made. Who only builds has them in the bundle; who writes or serves them need not.
pub trait Shelf: Sync {
    /// Takes the bytes of a page.
    fn keep(&self, address: &Address, bytes: Vec<u8>) -> Output;

    /// Takes a text that is another one with changes, which need not be put together while both stay in memory.
    fn keep_edited(&self, _address: &Address, text: Edited) -> Output {
        Output::Edited(Arc::new(text))
    }
}

/// Keeps pages in the bundle itself.
pub struct Memory;

impl Shelf for Memory {
    fn keep(&self, _address: &Address, bytes: Vec<u8>) -> Output {
        Output::Bytes(bytes.into())
    }
}

/// Lets pages go: for those who ask for diagnostics alone.
pub struct Nowhere;

impl Shelf for Nowhere {
    fn keep(&self, _address: &Address, bytes: Vec<u8>) -> Output {
        Output::Kept(xxh3_128(&bytes))
    }

    fn keep_edited(&self, address: &Address, text: Edited) -> Output {
        self.keep(address, text.text().into_bytes())
    }
}

/// Everything that a build puts out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    pub files: Files,
}

/// In what one bundle differs from another; sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub added: Vec<Address>,
    pub changed: Vec<Address>,
    pub removed: Vec<Address>,
}

impl Bundle {
    /// The text of a file that this build made; `None` for copies, other bytes and missing files.
    pub fn text(&self, path: &str) -> Option<&str> {
        match self.files.get(path)? {
            Output::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// The same, whatever it is made from.
    pub fn made(&self, path: &str) -> Option<String> {
        String::from_utf8(self.files.get(path)?.bytes()?.into_owned()).ok()
    }

    /// What is different from an earlier bundle. Two copies of one source are the same here, whatever has happened to the
    /// source: who watches the folder knows.
    pub fn changes_since(&self, before: &Self) -> Changes {
        let mut changes = Changes::default();
        let (mut now, mut then) = (self.files.cursor(), before.files.cursor());
        loop {
            if let (Some(one), Some(other)) = (now.piece(), then.piece())
                && Arc::ptr_eq(one, other)
            {
                now.skip_piece();
                then.skip_piece();
                continue;
            }
            let (Some(one), Some(other)) = (now.file(), then.file()) else { break };
            // Mostly they are one, and then no text is looked at.
            let order = if one.0 == other.0 { Ordering::Equal } else { one.0.cmp(&other.0) };
            match order {
                Ordering::Less => changes.added.push(now.take()),
                Ordering::Greater => changes.removed.push(then.take()),
                Ordering::Equal => {
                    if !one.1.is(&other.1) && one.1 != other.1 {
                        changes.changed.push(one.0.clone());
                    }
                    now.step();
                    then.step();
                }
            }
        }
        while now.file().is_some() {
            changes.added.push(now.take());
        }
        while then.file().is_some() {
            changes.removed.push(then.take());
        }
        changes
    }
}

pub type File = (Address, Output);
pub type Piece = Arc<[File]>;

/// How many files stand in one piece.
const PIECE: usize = 64;

/// Output files by path, always with `/`: `value/what-is-value.html`. A sorted list in pieces; no piece is empty.
#[derive(Clone, Default)]
pub struct Files {
    pieces: Arc<[Piece]>,
}

impl Files {
    /// Puts files together that are sorted by path, with the pieces of `before` where they hold the same.
    pub fn new(files: &[(&Address, &Output)], before: &Self) -> Self {
        let pieces = files.chunks(PIECE).enumerate().map(|(index, files)| {
            let is_same = |piece: &&Piece| {
                let pairs = piece.iter().zip(files);
                piece.len() == files.len()
                    && pairs.into_iter().all(|(old, new)| old.1.is(new.1) && old.0 == *new.0)
            };
            let known = before.pieces.get(index).filter(is_same).cloned();
            known.unwrap_or_else(|| {
                files.iter().map(|(path, output)| ((*path).clone(), (*output).clone())).collect()
            })
        });
        Self { pieces: pieces.collect() }
    }

    pub fn get(&self, path: &str) -> Option<&Output> {
        self.get_key_value(path).map(|(_, output)| output)
    }

    /// A file with its path as the bundle has it.
    pub fn get_key_value(&self, path: &str) -> Option<(&str, &Output)> {
        let after = self.pieces.partition_point(|piece| piece[0].0.as_str() <= path);
        let piece = &self.pieces[after.checked_sub(1)?];
        let at = piece.binary_search_by(|(known, _)| known.as_str().cmp(path)).ok()?;
        let (path, output) = &piece[at];
        Some((path.as_str(), output))
    }

    pub fn contains_key(&self, path: &str) -> bool {
        self.get(path).is_some()
    }

    pub fn len(&self) -> usize {
        self.pieces.iter().map(|piece| piece.len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// By path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Output)> {
        let files = self.pieces.iter().flat_map(|piece| piece.iter());
        files.map(|(path, output)| (path.as_str(), output))
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(path, _)| path)
    }

    pub fn par_iter(&self) -> impl ParallelIterator<Item = (&str, &Output)> {
        let files = self.pieces.par_iter().flat_map_iter(|piece| piece.iter());
        files.map(|(path, output)| (path.as_str(), output))
    }

    /// The files in the pieces that bundles share.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// By path, as they stand in the bundle.
    pub fn entries(&self) -> impl Iterator<Item = (&Address, &Output)> {
        self.pieces.iter().flat_map(|piece| piece.iter()).map(|(address, output)| (address, output))
    }

    fn cursor(&self) -> Cursor<'_> {
        Cursor { pieces: &self.pieces, at: 0 }
    }
}

impl FromIterator<(String, Output)> for Files {
    /// Takes files in any order; of two with one path the later one counts.
    fn from_iter<I: IntoIterator<Item = (String, Output)>>(files: I) -> Self {
        let files: std::collections::BTreeMap<_, _> =
            files.into_iter().map(|(path, output)| (Address::new(&path), output)).collect();
        Self::new(&files.iter().collect::<Vec<_>>(), &Self::default())
    }
}

impl PartialEq for Files {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Files {}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// A place in a list of files.
struct Cursor<'a> {
    pieces: &'a [Piece],
    /// In the first piece.
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The piece that begins here.
    fn piece(&self) -> Option<&'a Piece> {
        self.pieces.first().filter(|_| self.at == 0)
    }

    fn skip_piece(&mut self) {
        self.pieces = &self.pieces[1..];
    }

    fn file(&self) -> Option<&'a File> {
        self.pieces.first().map(|piece| &piece[self.at])
    }

    fn step(&mut self) {
        self.at += 1;
        if self.pieces.first().is_some_and(|piece| piece.len() == self.at) {
            self.skip_piece();
            self.at = 0;
        }
    }

    /// Steps over a file and returns its path.
    fn take(&mut self) -> Address {
        let path = self.file().map(|(path, _)| path.clone());
        self.step();
        path.unwrap_or_else(|| panic!("nobody takes a file where there is none"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(files: &[(&str, &str)]) -> Bundle {
        let files = files.iter().map(|(path, text)| (path.to_string(), Output::text(*text)));
        Bundle { files: files.collect() }
    }

    #[test]
    fn files_are_found_by_path() {
        let names: Vec<String> = (0..200).map(|number| format!("{number:03}.html")).collect();
        let files: Vec<_> = names.iter().map(|name| (name.as_str(), name.as_str())).collect();
        let bundle = bundle(&files);
        assert!(names.iter().all(|name| bundle.text(name) == Some(name)));
        assert_eq!((bundle.text(""), bundle.text("064"), bundle.text("z")), (None, None, None));
        assert_eq!(bundle.files.len(), 200);
    }

    #[test]
    fn a_page_that_is_made_later_may_have_changed_until_it_is_known() {
        let later = || Arc::new(Later::default());
        let bundle = |page: &Arc<Later>| Bundle {
            files: [("a".to_owned(), Output::Later(page.clone()))].into_iter().collect(),
        };
        let (one, other) = (later(), later());
        let is_same = |one, other| bundle(one).changes_since(&bundle(other)) == Changes::default();
        assert!(is_same(&one, &one) && !is_same(&one, &other));
        one.tell(Some(1));
        assert!(!is_same(&one, &other));
        other.tell(Some(1));
        assert!(is_same(&one, &other));
        let failed = [later(), later()];
        failed.iter().for_each(|page| page.tell(None));
        assert!(!is_same(&failed[0], &failed[1]));
    }

    #[test]
    fn what_has_changed_is_told() {
        let before = bundle(&[("a", "1"), ("b", "1"), ("d", "1"), ("e", "1")]);
        let after = bundle(&[("b", "1"), ("c", "1"), ("d", "2"), ("f", "1")]);
        let paths = |list: Vec<Address>| list.iter().map(Address::to_string).collect::<String>();
        let Changes { added, changed, removed } = after.changes_since(&before);
        assert_eq!(
            (paths(added), paths(changed), paths(removed)),
            ("cf".into(), "d".into(), "ae".into())
        );
        assert_eq!(after.changes_since(&after.clone()), Changes::default());
    }
}
