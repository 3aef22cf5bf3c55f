//! Render: from the course to the bundle.
//!
//! Nothing is looked up here: `link` has resolved every name, and this spells the result. What needs no other page's
//! work is a function of its own, so that `session` can remember it: the [`body`](fn@body) of a lesson from its text and
//! spellings, a [`page`] from its view and the theme.

mod body;
mod compact;
mod locale;
mod pages;
mod spell;
mod theme;
pub mod views;

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use crate::bundle::{Bundle, Output};
use crate::course::{Course, LessonId};
use crate::diagnostic::Diagnostic;
use crate::lesson::{Lesson, Role};
use crate::link::THEME_FOLDER;

pub use body::body;
pub use spell::{Spelled, spell};
pub use theme::{STATIC, TEMPLATES, Theme, key as theme_key};

/// A page's bytes, or why its template could not make them.
pub type Rendered = Result<Arc<[u8]>, Box<Diagnostic>>;

/// The key under which the body of a lesson is remembered.
pub fn body_key(lesson: &Lesson, spelled: &Spelled) -> u128 {
    let mut hasher = Xxh3::new();
    hasher.write_u128(lesson.hash);
    spelled.hash(&mut hasher);
    hasher.digest128()
}

/// What every page shares.
pub struct Frame<'a> {
    theme: &'a Theme,
    site: tera::Value,
    /// Of the theme and the site's view.
    hash: u128,
}

impl<'a> Frame<'a> {
    pub fn new(course: &Course, theme: &'a Theme) -> Self {
        let view = pages::site(course);
        let mut hasher = Xxh3::new();
        hasher.write_u128(theme.hash);
        view.hash(&mut hasher);
        Self { theme, site: tera::Value::from_serializable(&view), hash: hasher.digest128() }
    }

    /// The key under which a page is remembered.
    pub fn key(&self, view: &impl Hash) -> u128 {
        let mut hasher = Xxh3::new();
        hasher.write_u128(self.hash);
        view.hash(&mut hasher);
        hasher.digest128()
    }

    /// Renders a page from its view.
    pub fn page(&self, view: &views::PageView) -> Rendered {
        let template = format!("{}.html", view.kind);
        let html = self.theme.render(&template, &self.site, "page", view)?;
        Ok(html.into_bytes().into())
    }

    /// Renders the page at an old address.
    pub fn redirect(&self, view: &views::RedirectView) -> Rendered {
        let html = self.theme.render("redirect.html", &self.site, "redirect", view)?;
        Ok(html.into_bytes().into())
    }
}

/// The lessons that become pages.
pub fn pages_of(course: &Course) -> impl Iterator<Item = LessonId> {
    let lessons = course.lessons.iter().enumerate();
    let pages = lessons.filter(|(_, lesson)| lesson.role != Role::Summary);
    pages.map(|(index, _)| index as LessonId)
}

pub use pages::{page, redirect};

/// Puts the bundle together: pages, assets and what the theme brings.
pub fn bundle(course: &Course, theme: &Theme, pages: BTreeMap<String, Arc<[u8]>>) -> Bundle {
    let mut files = BTreeMap::new();
    for (name, output) in &theme.static_files {
        files.insert(format!("{}/{name}", THEME_FOLDER), output.clone());
    }
    for placed in &course.assets {
        let copy = Output::Copy(placed.asset.path.clone());
        files.insert(placed.address.to_string(), copy);
    }
    files.extend(pages.into_iter().map(|(address, bytes)| (address, Output::Bytes(bytes))));
    Bundle { files }
}
