//! Arranging: which file of the bundle comes from where.
//!
//! Follows from addresses and the theme's files alone, so it stays while only texts change.

use std::collections::BTreeMap;

use super::{Page, Rendered, Theme};
use crate::address::Address;
use crate::bundle::{Bundle, Files, Output};
use crate::course::{Layout, LessonId};
use crate::link::THEME_FOLDER;

/// Where a file comes from.
enum Origin {
    /// The page of a lesson.
    Page(LessonId),
    /// By index among the old addresses.
    Redirect(usize),
    /// The same whatever the texts say: an asset, or a file of the theme.
    Fixed(Output),
}

/// The files of a bundle, sorted by path.
#[derive(Default)]
pub struct Arrangement {
    files: Vec<(Address, Origin)>,
}

impl Arrangement {
    /// Of two files with one address, which is reported, the later one counts.
    pub fn new(layout: &Layout, theme: &Theme) -> Self {
        let mut files = BTreeMap::new();
        for (name, output) in &theme.static_files {
            let address = Address::new(&format!("{THEME_FOLDER}/{name}"));
            files.insert(address, Origin::Fixed(output.clone()));
        }
        for placed in &layout.assets {
            let copy = Output::Copy(placed.asset.path.clone());
            files.insert(placed.address.clone(), Origin::Fixed(copy));
        }
        for (id, placement) in layout.placements.iter().enumerate() {
            if layout.has_page(id as LessonId) {
                files.insert(placement.address.clone(), Origin::Page(id as LessonId));
            }
        }
        for (index, address) in layout.redirects.keys().enumerate() {
            files.insert(address.clone(), Origin::Redirect(index));
        }
        Self { files: files.into_iter().collect() }
    }

    /// Puts the bundle together, with the files of the search index, which are sorted too. Pages that could not be rendered
    /// are left out.
    pub fn bundle(
        &self,
        pages: &[Page],
        redirects: &[Rendered],
        search: &[(Address, Output)],
        before: &Bundle,
    ) -> Bundle {
        let files = self.files.iter().filter_map(|(address, origin)| {
            let output = match origin {
                Origin::Page(id) => pages[*id as usize].html.as_ref().ok()?,
                Origin::Redirect(index) => redirects[*index].as_ref().ok()?,
                Origin::Fixed(output) => output,
            };
            Some((address, output))
        });
        let mut search = search.iter().map(|(address, output)| (address, output)).peekable();
        let mut all = Vec::with_capacity(self.files.len() + search.len());
        for file in files {
            while let Some(first) = search.next_if(|(address, _)| *address < file.0) {
                all.push(first);
            }
            // A file of the author's can have an address of the index, which is reported.
            if search.peek().is_none_or(|(address, _)| *address != file.0) {
                all.push(file);
            }
        }
        all.extend(search);
        Bundle { files: Files::new(&all, &before.files) }
    }
}
