//! Link: from all lessons to the course.
//!
//! First every name is indexed and every lesson gets its address and its place in the order; then every use is
//! resolved. Cheap enough to run whole on each build, and pure: it reads no file and cannot fail.

mod addresses;
mod checks;
mod mentions;
mod names;
mod outline;
mod paths;
mod questions;
mod resolve;
mod summary;
mod terms;

use std::sync::Arc;

use crate::config::Config;
use crate::course::{Course, PlacedAsset};
use crate::diagnostic::Diagnostic;
use crate::glossary::Glossary;
use crate::lesson::{FrontMatter, Lesson, Role};
use crate::parse::title_from;
use crate::recognise::Recognised;
use crate::source::{Asset, SourcePath};

pub use addresses::THEME_FOLDER;
pub use questions::short;

/// What `link` works on: everything that `load` and `parse` found.
pub struct Site<'a> {
    pub config: &'a Config,
    /// The folder that holds the lessons, below the site's folder.
    pub content: &'a str,
    /// The name of the site's folder.
    pub name: &'a str,
    /// Sorted by path; drafts are left out where they are not to be published.
    pub lessons: Vec<Arc<Lesson>>,
    /// The drafts that are left out.
    pub drafts: Vec<Arc<Lesson>>,
    pub glossary: &'a Glossary,
    /// What was recognised in each of the lessons.
    pub recognised: Vec<Arc<Recognised>>,
    pub assets: &'a [Asset],
}

/// Links a site. What cannot be resolved is reported, and its target is `Missing`.
pub fn link(site: Site<'_>) -> (Course, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let Site { config, content, name, lessons, drafts, glossary, recognised, assets } = site;
    if lessons.iter().all(|lesson| lesson.role == Role::Summary) {
        let folder = if content.is_empty() { "this folder" } else { "content/" };
        diagnostics.push(Diagnostic::empty_course(folder));
    }
    let title = course_title(config, name, &lessons);
    let (lessons, recognised) = with_implied_lessons(content, &title, lessons, recognised);

    let addresses = addresses::assign(content, &lessons, assets);
    let paths = paths::Paths::new(content, &lessons, &drafts, assets, &addresses);
    let outline = match lessons.iter().position(|lesson| lesson.role == Role::Summary) {
        Some(index) => summary::outline(&lessons, index, content, &paths, &mut diagnostics),
        None => outline::from_folders(content, &lessons),
    };
    let placements = outline.place(&lessons, &addresses.lessons);
    outline::report_equal_titles(&lessons, &outline.units, &placements, &mut diagnostics);
    let redirects = addresses::redirects(&lessons, assets, &addresses, &mut diagnostics);
    addresses::report_collisions(&lessons, assets, &addresses, &mut diagnostics);

    let letters = terms::alphabet(&lessons, &config.language);
    let terms = letters.iter().flat_map(|letter| &letter.terms);
    let alphabetical = terms.enumerate().map(|(place, term)| (*term, place)).collect();
    let recognisable = terms::ids(&lessons);
    let names = names::Names::new(content, &lessons);
    let resolver = resolve::Resolver {
        lessons: &lessons,
        drafts: &drafts,
        assets,
        names: &names,
        glossary,
        recognisable: &recognisable,
        paths: &paths,
    };
    let resolved = resolver.all(&mut diagnostics);
    let mentions = mentions::collect(&mentions::Speakers {
        lessons: &lessons,
        resolved: &resolved,
        recognised: &recognised,
        recognisable: &recognisable,
        reading_order: &outline.reading_order,
    });
    let taught_in = terms::taught_in(&resolved, &outline.reading_order);
    let glossary_page = lessons.iter().position(|lesson| lesson.role == Role::Glossary);

    let identities = questions::identify(&lessons, glossary, &recognisable, &mut diagnostics);
    let placed = assets.iter().zip(addresses.assets);
    let mut course = Course {
        config: config.clone(),
        title,
        placements,
        resolved,
        mentions,
        units: outline.units,
        reading_order: outline.reading_order,
        recognised,
        recognisable,
        taught_in,
        letters,
        alphabetical,
        glossary: glossary_page.map(|index| index as u32),
        assets: placed
            .map(|(asset, address)| PlacedAsset { asset: asset.clone(), address })
            .collect(),
        questions: identities,
        exams: Default::default(),
        redirects,
        lessons,
    };
    course.exams = questions::exams(&course, &mut diagnostics);
    questions::lint(&course, &mut diagnostics);
    checks::glossary(&course, glossary, &mut diagnostics);
    (course, diagnostics)
}

/// The course's title: as configured, else as its home page is called, else as its folder is.
fn course_title(config: &Config, name: &str, lessons: &[Arc<Lesson>]) -> String {
    let home = lessons.iter().find(|lesson| lesson.role == Role::Home);
    let of_home = home.filter(|home| home.front.title.is_some() || home.title_heading.is_some());
    let written = config.title.clone().or_else(|| of_home.map(|home| home.title.clone()));
    written.unwrap_or_else(|| title_from(name))
}

/// Adds the pages that nobody wrote, with nothing recognised in them, and sorts all by path again.
fn with_implied_lessons(
    content: &str,
    title: &str,
    lessons: Vec<Arc<Lesson>>,
    recognised: Vec<Arc<Recognised>>,
) -> (Vec<Arc<Lesson>>, Vec<Arc<Recognised>>) {
    let implied = implied_lessons(content, title, &lessons);
    let mut all: Vec<_> = lessons.into_iter().zip(recognised).collect();
    all.extend(implied.into_iter().map(|lesson| (lesson, Arc::default())));
    all.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    all.into_iter().unzip()
}

/// The pages that every course has: the home page, a page for each folder of lessons, and the glossary where there are
/// terms.
fn implied_lessons(content: &str, title: &str, lessons: &[Arc<Lesson>]) -> Vec<Arc<Lesson>> {
    let mut implied = Vec::new();
    let mut has_index = std::collections::HashSet::new();
    for lesson in lessons.iter() {
        if matches!(lesson.role, Role::Home | Role::Unit | Role::Glossary) {
            has_index.insert(lesson.path.folder().to_owned());
        }
    }
    if has_index.insert(content.to_owned()) {
        implied.push(implied_lesson(content, Role::Home, title.to_owned()));
    }
    let follows_summary = lessons.iter().any(|lesson| lesson.role == Role::Summary);
    for lesson in lessons.iter() {
        let role = match lesson.role {
            Role::Term => Role::Glossary,
            Role::Lesson | Role::Unit if !follows_summary => Role::Unit,
            _ => continue,
        };
        for folder in folders_up_to(lesson.path.folder(), content) {
            // The glossary is one list, however its files are arranged.
            let is_top = folder.rsplit_once('/').map_or("", |(above, _)| above) == content;
            if role == Role::Glossary && !is_top {
                continue;
            }
            if has_index.insert(folder.to_owned()) {
                let name = folder.rsplit('/').next().unwrap_or(folder);
                implied.push(implied_lesson(folder, role, title_from(name)));
            }
        }
    }
    implied
}

/// The folder itself and those around it, up to and without `content`.
fn folders_up_to<'a>(folder: &'a str, content: &'a str) -> impl Iterator<Item = &'a str> {
    let mut folder = Some(folder);
    std::iter::from_fn(move || {
        let current = folder.filter(|folder| *folder != content && !folder.is_empty())?;
        folder = Some(current.rsplit_once('/').map_or("", |(above, _)| above));
        Some(current)
    })
}

/// A lesson without a file: an empty page with a title.
fn implied_lesson(folder: &str, role: Role, title: String) -> Arc<Lesson> {
    let path = if folder.is_empty() { "index.md".to_owned() } else { format!("{folder}/index.md") };
    Arc::new(Lesson {
        hash: xxhash_rust::xxh3::xxh3_128(path.as_bytes()),
        path: SourcePath::new(&path),
        text: "".into(),
        role,
        front: FrontMatter::default(),
        body_start: 0,
        title,
        title_heading: None,
        body: Default::default(),
        headings: Vec::new(),
        html_ids: Vec::new(),
        footnotes: Vec::new(),
        uses: Vec::new(),
        questions: Vec::new(),
        words: 0,
        first_paragraph: None,
        is_implied: true,
    })
}
