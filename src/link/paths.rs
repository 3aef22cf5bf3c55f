//! Paths: what a relative link can lead to.

use ahash::{AHashMap as HashMap, AHashSet as HashSet};

use super::addresses::Addresses;
use crate::address::{Address, decode, join, path_key};
use crate::course::{AssetId, LessonId};
use crate::lesson::{Lesson, Role};
use crate::load::is_skipped_name;
use crate::parse::is_index;
use crate::source::Asset;

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Lesson(LessonId),
    Asset(AssetId),
}

/// Why nothing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotFound {
    /// The path leads out of the folder that is published.
    Outside,
    /// The lesson is a draft.
    Draft,
    /// Files of this name are left out, whatever they hold.
    LeftOut,
    /// It is the list of chapters.
    Summary,
    Nothing,
}

/// Every file that can be linked to, by its path and by its address.
#[derive(Default)]
pub struct Paths {
    content: String,
    files: HashMap<String, Found>,
    drafts: HashSet<String>,
    summary: Option<String>,
    /// The page that stands for a folder.
    folders: HashMap<String, LessonId>,
    by_address: HashMap<Address, Found>,
    /// Assets by file name, for `![[picture.png]]`.
    asset_names: HashMap<String, Vec<AssetId>>,
}

impl Paths {
    pub fn new(
        content: &str,
        lessons: &[&Lesson],
        drafts: &[&Lesson],
        assets: &[Asset],
        addresses: &Addresses,
    ) -> Self {
        let mut files = HashMap::with_capacity(lessons.len() + assets.len());
        let mut folders = HashMap::new();
        let mut by_address = HashMap::new();
        let mut asset_names: HashMap<String, Vec<AssetId>> = HashMap::new();
        let mut summary = None;
        for (index, lesson) in lessons.iter().enumerate() {
            if lesson.role == Role::Summary {
                summary = Some(path_key(lesson.path.as_str()));
                continue;
            }
            let id = index as LessonId;
            if lesson.role != Role::Map && !(lesson.role == Role::NotFound && lesson.is_implied) {
                files.insert(path_key(lesson.path.as_str()), Found::Lesson(id));
            }
            by_address.insert(addresses.lessons[index].clone(), Found::Lesson(id));
            if matches!(lesson.role, Role::Home | Role::Unit | Role::Glossary) {
                folders.insert(path_key(lesson.path.folder()), id);
            }
        }
        for (index, asset) in assets.iter().enumerate() {
            let id = index as AssetId;
            files.insert(path_key(asset.path.as_str()), Found::Asset(id));
            by_address.insert(addresses.assets[index].clone(), Found::Asset(id));
            asset_names.entry(path_key(asset.path.file_name())).or_default().push(id);
        }
        let drafts = drafts.iter().map(|draft| path_key(draft.path.as_str())).collect();
        let content = content.to_owned();
        Self { content, files, drafts, summary, folders, by_address, asset_names }
    }

    /// Finds what a written path leads to from a lesson: the file itself, as on GitHub; the page of a folder; the
    /// Markdown behind an `.html` address, as in mdBook; a lesson named without its ending.
    pub fn find(&self, from: &Lesson, written: &str) -> Result<Found, NotFound> {
        self.find_from(from.path.folder(), written)
    }

    /// The same from a file in `folder`.
    fn find_from(&self, folder: &str, written: &str) -> Result<Found, NotFound> {
        let decoded = decode(written).unwrap_or_else(|| written.to_owned());
        let base = if decoded.starts_with('/') { self.content.as_str() } else { folder };
        let joined = join(base, &decoded).ok_or(NotFound::Outside)?;
        let path = path_key(&joined);
        let found = self
            .files
            .get(&path)
            .copied()
            .or_else(|| self.folder(&path))
            .or_else(|| self.files.get(&format!("{path}.md")).copied())
            .or_else(|| self.page(&path));
        if let Some(found) = found {
            return Ok(found);
        }
        if self.drafts.contains(&path) {
            return Err(NotFound::Draft);
        }
        let inside = self.content.is_empty()
            || path.strip_prefix(&self.content).is_some_and(|rest| rest.starts_with('/'));
        Err(match inside {
            false => NotFound::Outside,
            true if self.summary.as_ref() == Some(&path) => NotFound::Summary,
            true if joined.split('/').any(is_skipped_name) => NotFound::LeftOut,
            true => NotFound::Nothing,
        })
    }

    /// Finds what is named from the top of the content.
    pub fn find_from_top(&self, written: &str) -> Result<Found, NotFound> {
        self.find_from(&self.content, written)
    }

    /// Finds what an address leads to from a page, for those who write links as the browser sees them.
    pub fn find_address(&self, here: &Address, written: &str) -> Option<Found> {
        let decoded = decode(written)?;
        let folder = here.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        let base = if decoded.starts_with('/') { "" } else { folder };
        let mut address = join(base, &decoded)?;
        if decoded.ends_with('/') || address.is_empty() {
            address = join(&address, "index.html")?;
        }
        self.by_address.get(address.as_str()).copied()
    }

    /// The page of a folder, named with or without its index file.
    fn folder(&self, path: &str) -> Option<Found> {
        let folder = self.folders.get(path).or_else(|| {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            is_index(name).then(|| self.folders.get(folder))?
        });
        folder.copied().map(Found::Lesson)
    }

    /// The Markdown behind an address.
    fn page(&self, path: &str) -> Option<Found> {
        let stem = path.strip_suffix(".html")?;
        let page = self.files.get(&format!("{stem}.md")).copied();
        page.or_else(|| self.folder(stem))
    }

    /// The assets of this file name anywhere in the course.
    pub fn assets_called(&self, name: &str) -> &[AssetId] {
        self.asset_names.get(&path_key(name)).map_or(&[], Vec::as_slice)
    }

    /// Every path as it would be written in a file of `folder`, for suggestions; those of the same folder first.
    pub fn written_from<'p>(&'p self, folder: &'p str) -> impl Iterator<Item = &'p str> {
        let here = self.files.keys().filter_map(move |path| {
            let rest = path.strip_prefix(folder)?;
            if folder.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
        });
        let names = self.files.keys().filter_map(|path| path.rsplit('/').next());
        here.chain(names)
    }
}
