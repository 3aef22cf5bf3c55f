//! Looking instead of listening: what the files of a site look like from outside, and what changed since.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::SystemTime;

use super::tree::Tree;

/// What tells two states of a file apart without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    modified: Option<SystemTime>,
    length: u64,
    /// Another file with the same name has another number.
    number: u64,
}

/// Every file of a site with its mark.
#[derive(Default)]
pub struct Marks(BTreeMap<PathBuf, Mark>);

impl Marks {
    /// Looks at the whole site. Opens no file.
    pub fn of(tree: &Tree) -> Self {
        let marks = tree.files().filter_map(|entry| {
            let metadata = entry.metadata().ok()?;
            #[cfg(unix)]
            let number = std::os::unix::fs::MetadataExt::ino(&metadata);
            #[cfg(not(unix))]
            let number = 0;
            let modified = metadata.modified().ok();
            Some((entry.into_path(), Mark { modified, length: metadata.len(), number }))
        });
        Self(marks.collect())
    }

    /// The files that are not as they were: other ones, new ones and those that are gone.
    pub fn changed_since(&self, before: &Self) -> BTreeSet<PathBuf> {
        let changed = self.0.iter().filter(|(path, mark)| before.0.get(*path) != Some(mark));
        let gone = before.0.iter().filter(|(path, _)| !self.0.contains_key(*path));
        changed.chain(gone).map(|(path, _)| path.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_is_written_made_replaced_or_removed_has_changed() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let root = dir.path().canonicalize().expect("it is there");
        let tree = Tree::new(root.clone(), None);
        let write = |name: &str, text: &str| fs::write(root.join(name), text).expect("a file");
        for name in ["same.md", "written.md", "replaced.md", "removed.md"] {
            write(name, "a");
        }
        let before = Marks::of(&tree);
        assert_eq!(Marks::of(&tree).changed_since(&before), BTreeSet::new());
        write("written.md", "ab");
        write("made.md", "a");
        write("other.md", "a");
        fs::rename(root.join("other.md"), root.join("replaced.md")).expect("a rename");
        fs::remove_file(root.join("removed.md")).expect("a removal");
        let changed = Marks::of(&tree).changed_since(&before);
        let expected = ["made.md", "removed.md", "replaced.md", "written.md"];
        assert_eq!(changed, expected.map(|name| root.join(name)).into());
    }
}
