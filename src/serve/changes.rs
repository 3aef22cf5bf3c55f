//! What is different between two bundles: which pages a browser has to look at again.

use std::collections::BTreeSet;

use crate::address::Address;
use crate::bundle::{Bundle, Changes, Output};
use crate::search::is_of_search;
use crate::source::SourcePath;

/// The outputs that are not as they were, those that are new or gone among them; sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// HTML pages.
    pub pages: Vec<String>,
    /// Everything else: what pages show or use.
    pub assets: Vec<String>,
    /// Whether the search index holds something else. Its files are named by their content, and no page uses them by name.
    pub search: bool,
}

/// Compares two bundles. `touched` are the sources that hold something else now: of a file that is copied, a bundle
/// knows the path alone.
pub fn changed(old: &Bundle, new: &Bundle, touched: &BTreeSet<SourcePath>) -> Changed {
    let Changes { added, changed, removed } = new.changes_since(old);
    let different = [added, changed, removed];
    let mut paths: Vec<String> = different.iter().flatten().map(Address::to_string).collect();
    if !touched.is_empty() {
        let copies = new.files.iter().filter(
            |(_, output)| matches!(output, Output::Copy(source) if touched.contains(source)),
        );
        paths.extend(copies.map(|(path, _)| path.to_owned()));
    }
    paths.sort();
    paths.dedup();
    let before = paths.len();
    paths.retain(|path| !is_of_search(path));
    let search = paths.len() < before;
    let (pages, assets) = paths.into_iter().partition(|path| is_page(path));
    Changed { pages, assets, search }
}

/// Whether an output is a page, which is changed in place, and not something that pages use.
pub fn is_page(path: &str) -> bool {
    path.ends_with(".html")
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
        assert!(!changed.search);
    }

    #[test]
    fn of_the_search_index_it_counts_that_it_has_changed() {
        let old = bundle(&[("a.html", "1"), ("theme/search/0a.js", "1")]);
        let new = bundle(&[("a.html", "1"), ("theme/search/0b.js", "2")]);
        let changed = changed(&old, &new, &BTreeSet::new());
        assert_eq!(changed, Changed { search: true, ..Changed::default() });
    }

    #[test]
    fn a_copy_has_changed_when_its_source_has() {
        let site = bundle(&[("a.png", "copy content/a.png"), ("b.png", "copy content/b.png")]);
        let touched = BTreeSet::from([SourcePath::new("content/b.png")]);
        assert_eq!(changed(&site, &site, &touched).assets, ["b.png"]);
        assert_eq!(changed(&site, &site, &BTreeSet::new()), Changed::default());
    }
}
