//! What many pages have alike: the contents of their unit, and the terms of the glossary as seen from folders of one
//! depth. Made by the first page that asks, and just as each page would make it.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde::Serialize;
use tera::Value;

use super::theme::Theme;
use super::views::{EntryView, PageTermView};
use crate::course::{Layout, UnitId};
use crate::diagnostic::Diagnostic;
use crate::memo::key_of;

/// How many folders deep a page may lie and still share what it says of terms.
const DEEPEST: usize = 8;
/// How many units are kept for each thread: pages are made unit by unit, and all units have as much as all lessons' titles
/// several times.
const UNITS: usize = 4;

/// HTML that a component of the theme has made, or why it could not.
type Made<T> = Result<T, Box<Diagnostic>>;

/// A part of a view that several pages have, known by its hash. Templates get it as it is: nothing is copied for a page.
#[derive(Clone, Debug)]
pub struct Shared {
    key: u128,
    value: Value,
}

impl Shared {
    pub fn new(view: &(impl std::hash::Hash + Serialize)) -> Self {
        Self { key: key_of(view), value: Value::from_serializable(view) }
    }
}

impl std::hash::Hash for Entries {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.all.hash(state);
    }
}

impl std::hash::Hash for Shared {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u128(self.key);
    }
}

impl Serialize for Shared {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

/// The entries of a unit, as values and as HTML: entry by entry, made by the component `unit_entry` when a page is first
/// rendered.
#[derive(Clone, Debug)]
pub struct Entries {
    /// A list of [`EntryView`]s.
    pub all: Shared,
    html: Arc<OnceLock<Made<Lines>>>,
}

impl Entries {
    pub fn new(entries: &[EntryView]) -> Self {
        Self { all: Shared::new(&entries), html: Arc::default() }
    }

    /// Their HTML, with the one at `current` marked as the page itself.
    pub fn html(&self, current: Option<usize>, theme: &Theme) -> Made<String> {
        let entry = |at: usize, current: bool| {
            let item = self.all.value.as_array().and_then(|items| items.get(at));
            let item = item.cloned().unwrap_or_else(Value::none);
            theme.component("unit_entry", [("item", item), ("current", Value::from(current))])
        };
        let count = self.all.value.as_array().map_or(0, <[Value]>::len);
        let lines = self.html.get_or_init(|| Lines::new((0..count).map(|at| entry(at, false))));
        let lines = lines.as_ref().map_err(Clone::clone)?;
        let Some(at) = current else { return Ok(lines.text.clone()) };
        let (before, after) = (lines.get(0..at), lines.get(at + 1..count));
        Ok([before, "\n", &entry(at, true)?, after].concat())
    }
}

/// Pieces of HTML one after another, each on a line of its own.
#[derive(Debug, Default)]
struct Lines {
    text: String,
    ends: Vec<usize>,
}

impl Lines {
    fn new(pieces: impl Iterator<Item = Made<String>>) -> Made<Self> {
        let mut lines = Self::default();
        for piece in pieces {
            lines.text.push('\n');
            lines.text.push_str(&piece?);
            lines.ends.push(lines.text.len());
        }
        Ok(lines)
    }

    fn get(&self, lines: Range<usize>) -> &str {
        let end = |lines: usize| lines.checked_sub(1).map_or(0, |last| self.ends[last]);
        &self.text[end(lines.start)..end(lines.end)]
    }
}

/// A term as pages speak of it.
#[derive(Debug)]
pub struct Term {
    /// The way to its page.
    pub href: Arc<str>,
    pub definition: Option<Definition>,
}

/// The definition of a term, to stand on a page.
#[derive(Debug)]
pub struct Definition {
    /// The id of the element that holds it.
    pub id: Arc<str>,
    /// A [`PageTermView`].
    view: Shared,
    html: OnceLock<Made<String>>,
}

impl Term {
    /// `definition` is the term's view, where it has a definition.
    pub fn new(href: &str, definition: Option<&PageTermView>) -> Self {
        let definition = definition.map(|view| Definition {
            id: view.id.as_str().into(),
            view: Shared::new(view),
            html: OnceLock::new(),
        });
        Self { href: href.into(), definition }
    }
}

/// A term that has a definition, among those of a page.
#[derive(Clone, Debug)]
pub struct PageTerm(Arc<Term>);

impl PageTerm {
    /// `None` where the term has no definition.
    pub fn new(term: Arc<Term>) -> Option<Self> {
        term.definition.is_some().then_some(Self(term))
    }

    fn definition(&self) -> &Definition {
        let definition = self.0.definition.as_ref();
        definition.unwrap_or_else(|| panic!("`new` takes only terms that have one"))
    }

    /// What the component `page_term` makes of it.
    pub fn html(&self, theme: &Theme) -> Made<&str> {
        let Definition { view, html, .. } = self.definition();
        let make = || theme.component("page_term", [("term", view.value.clone())]);
        html.get_or_init(make).as_ref().map(String::as_str).map_err(Clone::clone)
    }
}

impl std::hash::Hash for PageTerm {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.definition().view.hash(state);
    }
}

impl Serialize for PageTerm {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.definition().view.serialize(serializer)
    }
}

/// What pages share in one build. See the module.
pub struct Common {
    /// The units whose pages were made last.
    units: Mutex<VecDeque<(UnitId, Arc<OnceLock<Entries>>)>>,
    /// By depth of the page and place of the term in the alphabet.
    terms: Vec<Vec<OnceLock<Arc<Term>>>>,
}

impl Common {
    pub fn new(layout: &Layout) -> Self {
        let terms = || (0..layout.alphabetical.len()).map(|_| OnceLock::new()).collect();
        Self { units: Mutex::default(), terms: (0..=DEEPEST).map(|_| terms()).collect() }
    }

    /// The entries of a unit as seen from the folder of its own page.
    pub fn unit(&self, id: UnitId, make: impl FnOnce() -> Vec<EntryView>) -> Entries {
        self.place_of(id).get_or_init(|| Entries::new(&make())).clone()
    }

    /// Where the entries of a unit are, or are to be put.
    fn place_of(&self, id: UnitId) -> Arc<OnceLock<Entries>> {
        // Whoever failed has left no unit half put down.
        let mut units = self.units.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, place)) = units.iter().find(|(unit, _)| *unit == id) {
            return place.clone();
        }
        if units.len() >= UNITS * rayon::current_num_threads() {
            units.pop_front();
        }
        let place = Arc::<OnceLock<Entries>>::default();
        units.push_back((id, place.clone()));
        place
    }

    /// A term, by its place in the alphabet, as seen from pages so many folders below the root; all of them outside of the
    /// folder at the top in which the term lies.
    pub fn term(&self, depth: usize, place: usize, make: impl FnOnce() -> Term) -> Arc<Term> {
        match self.terms.get(depth) {
            Some(terms) => terms[place].get_or_init(|| Arc::new(make())).clone(),
            None => Arc::new(make()),
        }
    }
}
