//! The part of a site's folder that is watched: the folders that `load` reads, and the site's folder itself.
//!
//! Folders, not files: an editor that saves by renaming leaves another file behind, and a folder tells of it.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::load::{CONFIG, is_skipped_name, real_path};
use crate::write;

/// A site's folder, and what in it is no concern of a build.
pub struct Tree {
    /// The site's folder, links resolved: all paths of the watch begin with it.
    pub root: PathBuf,
    /// Where the site is written, which is not read.
    out: Option<PathBuf>,
}

impl Tree {
    /// `root` is the site's folder with its links resolved.
    pub fn new(root: PathBuf, out: Option<&Path>) -> Self {
        Self { root, out: out.map(real_path) }
    }

    /// Every folder in which something can change that a build reads.
    pub fn folders(&self) -> Vec<PathBuf> {
        let below = self.tops().into_iter().flat_map(|top| self.folders_below(&top));
        let mut folders: Vec<PathBuf> = [self.root.clone()].into_iter().chain(below).collect();
        folders.sort();
        folders.dedup();
        folders
    }

    /// A folder and those in it, as far as they are read; nothing if it is no folder, or none that is read.
    pub fn folders_below(&self, folder: &Path) -> Vec<PathBuf> {
        let folders = self.entries(folder).filter(|entry| entry.file_type().is_dir());
        folders.map(DirEntry::into_path).collect()
    }

    /// Every file that is read.
    pub fn files(&self) -> impl Iterator<Item = DirEntry> {
        let config = WalkDir::new(self.root.join(CONFIG)).max_depth(0).into_iter().flatten();
        let tops = self.tops().into_iter();
        let below = tops.flat_map(|top| self.entries(&top).collect::<Vec<_>>());
        config.chain(below).filter(|entry| entry.file_type().is_file())
    }

    /// Whether a change at this path can change the site.
    pub fn concerns(&self, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(&self.root) else { return false };
        let is_read = path == self.root
            || below.starts_with(CONFIG)
            || self.parts().iter().any(|part| below.starts_with(part))
            || !self.is_course();
        let is_skipped = below.iter().any(|part| is_skipped_name(&part.to_string_lossy()));
        is_read && !is_skipped && !self.out.as_ref().is_some_and(|out| path.starts_with(out))
    }

    /// The names of the folders that a course is read from.
    fn parts(&self) -> [&'static str; 2] {
        ["content", "themes"]
    }

    /// Without `site.toml` and `content/` the folder is itself one of lessons. Asked of the disk each time: this is one
    /// of the things that an author can change.
    fn is_course(&self) -> bool {
        self.root.join(CONFIG).is_file() || self.root.join("content").is_dir()
    }

    /// The folders that are read with all that is in them.
    fn tops(&self) -> Vec<PathBuf> {
        if self.is_course() {
            self.parts().map(|part| self.root.join(part)).to_vec()
        } else {
            vec![self.root.clone()]
        }
    }

    fn entries<'a>(&'a self, folder: &Path) -> impl Iterator<Item = DirEntry> + 'a {
        let is_read = self.concerns(folder);
        let walker = WalkDir::new(folder).follow_links(true).into_iter();
        let walker = walker.filter_entry(move |entry| is_read && self.is_entered(entry));
        // What cannot be read, or is gone again, is not watched either; `load` reports it.
        walker.flatten()
    }

    fn is_entered(&self, entry: &DirEntry) -> bool {
        if entry.path() == self.root {
            return true;
        }
        let is_output =
            || self.out.as_deref() == Some(entry.path()) || write::is_output(entry.path());
        let is_left_out = is_skipped_name(&entry.file_name().to_string_lossy())
            || (entry.file_type().is_dir() && is_output());
        !is_left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn tree(files: &[&str]) -> (tempfile::TempDir, Tree) {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let root = dir.path().canonicalize().expect("it is there");
        for file in files {
            let path = root.join(file);
            fs::create_dir_all(path.parent().expect("below the root")).expect("a folder");
            fs::write(path, "").expect("a file");
        }
        let tree = Tree::new(root.clone(), Some(&root.join("public")));
        (dir, tree)
    }

    fn below(tree: &Tree, paths: Vec<PathBuf>) -> Vec<String> {
        let below = |path: PathBuf| path.strip_prefix(&tree.root).expect("below").to_owned();
        paths.into_iter().map(|path| below(path).to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn of_a_course_the_content_and_the_themes_are_watched() {
        let files = ["site.toml", "content/a/b.md", "content/.git/x", "src/c.md", "themes/t/d"];
        let (_dir, tree) = tree(&files);
        let folders = below(&tree, tree.folders());
        assert_eq!(folders, ["", "content", "content/a", "themes", "themes/t"]);
        let concerns = |path| tree.concerns(&tree.root.join(path));
        assert!(concerns("site.toml") && concerns("content") && concerns("content/a/x.md"));
        assert!(!concerns("src/c.md") && !concerns("content/a/.#b.md") && !concerns("public/x"));
        assert!(!concerns("content/a/b.md~") && !concerns("content/node_modules/x.md"));
    }

    #[test]
    fn of_a_folder_of_lessons_everything_is_watched_but_the_output() {
        let (_dir, tree) = tree(&["a.md", "b/c.md", "public/a.html", ".git/x", "node_modules/y"]);
        assert_eq!(below(&tree, tree.folders()), ["", "b"]);
        assert!(tree.concerns(&tree.root.join("b/d.md")));
    }
}
