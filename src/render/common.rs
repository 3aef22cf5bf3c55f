//! What many pages have alike: the contents of their unit, and the terms of the glossary as seen from folders of one
//! depth. Made once a build, by the first page that asks, and just as each page would make it.

use std::sync::{Arc, OnceLock};

use serde::Serialize;

use super::views::{EntryView, PageTermView};
use crate::course::{Layout, UnitId};
use crate::memo::key_of;

/// How many folders deep a page may lie and still share what it says of terms.
const DEEPEST: usize = 8;

/// A part of a view that several pages have, known by its hash. Templates get it as it is: nothing is copied for a page.
#[derive(Clone, Debug)]
pub struct Shared {
    key: u128,
    value: tera::Value,
}

impl Shared {
    pub fn new(view: &(impl std::hash::Hash + Serialize)) -> Self {
        Self { key: key_of(view), value: tera::Value::from_serializable(view) }
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

/// A term as pages speak of it.
#[derive(Clone, Debug)]
pub struct Term {
    /// The way to its page.
    pub href: Arc<str>,
    pub definition: Option<Definition>,
}

/// The definition of a term, to stand on a page.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The id of the element that holds it.
    pub id: Arc<str>,
    /// A [`PageTermView`].
    pub view: Shared,
}

impl Term {
    /// `definition` is the term's view, where it has a definition.
    pub fn new(href: &str, definition: Option<&PageTermView>) -> Self {
        let definition = definition
            .map(|view| Definition { id: view.id.as_str().into(), view: Shared::new(view) });
        Self { href: href.into(), definition }
    }
}

/// What pages share in one build. See the module.
pub struct Common {
    units: Vec<OnceLock<Shared>>,
    /// By depth of the page and place of the term in the alphabet.
    terms: Vec<Vec<OnceLock<Arc<Term>>>>,
}

impl Common {
    pub fn new(layout: &Layout) -> Self {
        let terms = || (0..layout.alphabetical.len()).map(|_| OnceLock::new()).collect();
        Self {
            units: layout.units.iter().map(|_| OnceLock::new()).collect(),
            terms: (0..=DEEPEST).map(|_| terms()).collect(),
        }
    }

    /// The entries of a unit as seen from the folder of its own page.
    pub fn unit(&self, id: UnitId, make: impl FnOnce() -> Vec<EntryView>) -> Shared {
        self.units[id as usize].get_or_init(|| Shared::new(&make())).clone()
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
