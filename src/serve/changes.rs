//! What is different between two bundles: which pages a browser has to look at again.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::bundle::{Bundle, Output};
use crate::source::SourcePath;

/// The outputs that are not as they were, those that are new or gone among them; sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// HTML pages.
    pub pages: Vec<String>,
    /// Everything else: what pages show or use.
    pub assets: Vec<String>,
}

/// Compares two bundles. `touched` are the sources that hold something else now: of a file that is copied, a bundle
/// knows the path alone.
pub fn changed(old: &Bundle, new: &Bundle, touched: &BTreeSet<SourcePath>) -> Changed {
    let mut changed = Changed::default();
    let (mut old, mut new) = (old.files.iter().peekable(), new.files.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return changed,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((old, _)), Some((new, _))) => old.cmp(new),
        };
        let before = if order.is_le() { old.next() } else { None };
        let after = if order.is_ge() { new.next() } else { None };
        let Some((path, _)) = before.or(after) else { continue };
        let is_same = match (before, after) {
            (Some((_, before)), Some((_, after))) => same(before, after, touched),
            _ => false,
        };
        if !is_same {
            let list = if is_page(path) { &mut changed.pages } else { &mut changed.assets };
            list.push(path.clone());
        }
    }
}

/// Whether an output is a page, which is changed in place, and not something that pages use.
pub fn is_page(path: &str) -> bool {
    path.ends_with(".html")
}

fn same(old: &Output, new: &Output, touched: &BTreeSet<SourcePath>) -> bool {
    match (old, new) {
        // A page that was remembered is the same one.
        (Output::Bytes(old), Output::Bytes(new)) => Arc::ptr_eq(old, new) || old == new,
        (Output::Copy(old), Output::Copy(new)) => old == new && !touched.contains(new),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(files: &[(&str, &str)]) -> Bundle {
        let output = |text: &str| match text.strip_prefix("copy ") {
            Some(path) => Output::Copy(SourcePath::new(path)),
            None => Output::text(text),
        };
        let files = files.iter().map(|(path, text)| (path.to_string(), output(text)));
        Bundle { files: files.collect() }
    }

    #[test]
    fn new_other_and_missing_outputs_have_changed() {
        let old = bundle(&[("a.html", "1"), ("b.html", "1"), ("c.html", "1"), ("s.css", "1")]);
        let new = bundle(&[("a.html", "1"), ("c.html", "2"), ("d.html", "1"), ("s.css", "2")]);
        let changed = changed(&old, &new, &BTreeSet::new());
        assert_eq!(changed.pages, ["b.html", "c.html", "d.html"]);
        assert_eq!(changed.assets, ["s.css"]);
    }

    #[test]
    fn a_copy_has_changed_when_its_source_has() {
        let site = bundle(&[("a.png", "copy content/a.png"), ("b.png", "copy content/b.png")]);
        let touched = BTreeSet::from([SourcePath::new("content/b.png")]);
        assert_eq!(changed(&site, &site, &touched).assets, ["b.png"]);
        assert_eq!(changed(&site, &site, &BTreeSet::new()), Changed::default());
    }
}
