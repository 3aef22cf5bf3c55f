//! Pages: a built course that can render each of its pages, at any time and from any thread, whatever is built meanwhile.
//!
//! A page has a *slot*, which is empty until the page is made for the first time. A build fills all slots before it is
//! done; one for the preview fills some, and the others are filled when they are asked for, or behind everything else.
//! It is the same function each time, and what it sees cannot change any more.
//!
//! A slot goes over into the next build as long as nothing that its page is made of has changed. One that is empty does
//! not: nobody knows yet what its page would look at.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use ahash::AHashMap;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use super::desk::Desk;
use super::linking::Held;
use super::settle;
use crate::bundle::{Later, Memory, Nowhere, Output, Shelf};
use crate::course::{Course, LessonId};
use crate::diagnostic::Diagnostic;
use crate::lesson::Role;
use crate::memo::{IN_A_ROW, Memo};
use crate::render::{Arrangement, Frame, Page, Rendered, Survey, Theme};
use crate::table::Table;

/// How many pages cannot wait because they have failed in the build before.
const FAILED_BEFORE: usize = 8;

/// Where a page is put when it is made. See the module.
pub struct Slot {
    page: OnceLock<Page>,
    /// What a bundle has of the page where it need not have been made.
    later: Option<Output>,
}

impl Slot {
    /// An empty slot; `is_lazy` where its build need not fill it.
    pub fn new(is_lazy: bool) -> Self {
        let later = is_lazy.then(|| Output::Later(Arc::new(Later::default())));
        Self { page: OnceLock::new(), later }
    }

    /// The page, if it has been made.
    pub fn page(&self) -> Option<&Page> {
        self.page.get()
    }

    /// The page as a bundle has it; `None` where it could not be rendered.
    pub fn output(&self) -> Option<&Output> {
        self.later.as_ref().or_else(|| self.page()?.html.as_ref().ok())
    }

    pub fn markdown(&self) -> Option<&Output> {
        self.page()?.markdown.as_ref()
    }

    fn error(&self) -> Option<&Diagnostic> {
        self.page()?.html.as_ref().err().map(|error| &**error)
    }
}

/// A built course and its pages. See the module.
pub struct Pages {
    held: Arc<Held>,
    theme: Arc<Theme>,
    survey: Arc<Survey>,
    slots: Table<Arc<Slot>>,
    /// Those of the build before: a page with the same view has been rendered already.
    before: Table<Arc<Slot>>,
    before_by_key: OnceLock<AHashMap<u128, usize>>,
    /// The numbers of lessons are not those of the build before.
    is_new_index: bool,
    arrangement: Arc<Arrangement>,
    desk: Arc<Desk>,
    has_failed: Arc<AtomicBool>,
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

/// What pages are made from.
pub struct Material {
    pub held: Arc<Held>,
    pub theme: Arc<Theme>,
    pub survey: Arc<Survey>,
    pub arrangement: Arc<Arrangement>,
    pub is_new_index: bool,
    pub desk: Arc<Desk>,
    /// A page of this session has failed. While none has, nobody need look for it.
    pub has_failed: Arc<AtomicBool>,
}

impl Pages {
    /// Finds the slots that are still those of the build before, by the keys of what pages see of themselves; the others
    /// are new and empty. Returns the places of these.
    pub fn new(
        memo: &mut Memo<Arc<Slot>>,
        keys: Vec<u128>,
        is_lazy: bool,
        from: Material,
    ) -> (Self, Vec<LessonId>) {
        let before = memo.values().clone();
        let made = memo.fill(keys, |_, _| Arc::new(Slot::new(is_lazy)));
        let Material { held, theme, survey, arrangement, is_new_index, desk, has_failed } = from;
        let pages = Self {
            held,
            theme,
            survey,
            slots: memo.values().clone(),
            before,
            before_by_key: OnceLock::new(),
            is_new_index,
            arrangement,
            desk,
            has_failed,
        };
        (pages, made.into_iter().map(|id| id as LessonId).collect())
    }

    pub fn slot(&self, id: LessonId) -> &Slot {
        &self.slots[id as usize]
    }

    /// What is wrong with the pages that have been made.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        let slots = self.has_failed.load(Ordering::Relaxed).then(|| self.slots.iter());
        slots.into_iter().flatten().filter_map(|slot| slot.error())
    }

    /// Parts the pages that are to be made into those that are made at once and those that can wait. Up to `at_once` none
    /// waits. Of more those do not that tell an author most: what is looked at, what has failed before, and a lesson, a
    /// unit and a term.
    pub fn part(
        &self,
        mut missing: Vec<LessonId>,
        at_once: usize,
    ) -> (Vec<LessonId>, Vec<LessonId>) {
        if missing.len() <= at_once {
            return (missing, Vec::new());
        }
        let course = self.held.course();
        let mut first: BTreeSet<LessonId> = one_of_each(&course).into_iter().collect();
        first.extend(self.desk.in_view().iter().filter_map(|page| self.arrangement.page_at(page)));
        if self.has_failed.load(Ordering::Relaxed) {
            let has_failed = |id: &&LessonId| self.before.get(**id as usize)?.error();
            let failed = missing.iter().filter(|id| has_failed(id).is_some());
            first.extend(failed.take(FAILED_BEFORE));
        }
        // Of what is no page there is nothing to make.
        let is_first = |id: &mut LessonId| first.contains(id) || !course.layout.is_rendered(*id);
        let now = missing.extract_if(.., is_first).collect();
        (now, missing)
    }

    /// Makes pages that have not been made. Asks before each of them whether to go on.
    pub fn fill(&self, ids: &[LessonId], shelf: &dyn Shelf, goes_on: &(dyn Fn() -> bool + Sync)) {
        let course = self.held.course();
        let frame = self.frame(&course, shelf);
        let ids = ids.par_iter().with_max_len(IN_A_ROW);
        ids.filter(|_| goes_on()).for_each(|id| self.make(&course, &frame, *id));
    }

    /// How many of these pages were rendered, and not known from before.
    pub fn rendered(&self, ids: &[LessonId]) -> usize {
        ids.iter().filter(|id| self.is_new(**id)).count()
    }

    /// How many maps were drawn on them.
    pub fn drawn(&self, ids: &[LessonId]) -> usize {
        let with_map = ids.iter().filter(|id| self.survey.sheets.contains_key(id));
        with_map.filter(|id| self.is_new(**id)).count()
    }

    fn is_new(&self, id: LessonId) -> bool {
        self.slot(id).page().is_some_and(|page| page.is_new)
    }

    fn frame<'a>(&'a self, course: &Course<'_>, shelf: &'a dyn Shelf) -> Frame<'a> {
        Frame::new(course, &self.theme, &self.survey, shelf)
    }

    /// The page at an address, for somebody who asks: made now if it is not at hand. `None` where there is none, or
    /// where it cannot be rendered.
    pub fn html(&self, address: &str) -> Option<Arc<[u8]>> {
        let id = self.arrangement.page_at(address)?;
        let course = self.held.course();
        let slot = self.slot(id);
        if slot.page().is_none() {
            self.make(&course, &self.frame(&course, &*self.desk), id);
        }
        let output = slot.page()?.html.as_ref().ok()?;
        let Output::Kept(hash) = output else { return Some(output.bytes()?.into_owned().into()) };
        if let Some(bytes) = self.desk.find(address, *hash) {
            return Some(bytes);
        }
        let page = self.frame(&course, &Memory).page(&course, id, &|_| None);
        let Output::Bytes(bytes) = page.html.ok()? else { return None };
        debug_assert_eq!(xxh3_128(&bytes), *hash, "{address} is another page than it was");
        self.desk.put(address, bytes.clone());
        Some(bytes)
    }

    /// Fills a slot, unless it is filled. What was rendered for the build before is found by the key of its view.
    fn make(&self, course: &Course<'_>, frame: &Frame<'_>, id: LessonId) {
        let slot = self.slot(id);
        slot.page.get_or_init(|| {
            let page = frame.page(course, id, &|key| self.known(id, key));
            if page.html.is_err() {
                self.has_failed.store(true, Ordering::Relaxed);
            }
            if let Some(Output::Later(later)) = &slot.later {
                later.tell(match &page.html {
                    Ok(Output::Kept(hash)) => Some(*hash),
                    _ => None,
                });
            }
            page
        });
    }

    fn known(&self, id: LessonId, key: u128) -> Option<Rendered> {
        let page = |at: usize| self.before.get(at)?.page().filter(|page| page.key == key);
        let here = page(id as usize);
        // Only where the numbers have changed can a page have been elsewhere.
        let elsewhere = || {
            let by_key = self.before_by_key.get_or_init(|| {
                let made = self.before.iter().enumerate();
                made.filter_map(|(at, slot)| Some((slot.page()?.key, at))).collect()
            });
            page(*by_key.get(&key)?)
        };
        let known = if self.is_new_index { here.or_else(elsewhere) } else { here };
        known.map(|page| page.html.clone())
    }
}

/// A lesson, a unit and a term: what most pages are. Those that list the whole course, such as the home page, take as
/// long as many others; so does a term that every lesson speaks of.
fn one_of_each(course: &Course<'_>) -> Vec<LessonId> {
    let layout = course.layout;
    let is_lesson = |id: &&LessonId| course.lesson(**id).role == Role::Lesson;
    let lesson = layout.reading_order.iter().find(is_lesson).copied();
    let unit = layout.units.get(1).map(|unit| unit.page);
    let mentions = |term: &LessonId| course.mentions[*term as usize].len();
    let term = layout.recognisable.iter().copied().min_by_key(mentions);
    [lesson, unit, term].into_iter().flatten().collect()
}

/// The pages of a build that could wait: nobody has asked for them yet, and what is wrong with them is not known.
#[derive(Debug)]
pub struct Rest {
    pages: Arc<Pages>,
    left: Vec<LessonId>,
    /// What else is wrong.
    diagnostics: Vec<Diagnostic>,
}

/// What rendering the rest came to.
#[derive(Debug)]
pub struct Whole {
    /// All that is wrong with the build, as [`super::Build`] has it where nothing can wait.
    pub diagnostics: Vec<Diagnostic>,
    /// How many pages of the rest were rendered, and not remembered.
    pub rendered: usize,
}

impl Rest {
    pub(super) fn new(pages: Pages, left: Vec<LessonId>, diagnostics: Vec<Diagnostic>) -> Self {
        Self { pages: Arc::new(pages), left, diagnostics }
    }

    /// All pages of the build.
    pub fn pages(&self) -> &Arc<Pages> {
        &self.pages
    }

    /// How many pages could wait.
    pub fn len(&self) -> usize {
        self.left.len()
    }

    pub fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// Renders what nobody has asked for in the meantime, and lets it go. Asks before each page whether to go on; `None`
    /// when it was not to be brought to an end.
    pub fn render(&self, goes_on: &(dyn Fn() -> bool + Sync)) -> Option<Whole> {
        self.pages.fill(&self.left, &Nowhere, goes_on);
        let mut slots = self.left.iter().map(|id| self.pages.slot(*id));
        if slots.any(|slot| slot.page().is_none()) {
            return None;
        }
        let errors = self.left.iter().filter_map(|id| self.pages.slot(*id).error());
        let diagnostics = self.diagnostics.iter().chain(errors).cloned().collect();
        let diagnostics = settle(diagnostics, self.pages.held.course().config);
        Some(Whole { diagnostics, rendered: self.pages.rendered(&self.left) })
    }
}
