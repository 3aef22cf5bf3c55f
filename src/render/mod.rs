//! Render: from the course to the bundle.
//!
//! Nothing is looked up here: `link` has resolved every name, and this spells the result. A page is made from what it
//! has in its [`Sight`] and from the theme, and from nothing else.

mod arrange;
mod body;
mod characters;
mod common;
mod compact;
mod locale;
mod map;
pub(crate) mod markdown;
mod pages;
mod sight;
mod spell;
mod strings;
mod structured;
mod theme;
pub mod views;

use std::hash::Hash;

use crate::bundle::{Output, Shelf};
use crate::course::{Course, LessonId};
use crate::diagnostic::Diagnostic;
use crate::lesson::Lesson;
use crate::memo::key_of;

pub use arrange::Arrangement;
pub use body::body;
pub use common::Common;
pub use map::{Survey, map};
pub use pages::redirect;
pub use sight::{Note, Sight, Surroundings, own_keys};
pub use spell::spell;
pub use strings::{key as strings_key, strings};
pub use theme::{STATIC, STRINGS, TEMPLATES, Theme, key as theme_key};

/// A page's file, or why its template could not make them.
pub type Rendered = Result<Output, Box<Diagnostic>>;

/// A page, and what it was made from.
#[derive(Clone)]
pub struct Page {
    /// The hash of its view, the site's view and the theme.
    pub key: u128,
    /// What of the course it has looked at beside itself; sorted.
    pub seen: Box<[Note]>,
    pub html: Rendered,
    /// Its text as Markdown, where a site publishes that.
    pub markdown: Option<Output>,
    /// It was rendered, and not known from before.
    pub is_new: bool,
}

impl Default for Page {
    /// For what is no page.
    fn default() -> Self {
        Self {
            key: 0,
            seen: Box::default(),
            html: Ok(Output::text("")),
            markdown: None,
            is_new: false,
        }
    }
}

/// Finds a page by its key among those of the build before.
pub type Known<'a> = &'a (dyn Fn(u128) -> Option<Rendered> + Sync);

/// What every page shares.
pub struct Frame<'a> {
    theme: &'a Theme,
    shelf: &'a dyn Shelf,
    survey: &'a Survey,
    site: tera::Value,
    common: Common,
    /// Of the theme and the site's view.
    pub hash: u128,
}

impl<'a> Frame<'a> {
    pub fn new(
        course: &Course<'_>,
        theme: &'a Theme,
        survey: &'a Survey,
        shelf: &'a dyn Shelf,
    ) -> Self {
        let view = pages::site(course);
        Self {
            theme,
            shelf,
            survey,
            site: tera::Value::from_serializable(&view),
            common: Common::new(course.layout),
            hash: key_of(&(theme.hash, &view)),
        }
    }

    /// The key under which a page is remembered.
    pub fn key(&self, view: &impl Hash) -> u128 {
        key_of(&(self.hash, view))
    }

    /// Renders a page, unless its view is that of the page that is known.
    pub fn page(&self, course: &Course<'_>, id: LessonId, known: Known<'_>) -> Page {
        if !course.layout.is_rendered(id) {
            return Page::default();
        }
        let sight = Sight::new(course, &self.common, id);
        let lesson = course.lesson(id);
        let spelled = spell::spell(&sight);
        let body = views::Body { key: body_key(lesson, &spelled), html: String::new() };
        let mut view = pages::page(&sight, &spelled, body, self.theme);
        let sheet = self.survey.sheets.get(&id);
        view.drawing = sheet.map(|sheet| views::Drawing { key: sheet.key, map: None });
        let key = self.key(&view);
        let address = sight.here().address;
        let markdown = view.markdown.is_some().then(|| {
            let own = (lesson, sight.document());
            let text = markdown::markdown(own, &spelled, &view, &self.theme.strings);
            self.shelf.keep_edited(&markdown::address(address), text)
        });
        let (html, is_new) = match known(key) {
            Some(html) => (html, false),
            None => {
                let own = (lesson, sight.document());
                let strings = &self.theme.strings;
                view.body.html = body::body(own, &spelled, strings);
                if let (Some(drawing), Some(sheet)) = (&mut view.drawing, sheet) {
                    let map = map::map(course, self.survey, strings, id, sheet.extent);
                    drawing.map = Some(Box::new(map));
                }
                let html = self.render(&mut view);
                let keep = |html: String| self.shelf.keep(address, html.into_bytes());
                (html.map(keep), true)
            }
        };
        Page { key, seen: sight.seen(), html, markdown, is_new }
    }

    /// Renders a view, with the lists in it that are made only then.
    fn render(&self, view: &mut views::PageView) -> Result<String, Box<Diagnostic>> {
        if let Some(unit) = &mut view.unit {
            unit.list.0 = unit.entries.html(unit.at, self.theme)?;
        }
        for term in &view.terms {
            view.terms_list.0.push('\n');
            view.terms_list.0.push_str(term.html(self.theme)?);
        }
        // What stands around the text of a lesson.
        const FRAME: usize = 16 << 10;
        let room = view.body.html.len() + view.terms_list.0.len() + FRAME;
        self.theme.render(&format!("{}.html", view.kind), &self.site, "page", view, room)
    }

    /// Renders the page at an old address.
    pub fn redirect(&self, view: &views::RedirectView) -> Rendered {
        const ROOM: usize = 1 << 10;
        let html = self.theme.render("redirect.html", &self.site, "redirect", view, ROOM)?;
        Ok(Output::text(html))
    }
}

fn body_key(lesson: &Lesson, spelled: &spell::Spelled<'_>) -> u128 {
    key_of(&(lesson.hash, spelled))
}
