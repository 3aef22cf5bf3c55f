//! The index: every name of a course, and the layout that follows from them.
//!
//! Made from what lessons say of themselves to all others ([`Interface::names`]), so it stays
//! while only texts change.

use std::sync::Arc;

use ahash::AHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::pictures::Named;
use super::{addresses, implied, marks, names, outline, paths, summary, terms};
use crate::config::Config;
use crate::course::{Layout, PlacedAsset};
use crate::diagnostic::Diagnostic;
use crate::interface::Interface;
use crate::lesson::{Lesson, Role};
use crate::parse::title_from;
use crate::source::Asset;
use crate::strings::Strings;
use crate::web::has_feed;

/// What the index is made from: everything that `load` and `parse` found.
pub struct Site<'a> {
    pub config: &'a Config,
    pub strings: &'a Strings,
    /// The folder that holds the lessons, below the site's folder.
    pub content: &'a str,
    /// The name of the site's folder.
    pub name: &'a str,
    /// Sorted by path; drafts are left out where they are not to be published.
    pub lessons: &'a [&'a Lesson],
    /// The drafts that are left out.
    pub drafts: &'a [&'a Lesson],
    pub assets: &'a [Asset],
}

/// Whom a number of a lesson means.
#[derive(Clone, Copy, Debug)]
pub enum Member {
    /// A lesson with a file: an index into those of the site.
    Written(usize),
    /// An index into the implied ones.
    Implied(usize),
}

/// Every name of a course. See the module.
#[derive(Default)]
pub struct Index {
    /// The lessons by number: those with a file and the implied ones, sorted by path.
    members: Vec<Member>,
    implied: Vec<(Arc<Lesson>, Interface)>,
    pub(super) names: names::Names,
    pub(super) paths: paths::Paths,
    pub layout: Layout,
    /// Names and addresses that clash.
    pub diagnostics: Vec<Diagnostic>,
}

impl Index {
    pub fn new(site: &Site<'_>) -> Self {
        let mut diagnostics = Vec::new();
        let Site { config, strings, content, name, lessons, drafts, assets } = *site;
        if lessons.iter().all(|lesson| lesson.role == Role::Summary) {
            let folder = if content.is_empty() { "this folder" } else { "content/" };
            diagnostics.push(Diagnostic::empty_course(folder));
        }
        let title = course_title(config, name, lessons);
        let titles = implied::Titles {
            course: &title,
            glossary: strings.get("glossary.title"),
            not_found: strings.get("missing.title"),
            map: config.map.then(|| strings.get("map.title")),
        };
        let implied = implied::lessons(content, &titles, lessons);
        let members = sorted(lessons, &implied);
        let lessons = &numbered(&members, lessons, &implied)[..];

        let addresses = addresses::assign(content, lessons, assets);
        let paths = paths::Paths::new(content, lessons, drafts, assets, &addresses);
        let [image, icon] =
            [("image", &config.image), ("icon", &config.icon)].map(|(key, named)| {
                let (path, place) = named.as_ref()?;
                let named = Named { key, path: path.trim(), place: place.clone() };
                let known = || assets.iter().filter_map(|asset| asset.path.below(content));
                let found = named.find(paths.find_from_top(path.trim()), known);
                found.map_err(|wrong| diagnostics.push(*wrong)).ok()
            });
        let outline = match lessons.iter().position(|lesson| lesson.role == Role::Summary) {
            Some(index) => summary::outline(lessons, index, content, &paths, &mut diagnostics),
            None => outline::from_folders(content, lessons),
        };
        let placements = outline.place(lessons, &addresses.lessons);
        let check = || {
            outline::report_equal_titles(lessons, &outline.units, &placements, &mut diagnostics);
            let redirects = addresses::redirects(lessons, assets, &addresses, &mut diagnostics);
            addresses::report_collisions(lessons, assets, &addresses, &mut diagnostics);
            redirects
        };
        // The two that take longest, and neither needs the other.
        let (names, redirects) = rayon::join(|| names::Names::new(content, lessons), check);

        let not_found = addresses::not_found(lessons, &addresses, &redirects);

        let mut positions = vec![u32::MAX; lessons.len()];
        for (position, id) in outline.reading_order.iter().enumerate() {
            positions[*id as usize] = position as u32;
        }
        let letters = terms::alphabet(lessons, &config.language);
        let terms = letters.iter().flat_map(|letter| &letter.terms);
        let alphabetical: AHashMap<_, _> =
            terms.enumerate().map(|(place, term)| (*term, place)).collect();
        let glossary = lessons.iter().position(|lesson| lesson.role == Role::Glossary);
        let map = lessons.iter().position(|lesson| lesson.role == Role::Map);
        let placed = assets.iter().zip(addresses.assets);
        let written = lessons.iter().filter(|lesson| {
            let is_lesson = matches!(lesson.role, Role::Home | Role::Unit | Role::Lesson);
            is_lesson && !lesson.is_implied
        });
        let origins = lessons.iter().zip(&placements).map(|(lesson, placement)| {
            let path = (!lesson.is_implied).then(|| lesson.path.clone());
            (placement.address.to_string(), path)
        });
        let mut layout = Layout {
            origins: Arc::new(origins.collect()),
            title,
            written: written.count(),
            placements,
            identities: lessons.iter().map(|lesson| identity(lesson.path.as_str())).collect(),
            units: outline.units,
            reading_order: outline.reading_order,
            positions,
            recognisable: terms::ids(lessons),
            letters,
            alphabetical,
            glossary: glossary.map(|index| index as u32),
            map: map.map(|index| index as u32),
            not_found,
            assets: placed
                .map(|(asset, address)| PlacedAsset { asset: asset.clone(), address })
                .collect(),
            image,
            icon,
            has_feed: has_feed(config, lessons),
            redirects,
            ..Layout::default()
        };
        marks::set(&mut layout);
        let implied = implied.into_iter().map(|lesson| {
            let interface = Interface::of(&lesson);
            (Arc::new(lesson), interface)
        });
        let implied = implied.collect();
        Self { members, implied, names, paths, layout, diagnostics }
    }

    /// By number, whom it means.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    pub fn implied(&self) -> &[(Arc<Lesson>, Interface)] {
        &self.implied
    }
}

/// Adds the implied lessons to those with a file, by path.
fn sorted(written: &[&Lesson], implied: &[Lesson]) -> Vec<Member> {
    let written = written.iter().enumerate();
    let mut all: Vec<(&Lesson, Member)> =
        written.map(|(index, lesson)| (*lesson, Member::Written(index))).collect();
    let implied = implied.iter().enumerate();
    all.extend(implied.map(|(index, lesson)| (lesson, Member::Implied(index))));
    all.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    all.into_iter().map(|(_, member)| member).collect()
}

fn numbered<'a>(
    members: &[Member],
    written: &[&'a Lesson],
    implied: &'a [Lesson],
) -> Vec<&'a Lesson> {
    let lessons = members.iter().map(|member| match member {
        Member::Written(index) => written[*index],
        Member::Implied(index) => &implied[*index],
    });
    lessons.collect()
}

/// What a file is known by from one build to the next.
pub fn identity(path: &str) -> u64 {
    xxh3_64(path.as_bytes())
}

/// The same for an asset.
pub fn asset_identity(asset: &Asset) -> u64 {
    identity(asset.path.as_str())
}

/// The course's title: as configured, else as its home page is called, else as its folder is.
fn course_title(config: &Config, name: &str, lessons: &[&Lesson]) -> String {
    let home = lessons.iter().find(|lesson| lesson.role == Role::Home);
    let of_home = home.filter(|home| home.front.title.is_some() || home.title_heading.is_some());
    let written = config.title.clone().or_else(|| of_home.map(|home| home.title.clone()));
    written.unwrap_or_else(|| title_from(name))
}
