//! Web: what machines read of a whole course, in files of their own beside its pages.
//!
//! [`feed`] tells subscribers what is new, [`sitemap`] tells search engines what there is; both name pages by their absolute
//! addresses, so a site without a base URL has neither. [`llms`] leads language models to the Markdown of each page,
//! [`manifest`] tells devices how to keep the course beside their apps, and [`offline`] has
//! browsers keep all of it. Nothing here knows what day it is: dates come from
//! front matter, so the same sources give the same bytes.

mod feed;
mod llms;
mod manifest;
pub mod offline;
mod sitemap;
mod xml;

use crate::address::{Address, absolute};
use crate::bundle::Output;
use crate::course::{Course, LessonId};
use crate::lesson::Role;
use crate::memo::One;
use crate::strings::Strings;

pub use feed::has_feed;
pub use manifest::has_manifest;

/// The files of a course, kept from one build to the next.
#[derive(Default)]
pub struct Web {
    files: One<Vec<(Address, Output)>>,
}

impl Web {
    /// Brings the files to a course; sorted. `theme` is the folder of the theme, `key` the hash of all that they show.
    pub fn update(
        &mut self,
        course: &Course<'_>,
        strings: &Strings,
        theme: &str,
        key: u128,
    ) -> &[(Address, Output)] {
        self.files.get(key, || files(course, strings, theme)).0
    }
}

fn files(course: &Course<'_>, strings: &Strings, theme: &str) -> Vec<(Address, Output)> {
    let mut files = Vec::new();
    if let Some(base_url) = &course.config.base_url {
        files = sitemap::files(course, base_url);
        files.push(("robots.txt".to_owned(), sitemap::robots(base_url)));
        if course.layout.has_feed {
            files.push((feed::NAME.to_owned(), feed::feed(course, base_url)));
        }
    }
    if has_manifest(course.config) {
        files.push((manifest::NAME.to_owned(), manifest::manifest(course, theme)));
    }
    if course.config.markdown {
        files.push((llms::NAME.to_owned(), llms::llms(course, strings)));
    }
    let files = files.into_iter();
    let files = files.map(|(name, text)| (Address::new(&name), Output::text(text)));
    let mut files: Vec<_> = files.collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

/// The absolute address of a page.
fn url(course: &Course<'_>, base_url: &str, id: LessonId) -> String {
    absolute(base_url, course.address(id))
}

/// What the navigation calls a page; the home page goes by the course's title.
fn title<'a>(course: &'a Course<'_>, id: LessonId) -> &'a str {
    match course.lesson(id).role {
        Role::Home => &course.layout.title,
        _ => &course.placement(id).title,
    }
}
