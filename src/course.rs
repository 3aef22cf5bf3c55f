//! The course: what all files say together, every name resolved.
//!
//! `link` makes it, `render` spells it. Lessons are known by their index; what belongs to a lesson stands at the same
//! index of another list.

use std::collections::BTreeMap;
use std::sync::Arc;

use ahash::AHashMap as HashMap;

use crate::address::{Address, heading_slug};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::glossary::TermId;
use crate::language::direction;
use crate::lesson::{Lesson, Section};
use crate::recognise::Recognised;
use crate::source::{Asset, SourcePath};
use crate::table::Table;

/// An index into [`Course::lessons`].
pub type LessonId = u32;
/// An index into [`Course::units`]; 0 is the course itself.
pub type UnitId = u32;
/// An index into [`Course::assets`].
pub type AssetId = u32;

/// What a use turned out to name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A lesson or the page of a unit, the home page or the glossary.
    Lesson {
        lesson: LessonId,
        anchor: Option<Box<str>>,
    },
    Term {
        term: LessonId,
        anchor: Option<Box<str>>,
    },
    Asset {
        asset: AssetId,
        anchor: Option<Box<str>>,
    },
    /// An address on the web, left alone.
    External,
    /// Nothing; reported already.
    Missing,
}

impl Target {
    /// The lesson or term that this leads to.
    pub fn lesson(&self) -> Option<LessonId> {
        match self {
            Self::Lesson { lesson: id, .. } | Self::Term { term: id, .. } => Some(*id),
            _ => None,
        }
    }
}

/// Where a lesson stands in the course.
#[derive(Clone, Debug)]
pub struct Placement {
    pub address: Address,
    /// What the navigation calls it.
    pub title: String,
    /// The unit that holds it; a unit's own page stands in that unit.
    pub unit: UnitId,
    pub previous: Option<LessonId>,
    pub next: Option<LessonId>,
}

/// A section of a lesson that speaks of another one, or of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    pub from: LessonId,
    pub section: Option<Section>,
}

/// What the names that one lesson uses turned out to be.
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    /// By index of the use.
    pub targets: Vec<Target>,
    pub prerequisites: Vec<LessonId>,
    /// The terms that the lesson explains.
    pub teaches: Vec<LessonId>,
    pub see_also: Vec<LessonId>,
    /// The picture that stands for it.
    pub image: Option<AssetId>,
    /// The lessons whose anchors were looked at.
    pub seen: Vec<LessonId>,
    /// What could not be resolved.
    pub diagnostics: Vec<Diagnostic>,
    /// The hash of what the page shows of it, with identities in place of numbers.
    pub mark: u128,
}

/// What ties a lesson to others.
#[derive(Clone, Debug, Default)]
pub struct Ties {
    /// The lessons to read first.
    pub needs: Box<[LessonId]>,
    /// The terms that it explains.
    pub teaches: Box<[LessonId]>,
    /// The terms in its text that another lesson explains, each with that lesson; sorted.
    pub uses: Box<[(LessonId, LessonId)]>,
    /// The hash of all that, with identities in place of numbers.
    pub mark: u128,
}

/// What a question is known by when a learner's answer is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Unique in the course, save for questions that are the same.
    pub name: String,
    /// What it was known by before its author gave it an id, or while no other question asked the same.
    pub base: Option<String>,
    /// By blank: other names of the term that is the answer.
    pub also: Vec<Vec<String>>,
}

/// What an exam draws from, and how it is passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// The name under which attempts are kept.
    pub key: String,
    /// Questions by lesson and place in it, in reading order.
    pub pool: Vec<QuestionId>,
    /// How many are drawn.
    pub draw: usize,
    pub minutes: Option<u32>,
    /// The share of the points that passes, in percent.
    pub pass: u32,
}

/// A question of the course: its lesson, and its place in it.
pub type QuestionId = (LessonId, u32);

/// What follows from all questions standing side by side.
#[derive(Clone, Debug, Default)]
pub struct Questions {
    /// By lesson, what its questions are known by.
    pub identities: Vec<Vec<Identity>>,
    /// By lesson, the hash of that.
    pub marks: Vec<u128>,
    /// The lessons that are exams.
    pub exams: BTreeMap<LessonId, Pool>,
}

/// One entry of a unit's contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    Unit(UnitId),
    Lesson(LessonId),
    /// A heading between entries; only `SUMMARY.md` has them.
    Part(String),
}

/// A folder of lessons, or a chapter with chapters below it.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its overview page.
    pub page: LessonId,
    pub parent: Option<UnitId>,
    pub items: Vec<Item>,
}

/// The terms that begin with one letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// In capitals; `#` for what begins with no letter.
    pub letter: String,
    pub terms: Vec<LessonId>,
}

/// An asset with the address it is copied to.
#[derive(Clone, Debug)]
pub struct PlacedAsset {
    pub asset: Asset,
    pub address: Address,
}

/// By the address of a page, the file it is written in; none for a page that nobody wrote.
pub type Origins = HashMap<String, Option<SourcePath>>;

/// How the course is laid out: all that follows from names, numbers and folders, whatever the texts say.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    pub title: String,
    /// How many pages of lessons, units and the home page an author wrote.
    pub written: usize,
    pub placements: Vec<Placement>,
    /// What a lesson is known by from one build to the next: the hash of its path.
    pub identities: Vec<u64>,
    /// The hash of what a lesson's own page sees of its place.
    pub marks: Vec<u128>,
    /// The hash of what other pages see of its place.
    pub faces: Vec<u128>,
    /// The first one is the course itself.
    pub units: Vec<Unit>,
    /// Every lesson that has a page, in reading order; terms come last.
    pub reading_order: Vec<LessonId>,
    /// By lesson, the place in that order; `u32::MAX` for what is no page.
    pub positions: Vec<u32>,
    /// The terms in the order in which [`Recognised`] counts them.
    pub recognisable: Vec<LessonId>,
    /// The terms in alphabetical order, by first letter.
    pub letters: Vec<Letter>,
    /// The place of each term in that order.
    pub alphabetical: HashMap<LessonId, usize>,
    /// The page that lists the terms, where there are any.
    pub glossary: Option<LessonId>,
    /// The page that draws the course.
    pub map: Option<LessonId>,
    /// The page that stands where no page is. It is no part of the course.
    pub not_found: Option<LessonId>,
    pub assets: Vec<PlacedAsset>,
    /// The picture that stands for pages without one of their own.
    pub image: Option<AssetId>,
    /// The picture of the site in tabs and among apps, where it has one of its own.
    pub icon: Option<AssetId>,
    /// Subscribers are told what is new.
    pub has_feed: bool,
    /// Old addresses and where they lead now.
    pub redirects: BTreeMap<Address, LessonId>,
    /// The hash of what all pages share.
    pub shared: u128,
    pub origins: Arc<Origins>,
}

impl Layout {
    /// The home page.
    pub fn home(&self) -> LessonId {
        self.units[0].page
    }

    /// Whether a lesson becomes a page.
    pub fn is_rendered(&self, id: LessonId) -> bool {
        self.has_page(id) || self.not_found == Some(id)
    }

    /// Whether a lesson becomes a page of the course; `SUMMARY.md` does not.
    pub fn has_page(&self, id: LessonId) -> bool {
        self.positions[id as usize] != u32::MAX
    }
}

/// The whole course. See the module.
#[derive(Clone, Debug)]
pub struct Course<'a> {
    pub config: &'a Config,
    pub layout: &'a Layout,
    pub lessons: &'a Table<Arc<Lesson>>,
    pub resolved: &'a Table<Resolved>,
    /// What was recognised in the text of each lesson.
    pub recognised: &'a Table<Recognised>,
    /// By the lesson that is mentioned, in reading order.
    pub mentions: &'a Table<Vec<Mention>>,
    /// What ties each lesson to others.
    pub ties: &'a Table<Ties>,
    /// By term, the lesson that teaches it.
    pub taught_in: &'a HashMap<LessonId, LessonId>,
    pub questions: &'a Questions,
}

impl<'a> Course<'a> {
    /// The name under which a browser keeps what learners do on this site.
    pub fn storage_key(&self) -> String {
        self.config.storage.clone().unwrap_or_else(|| heading_slug(&self.layout.title))
    }

    /// `ltr` or `rtl`, as the language is written.
    pub fn direction(&self) -> &'static str {
        direction(&self.config.language)
    }

    pub fn lesson(&self, id: LessonId) -> &'a Lesson {
        &self.lessons[id as usize]
    }

    /// The lesson that a recognised term is written in.
    pub fn term(&self, term: TermId) -> LessonId {
        self.layout.recognisable[term as usize]
    }

    pub fn placement(&self, id: LessonId) -> &'a Placement {
        &self.layout.placements[id as usize]
    }

    pub fn address(&self, id: LessonId) -> &'a Address {
        &self.placement(id).address
    }

    pub fn unit(&self, id: UnitId) -> &'a Unit {
        &self.layout.units[id as usize]
    }
}
