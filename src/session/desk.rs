//! The desk: where the preview has the pages at hand that were made or asked for last.
//!
//! All others are let go when they are made, and made again when somebody asks for them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use xxhash_rust::xxh3::xxh3_128;

use crate::address::Address;
use crate::bundle::{Output, Shelf};

/// How many pages lie on the desk.
const PAGES: usize = 64;
/// How many of those that were asked for last count as being looked at.
const IN_VIEW: usize = 16;

/// The last pages. See the module.
#[derive(Default)]
pub struct Desk(Mutex<VecDeque<Sheet>>);

/// A page on the desk.
struct Sheet {
    address: String,
    hash: u128,
    bytes: Arc<[u8]>,
    /// By a browser, and not only made by a build.
    is_asked_for: bool,
}

impl Desk {
    /// Takes a page that somebody asks for, if it lies here as it is now.
    pub fn find(&self, address: &str, hash: u128) -> Option<Arc<[u8]>> {
        let mut sheets = self.sheets();
        let is_it = |sheet: &Sheet| sheet.hash == hash && sheet.address == address;
        let mut sheet = sheets.iter().position(is_it).and_then(|at| sheets.remove(at))?;
        sheet.is_asked_for = true;
        let bytes = sheet.bytes.clone();
        sheets.push_back(sheet);
        Some(bytes)
    }

    /// Puts down a page that somebody has asked for.
    pub fn put(&self, address: &str, bytes: Arc<[u8]>) {
        self.lay(address, xxh3_128(&bytes), bytes, true);
    }

    /// The addresses that were asked for last.
    pub fn in_view(&self) -> Vec<String> {
        let sheets = self.sheets();
        let asked_for = sheets.iter().rev().filter(|sheet| sheet.is_asked_for);
        asked_for.take(IN_VIEW).map(|sheet| sheet.address.clone()).collect()
    }

    /// How many pages lie here.
    pub fn len(&self) -> usize {
        self.sheets().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lay(&self, address: &str, hash: u128, bytes: Arc<[u8]>, mut is_asked_for: bool) {
        let mut sheets = self.sheets();
        let known = sheets.iter().position(|sheet| sheet.address == address);
        if let Some(old) = known.and_then(|at| sheets.remove(at)) {
            is_asked_for |= old.is_asked_for;
        }
        sheets.push_back(Sheet { address: address.to_owned(), hash, bytes, is_asked_for });
        if sheets.len() > PAGES {
            // What nobody has asked for goes first.
            let at = sheets.iter().position(|sheet| !sheet.is_asked_for);
            sheets.remove(at.unwrap_or_default());
        }
    }

    fn sheets(&self) -> MutexGuard<'_, VecDeque<Sheet>> {
        // Whoever failed has left no page half put down.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf for Desk {
    fn keep(&self, address: &Address, bytes: Vec<u8>) -> Output {
        let hash = xxh3_128(&bytes);
        self.lay(address.as_str(), hash, bytes.into(), false);
        Output::Kept(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(desk: &Desk, address: &str) -> u128 {
        let kept = desk.keep(&Address::new(address), address.as_bytes().to_vec());
        let Output::Kept(hash) = kept else { panic!("{kept:?}") };
        hash
    }

    #[test]
    fn what_was_asked_for_stays_longest() {
        let desk = Desk::default();
        let hash = keep(&desk, "asked.html");
        assert!(desk.find("asked.html", hash).is_some());
        for number in 0..2 * PAGES {
            keep(&desk, &format!("{number}.html"));
        }
        assert_eq!(desk.len(), PAGES);
        assert!(desk.find("asked.html", hash).is_some());
        assert_eq!(desk.in_view(), ["asked.html"]);
        for number in 0..2 * PAGES {
            desk.put(&format!("{number}.html"), Arc::from(*b"1"));
        }
        assert_eq!((desk.len(), desk.in_view().len()), (PAGES, IN_VIEW));
        assert_eq!(desk.in_view()[0], format!("{}.html", 2 * PAGES - 1));
    }

    #[test]
    fn a_page_is_known_as_it_is_now() {
        let desk = Desk::default();
        desk.put("a.html", Arc::from(*b"1"));
        desk.put("a.html", Arc::from(*b"2"));
        assert_eq!(desk.len(), 1);
        assert!(desk.find("a.html", xxh3_128(b"1")).is_none());
        assert_eq!(desk.find("a.html", xxh3_128(b"2")).as_deref(), Some(&b"2"[..]));
    }
}
