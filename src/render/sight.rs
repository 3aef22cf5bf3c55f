//! Sight: the course as one page sees it.
//!
//! A page sees its own lesson and place in full, what all pages share, and of other lessons and units what they show. It
//! leaves a note of each that it looks at, so that `session` can keep the page while they stay as they are. There is no
//! other way to the course from here: nothing can be looked at without a note. (A map is drawn from the course; the page is
//! known by the hash of all that is on it.)

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use ahash::{AHashMap as HashMap, AHashSet as HashSet};
use rayon::prelude::*;

use super::common::{Common, Entries, Term};
use super::views::{EntryView, PageTermView};
use crate::address::{Address, encode_path};
use crate::config::Config;
use crate::course::{
    AssetId, Course, Identity, Item, Layout, LessonId, Letter, Mention, PlacedAsset, Placement,
    Pool, Resolved, Unit, UnitId,
};
use crate::document::Document;
use crate::glossary::TermId;
use crate::interface::{Interface, Neighbour};
use crate::lesson::{Lesson, Role};
use crate::link::asset_identity;
use crate::memo::{key, key_of, key_of_all};
use crate::recognise::Recognised;

/// What a page has looked at: the lower half of its identity, since there are some fifty of them to a page. A page that has
/// looked at something else of the same half is looked at again for nothing.
pub type Note = u32;

fn note(identity: u64) -> Note {
    identity as Note
}

/// Where a page lies, for spelling the way to others.
#[derive(Clone, Copy)]
pub struct Here<'a> {
    pub address: &'a Address,
    /// The path of the site's root, where the page is shown at any address and cannot count from its own.
    root: Option<&'a str>,
}

impl Here<'_> {
    /// Whether the page is shown at any address.
    pub fn is_anywhere(self) -> bool {
        self.root.is_some()
    }

    pub fn href_to(&self, other: &Address) -> String {
        let Some(root) = self.root else { return self.address.href_to(other) };
        let mut href = root.to_owned();
        encode_path(other.as_str(), &mut href);
        href
    }

    /// The way to the site's root, with a `/` at its end or empty.
    pub fn to_root(self) -> String {
        self.root.map_or_else(|| self.address.to_root(), str::to_owned)
    }
}

/// The course as one page sees it. See the module.
pub struct Sight<'a> {
    course: &'a Course<'a>,
    common: &'a Common,
    id: LessonId,
    document: OnceCell<Document>,
    seen: RefCell<Vec<u64>>,
}

impl<'a> Sight<'a> {
    pub fn new(course: &'a Course<'a>, common: &'a Common, id: LessonId) -> Self {
        Self { course, common, id, document: OnceCell::new(), seen: RefCell::default() }
    }

    /// What the page has looked at; sorted.
    pub fn seen(self) -> Box<[Note]> {
        let mut seen: Vec<Note> = self.seen.into_inner().into_iter().map(note).collect();
        seen.sort_unstable();
        seen.dedup();
        seen.into()
    }

    // The page itself; [`own_key`] covers it.

    pub fn id(&self) -> LessonId {
        self.id
    }

    pub fn own(&self) -> &'a Lesson {
        self.course.lesson(self.id)
    }

    /// The body of the page's lesson, opened when it is first asked for.
    pub fn document(&self) -> &Document {
        self.document.get_or_init(|| self.own().body.open())
    }

    pub fn here(&self) -> Here<'a> {
        let is_anywhere = self.course.layout.not_found == Some(self.id);
        let root = self.config().root.as_deref().filter(|_| is_anywhere);
        Here { address: self.course.address(self.id), root }
    }

    /// Where the page stands.
    pub fn placement(&self) -> &'a Placement {
        self.course.placement(self.id)
    }

    pub fn resolved(&self) -> &'a Resolved {
        &self.course.resolved[self.id as usize]
    }

    pub fn recognised(&self) -> &'a Recognised {
        &self.course.recognised[self.id as usize]
    }

    /// The lesson that a recognised term is written in.
    pub fn term(&self, term: TermId) -> LessonId {
        self.course.term(term)
    }

    /// The sections that speak of the page, lesson by lesson.
    pub fn mentions(&self) -> impl Iterator<Item = &'a [Mention]> {
        self.course.mentions[self.id as usize].chunk_by(|a, b| a.from == b.from)
    }

    /// The lesson that teaches this term.
    pub fn taught_in(&self) -> Option<LessonId> {
        self.course.taught_in.get(&self.id).copied()
    }

    /// What the page's own questions are known by.
    pub fn identities(&self) -> &'a [Identity] {
        self.identities_of(self.id)
    }

    /// What the page draws from, where it is an exam.
    pub fn exam(&self) -> Option<&'a Pool> {
        self.course.questions.exams.get(&self.id)
    }

    // The lessons that an exam quotes, as far as their questions go; [`own_keys`] covers these as well.

    pub fn quoted(&self, id: LessonId) -> &'a Lesson {
        self.course.lesson(id)
    }

    pub fn resolved_of(&self, id: LessonId) -> &'a Resolved {
        &self.course.resolved[id as usize]
    }

    pub fn identities_of(&self, id: LessonId) -> &'a [Identity] {
        &self.course.questions.identities[id as usize]
    }

    // What all pages share; [`shared_key`] covers it.

    pub fn config(&self) -> &'a Config {
        self.course.config
    }

    pub fn title(&self) -> &'a str {
        &self.course.layout.title
    }

    pub fn home(&self) -> LessonId {
        self.course.layout.home()
    }

    pub fn glossary(&self) -> Option<LessonId> {
        self.course.layout.glossary
    }

    /// The page that draws the course.
    pub fn map(&self) -> Option<LessonId> {
        self.course.layout.map
    }

    /// The picture that stands for pages without one of their own.
    pub fn image(&self) -> Option<AssetId> {
        self.course.layout.image
    }

    /// The picture of the site in tabs, where it has one of its own.
    pub fn icon(&self) -> Option<AssetId> {
        self.course.layout.icon
    }

    pub fn letters(&self) -> &'a [Letter] {
        &self.course.layout.letters
    }

    /// The place of a term in the alphabet.
    pub fn alphabetical(&self, term: LessonId) -> usize {
        self.course.layout.alphabetical[&term]
    }

    /// Whether the home page lists lessons and not only units.
    pub fn lists_lessons(&self) -> bool {
        lists_lessons(self.course.layout)
    }

    // Others; a note is left of each.

    pub fn lesson(&self, id: LessonId) -> Neighbour<'a> {
        self.look_at(id);
        Neighbour::new(self.course.lesson(id))
    }

    pub fn address(&self, id: LessonId) -> &'a Address {
        self.look_at(id);
        self.course.address(id)
    }

    /// What the navigation calls a lesson.
    pub fn title_of(&self, id: LessonId) -> &'a str {
        self.look_at(id);
        &self.course.placement(id).title
    }

    pub fn unit(&self, id: UnitId) -> &'a Unit {
        self.seen.borrow_mut().push(unit_identity(self.course.layout, id));
        self.course.unit(id)
    }

    /// The entries of a unit as the pages in its folder have them, made by `make` from what [`Self::face`] says.
    pub fn shared_entries(&self, id: UnitId, make: impl FnOnce() -> Vec<EntryView>) -> Entries {
        // One note for all of them.
        self.seen.borrow_mut().push(entries_identity(self.course.layout, id));
        self.common.unit(id, make)
    }

    /// Title and address of an entry of a unit, for [`Self::shared_entries`].
    pub fn face(&self, id: LessonId) -> (&'a str, &'a Address) {
        let placement = self.course.placement(id);
        (&placement.title, &placement.address)
    }

    /// A term as the page speaks of it.
    pub fn spoken_of(&self, id: LessonId) -> Arc<Term> {
        self.look_at(id);
        let here = self.here();
        let address = self.course.address(id);
        let make = || {
            let href = here.href_to(address);
            let title = &self.course.placement(id).title;
            let definition = Neighbour::new(self.course.lesson(id)).definition();
            let view = definition.map(|definition| PageTermView {
                id: definition_id(address),
                title: title.clone(),
                href: href.clone(),
                definition: definition.to_owned(),
            });
            Term::new(&href, view.as_ref())
        };
        // Pages of one depth write alike what lies in none of their folders.
        match here.root.is_none() && !here.address.shares_folder(address) {
            true => self.common.term(here.address.depth(), self.alphabetical(id), make),
            false => Arc::new(make()),
        }
    }

    pub fn asset(&self, id: AssetId) -> &'a PlacedAsset {
        let placed = &self.course.layout.assets[id as usize];
        self.seen.borrow_mut().push(asset_identity(&placed.asset));
        placed
    }

    /// The units around the page, the outermost first; neither the course nor the page's own unit among them.
    pub fn units_around(&self) -> Vec<UnitId> {
        let mut around = Vec::new();
        let mut unit = Some(self.placement().unit);
        while let Some(id) = unit.filter(|id| *id != 0) {
            if self.unit(id).page != self.id {
                around.push(id);
            }
            unit = self.unit(id).parent;
        }
        around.reverse();
        around
    }

    /// The pages from the home page down to what holds this one.
    pub fn pages_above(&self) -> Vec<LessonId> {
        if self.id == self.home() {
            return Vec::new();
        }
        let mut pages = vec![self.home()];
        if self.own().role == Role::Term {
            pages.extend(self.glossary());
        }
        pages.extend(self.units_around().into_iter().map(|unit| self.unit(unit).page));
        pages
    }

    fn look_at(&self, id: LessonId) {
        let identity = self.course.layout.identities[id as usize];
        let mut seen = self.seen.borrow_mut();
        // Title and address are mostly asked for one after the other.
        if seen.last() != Some(&identity) {
            seen.push(identity);
        }
    }
}

/// Up to how many lessons the home page lists them all; beyond, it lists the units.
const HOME_LISTS_LESSONS: usize = 500;

fn lists_lessons(layout: &Layout) -> bool {
    layout.placements.len() <= HOME_LISTS_LESSONS
}

fn unit_identity(layout: &Layout, id: UnitId) -> u64 {
    // Its page is known by another.
    !layout.identities[layout.units[id as usize].page as usize]
}

/// What the entries of a unit are known by, with their titles and addresses.
fn entries_identity(layout: &Layout, id: UnitId) -> u64 {
    unit_identity(layout, id).rotate_left(32)
}

/// The hash of what the entries of a unit show. `unit` is that of the unit itself.
fn entries_mark(layout: &Layout, id: UnitId, unit: u128) -> u128 {
    let entries = layout.units[id as usize].items.iter();
    let faces = entries.filter_map(|item| match item {
        Item::Unit(unit) => Some(layout.units[*unit as usize].page),
        Item::Lesson(lesson) => Some(*lesson),
        Item::Part(_) => None,
    });
    let faces = faces.map(|page| layout.faces[page as usize]);
    key_of_all(faces.chain([unit]))
}

/// The id under which the definition of the term at an address stands on the pages that use it. No heading's id has a
/// colon.
fn definition_id(term: &Address) -> String {
    let address = term.as_str();
    let name = address.strip_suffix(".html").unwrap_or(address);
    format!("def:{}", name.strip_prefix("glossary/").unwrap_or(name).replace('/', ":"))
}

/// How many lessons' keys one thread makes at least: each takes less than half a microsecond.
const AT_LEAST: usize = 256;

/// The keys of all that pages see of themselves, of their places and of what they share, in the order of the lessons.
/// `shared` is the key of the settings, the site's view and the theme.
pub fn own_keys(
    course: &Course<'_>,
    shared: u128,
    hashes: &[u128],
    mention_marks: &[u128],
) -> Vec<u128> {
    let layout = course.layout;
    let taught = |id: usize| {
        let lesson = course.taught_in.get(&(id as LessonId));
        lesson.map_or(0, |lesson| u128::from(layout.identities[*lesson as usize]))
    };
    let teaches = !course.taught_in.is_empty();
    let shared = key([shared, shared_key(layout)]);
    let keys = (0..course.lessons.len()).into_par_iter().with_min_len(AT_LEAST).map(|id| {
        key([
            shared,
            hashes[id],
            course.resolved[id].mark,
            course.recognised[id].mark,
            mention_marks[id],
            layout.marks[id],
            if teaches { taught(id) } else { 0 },
            key_of_questions(course, id),
        ])
    });
    keys.collect()
}

/// The key of what a page's questions are known by, and of all that it quotes as an exam.
fn key_of_questions(course: &Course<'_>, id: usize) -> u128 {
    let own = course.questions.marks[id];
    let Some(exam) = course.questions.exams.get(&(id as LessonId)) else { return own };
    let Pool { key: name, pool, draw, minutes, pass } = exam;
    let quoted = pool.iter().map(|(lesson, question)| {
        let at = *lesson as usize;
        let known_by = course.questions.marks[at];
        let shown = course.lessons[at].shown_in_exams;
        key([shown, course.resolved[at].mark, known_by, u128::from(*question)])
    });
    key([own, key_of_all(quoted), key_of(&(name, draw, minutes, pass))])
}

/// The key of what all pages share and no template sees as such.
fn shared_key(layout: &Layout) -> u128 {
    key([layout.shared, lists_lessons(layout).into()])
}

/// All that pages can look at beside themselves: each with the hash of what it shows.
#[derive(Default)]
pub struct Surroundings {
    shown: Vec<(u64, u128)>,
}

impl Surroundings {
    /// `interfaces` are those of the lessons, by number.
    pub fn new(course: &Course<'_>, interfaces: &[Interface]) -> Self {
        let layout = course.layout;
        let lessons = interfaces.par_iter().with_min_len(AT_LEAST).enumerate();
        let lessons = lessons.map(|(id, Interface { names, shown, .. })| {
            (layout.identities[id], key([*names, *shown, layout.faces[id]]))
        });
        let mut shown: Vec<(u64, u128)> = lessons.collect();
        let units = (0..layout.units.len()).map(|id| id as UnitId);
        let units = units.flat_map(|id| {
            let mark = unit_mark(layout, id);
            let entries = (entries_identity(layout, id), entries_mark(layout, id, mark));
            [(unit_identity(layout, id), mark), entries]
        });
        let assets = layout.assets.iter();
        let assets = assets.map(|placed| {
            (asset_identity(&placed.asset), key_of(&(&placed.address, &placed.asset)))
        });
        shown.extend(units.chain(assets));
        shown.shrink_to_fit();
        Self { shown }
    }

    fn identities(&self) -> impl Iterator<Item = u64> {
        self.shown.iter().map(|(identity, _)| *identity)
    }

    /// What shows something else than before, or was not there.
    pub fn changed_since(&self, before: &Self) -> HashSet<Note> {
        let is_same_list = self.shown.len() == before.shown.len();
        if is_same_list && self.identities().eq(before.identities()) {
            let pairs = self.shown.iter().zip(&before.shown);
            return pairs.filter(|(now, then)| now != then).map(|(now, _)| note(now.0)).collect();
        }
        let known: HashMap<u64, u128> = before.shown.iter().copied().collect();
        let changed = self.shown.iter().filter(|(id, mark)| known.get(id) != Some(mark));
        let mut changed: HashSet<Note> = changed.map(|(identity, _)| note(*identity)).collect();
        // What has gone is no longer what it was either.
        let now: HashSet<u64> = self.identities().collect();
        changed.extend(before.identities().filter(|identity| !now.contains(identity)).map(note));
        changed
    }
}

pub(super) fn unit_mark(layout: &Layout, id: UnitId) -> u128 {
    let identity = |id: &LessonId| layout.identities[*id as usize];
    let Unit { page, parent, items } = &layout.units[id as usize];
    let items = items.iter().map(|item| match item {
        Item::Unit(unit) => (unit_identity(layout, *unit), None),
        Item::Lesson(lesson) => (identity(lesson), None),
        Item::Part(title) => (0, Some(title)),
    });
    let parent = parent.map(|parent| unit_identity(layout, parent));
    key_of(&(identity(page), parent, items.collect::<Vec<_>>()))
}
