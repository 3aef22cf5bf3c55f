//! Arranging: which file of the bundle comes from where.
//!
//! Follows from addresses and the theme's files alone, so it stays while only texts change.

use ahash::AHashSet as HashSet;
use rayon::prelude::*;

use super::{Rendered, Theme, markdown};
use crate::address::Address;
use crate::bundle::{Bundle, Files, Output};
use crate::course::{Layout, LessonId};
use crate::table::Table;

/// Where a file comes from.
enum Origin {
    /// The page of a lesson.
    Page(LessonId),
    /// The text of a lesson, beside its page.
    Markdown(LessonId),
    /// By index among the old addresses.
    Redirect(usize),
    /// The same whatever the texts say: an asset, or a file of the theme.
    Fixed(Output),
}

/// The files of a bundle, sorted by path.
#[derive(Default)]
pub struct Arrangement {
    files: Vec<(Address, Origin)>,
    /// Files and folders at the root, in lower case: names that differ by case only are one on many systems.
    at_root: HashSet<String>,
}

impl Arrangement {
    /// Of two files with one address, which is reported, the later one counts.
    pub fn new(layout: &Layout, theme: &Theme, has_markdown: bool) -> Self {
        let mut files = Vec::new();
        for (name, output) in &theme.static_files {
            let address = Address::new(&format!("{}/{name}", theme.folder));
            files.push((address, Origin::Fixed(output.clone())));
        }
        for placed in &layout.assets {
            let copy = Output::Copy(placed.asset.path.clone());
            files.push((placed.address.clone(), Origin::Fixed(copy)));
        }
        for (id, placement) in layout.placements.iter().enumerate() {
            if layout.is_rendered(id as LessonId) {
                if has_markdown {
                    let address = markdown::address(&placement.address);
                    files.push((address, Origin::Markdown(id as LessonId)));
                }
                files.push((placement.address.clone(), Origin::Page(id as LessonId)));
            }
        }
        for (index, address) in layout.redirects.keys().enumerate() {
            files.push((address.clone(), Origin::Redirect(index)));
        }
        files.par_sort_by(|(one, _), (other, _)| one.cmp(other));
        files.dedup_by(|later, file| {
            let is_same = later.0 == file.0;
            if is_same {
                std::mem::swap(later, file);
            }
            is_same
        });
        files.shrink_to_fit();
        let at_root = files.iter().filter_map(|(address, _)| address.as_str().split('/').next());
        let mut at_root: Vec<&str> = at_root.collect();
        at_root.dedup();
        let at_root = at_root.into_iter().map(str::to_lowercase).collect();
        Self { files, at_root }
    }

    /// The lesson whose page has this address.
    pub fn page_at(&self, address: &str) -> Option<LessonId> {
        let at = self.files.binary_search_by(|(known, _)| known.as_str().cmp(address)).ok()?;
        if let Origin::Page(id) = self.files[at].1 { Some(id) } else { None }
    }

    /// Puts the bundle together, with the files of the search index and those that other machines read, which are sorted
    /// too. An author's own file wins over one of these. Pages that could not be rendered are left out.
    pub fn bundle<'a>(
        &'a self,
        page: impl Fn(LessonId) -> Option<&'a Output>,
        markdown: impl Fn(LessonId) -> Option<&'a Output>,
        redirects: &'a Table<Rendered>,
        search: &'a [(Address, Output)],
        web: &'a [(Address, Output)],
        before: &Bundle,
    ) -> Bundle {
        let files = self.files.iter().filter_map(|(address, origin)| {
            let output = match origin {
                Origin::Page(id) => page(*id)?,
                Origin::Markdown(id) => markdown(*id)?,
                Origin::Redirect(index) => redirects[*index].as_ref().ok()?,
                Origin::Fixed(output) => output,
            };
            Some((address, output))
        });
        let is_free = |address: &Address| !self.at_root.contains(&address.as_str().to_lowercase());
        let web = web.iter().filter(|(address, _)| is_free(address));
        let others = search.iter().chain(web).map(|(address, output)| (address, output));
        let mut others: Vec<(&Address, &Output)> = others.collect();
        others.sort_by_key(|(address, _)| *address);
        let mut others = others.into_iter().peekable();
        let mut all = Vec::with_capacity(self.files.len() + others.len());
        for file in files {
            while let Some(first) = others.next_if(|(address, _)| *address < file.0) {
                all.push(first);
            }
            // A file of the author's can have an address of the index, which is reported.
            if others.peek().is_none_or(|(address, _)| *address != file.0) {
                all.push(file);
            }
        }
        all.extend(others);
        Bundle { files: Files::new(&all, &before.files) }
    }
}
