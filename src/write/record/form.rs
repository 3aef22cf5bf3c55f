//! The form of a record: two lines for people, then numbers and texts in their order, behind a hash of them all.
//!
//! There are tens of thousands of files and a tenth of a second for all of it, so it is read without copying anything. Whatever is
//! not as it was written is no record. The form has no number of its own: the program is one of the inputs, which
//! stand first, and each program reads its own records only.

use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_128;

use super::{Copied, Listed, Record, Said};
use crate::write::stamp::Stamp;

const TITLE: &str = "hornbook: a build\n";
/// Paths are shorter.
const LONGEST_LINE: u64 = 64 * 1024;
/// Stands for the length of a file without a stamp. No file is as long.
const NO_STAMP: u64 = u64::MAX;

/// Reads and writes records.
pub(super) struct Form<'a> {
    rest: &'a [u8],
}

impl<'a> Form<'a> {
    pub fn write(root: &Path, record: &Record) -> Vec<u8> {
        let Record { unread, inputs, manifest, boot, said, sources, files, copies } = record;
        let mut bytes = Vec::with_capacity(files.len() * 128);
        bytes.extend(TITLE.as_bytes());
        bytes.extend(root.as_os_str().as_encoded_bytes());
        bytes.push(b'\n');
        let hash_at = bytes.len();
        put_number(&mut bytes, 0);
        let body_at = bytes.len();
        for number in [*unread, *inputs, *manifest, boot.unwrap_or_default()] {
            put_number(&mut bytes, number);
        }
        put_text(&mut bytes, &said.summary);
        put_text(&mut bytes, &said.report);
        put_number(&mut bytes, said.manner);
        put_count(&mut bytes, sources.len() as u64);
        sources.iter().for_each(|stamp| put_stamp(&mut bytes, *stamp));
        put_count(&mut bytes, files.len() as u64);
        for Listed { path, stamp } in files {
            put_text(&mut bytes, path);
            put_stamp(&mut bytes, *stamp);
        }
        put_count(&mut bytes, copies.len() as u64);
        for Copied { source, path, stamp } in copies {
            put_text(&mut bytes, source);
            put_text(&mut bytes, path);
            put_stamp(&mut bytes, *stamp);
        }
        let hash = xxh3_128(&bytes[body_at..]);
        bytes[hash_at..body_at].copy_from_slice(&hash.to_le_bytes());
        bytes
    }

    /// Takes a record apart; `None` where it is none.
    pub fn read(bytes: &'a [u8]) -> Option<Record<'a>> {
        let rest = bytes.strip_prefix(TITLE.as_bytes())?;
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let mut form = Self { rest: &rest[end + 1..] };
        if form.number()? != xxh3_128(form.rest) {
            return None;
        }
        let (unread, inputs, manifest) = (form.number()?, form.number()?, form.number()?);
        let boot = Some(form.number()?).filter(|boot| *boot != 0);
        let (summary, report) = (form.text()?.to_owned(), form.text()?.to_owned());
        let said = Said { summary, report, manner: form.number()? };
        let sources = form.list(Self::stamp)?;
        let files = form.list(|form| Some(Listed { path: form.text()?, stamp: form.stamp()? }))?;
        let copies = form.list(|form| {
            Some(Copied { source: form.text()?, path: form.text()?, stamp: form.stamp()? })
        })?;
        let record = Record { unread, inputs, manifest, boot, said, sources, files, copies };
        form.rest.is_empty().then_some(record)
    }

    /// The output folder that a record is of; `None` where it is no record.
    pub fn root(file: &mut impl BufRead) -> io::Result<Option<PathBuf>> {
        let mut lines = String::new();
        let mut file = file.take(LONGEST_LINE);
        file.read_line(&mut lines)?;
        if lines != TITLE {
            return Ok(None);
        }
        let mut root = String::new();
        file.read_line(&mut root)?;
        Ok(root.strip_suffix('\n').map(PathBuf::from))
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn count(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn number(&mut self) -> Option<u128> {
        Some(u128::from_le_bytes(self.take(16)?.try_into().ok()?))
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?.try_into().ok()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    /// The outer `None` is the end of the record, the inner one a file without a stamp.
    fn stamp(&mut self) -> Option<Option<Stamp>> {
        let (length, number) = (self.count()?, self.count()?);
        let (modified, changed) = (self.count()?.cast_signed(), self.count()?.cast_signed());
        let stamp = Stamp { length, modified, changed, number };
        Some((length != NO_STAMP).then_some(stamp))
    }

    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let length = self.count()?;
        (0..length).map(|_| item(self)).collect()
    }
}

fn put_count(bytes: &mut Vec<u8>, count: u64) {
    bytes.extend(count.to_le_bytes());
}

fn put_number(bytes: &mut Vec<u8>, number: u128) {
    bytes.extend(number.to_le_bytes());
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_count(bytes, text.len() as u64);
    bytes.extend(text.as_bytes());
}

fn put_stamp(bytes: &mut Vec<u8>, stamp: Option<Stamp>) {
    let Stamp { length, modified, changed, number } =
        stamp.unwrap_or(Stamp { length: NO_STAMP, modified: 0, changed: 0, number: 0 });
    for part in [length, number, modified.cast_unsigned(), changed.cast_unsigned()] {
        put_count(bytes, part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record<'static> {
        let stamp = Stamp { length: 1, modified: -2, changed: 3, number: 4 };
        let said = Said { summary: "1 lesson".to_owned(), report: "ä\n".to_owned(), manner: 7 };
        Record {
            unread: 4,
            inputs: 5,
            manifest: 6,
            boot: Some(8),
            said,
            sources: vec![None, Some(stamp)],
            files: vec![
                Listed { path: "a.html", stamp: Some(stamp) },
                Listed { path: "b.png", stamp: None },
            ],
            copies: vec![Copied { source: "content/b.png", path: "b.png", stamp: Some(stamp) }],
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let bytes = Form::write(Path::new("/some/where"), &record());
        assert_eq!(Form::read(&bytes), Some(record()));
        let root = Form::root(&mut bytes.as_slice()).expect("no failure in memory");
        assert_eq!(root.as_deref(), Some(Path::new("/some/where")));
    }

    #[test]
    fn what_is_damaged_is_no_record() {
        let bytes = Form::write(Path::new("/x"), &record());
        for at in 0..bytes.len() {
            assert_eq!(Form::read(&bytes[..at]), None);
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            // The folder's name is for people, and for tidying up.
            let is_name = (TITLE.len()..TITLE.len() + 2).contains(&at);
            assert_eq!(Form::read(&damaged).is_some(), is_name, "byte {at}");
        }
        assert_eq!(Form::root(&mut b"else\n".as_slice()).expect("no failure"), None);
    }
}
