//! Names: what `[[…]]` can say, and whom it means.

use ahash::AHashMap as HashMap;

use crate::address::{file_slug, name_key, split_number};
use crate::course::LessonId;
use crate::lesson::{Lesson, Role};
use crate::parse::{is_index, stem};

/// Every name of every lesson and term, in the forms in which names are compared.
#[derive(Default)]
pub struct Names {
    titles: HashMap<String, Vec<LessonId>>,
    aliases: HashMap<String, Vec<LessonId>>,
    /// Slugs and names of files, as slugs.
    slugs: HashMap<String, Vec<LessonId>>,
    /// Each lesson's path as slugs: `value/what-is-value`; a unit's is its folder's.
    paths: Vec<String>,
    /// Whether it stands for its folder.
    is_folder: Vec<bool>,
}

impl Names {
    pub fn new(content: &str, lessons: &[&Lesson]) -> Self {
        let mut names = Self {
            titles: HashMap::new(),
            aliases: HashMap::new(),
            slugs: HashMap::new(),
            paths: Vec::with_capacity(lessons.len()),
            is_folder: lessons.iter().map(|lesson| is_folder(lesson)).collect(),
        };
        for (index, lesson) in lessons.iter().enumerate() {
            let id = index as LessonId;
            // What lessons an author wrote are called decides, so nothing is ambiguous because of the map.
            let path = match lesson.role {
                Role::Map | Role::NotFound => String::new(),
                _ => slug_path(content, lesson),
            };
            if has_name(lesson) {
                add(&mut names.titles, name_key(&lesson.title), id);
                if let Some(heading) = lesson.title_heading {
                    let heading = &lesson.headings[heading as usize];
                    add(&mut names.titles, name_key(&heading.text), id);
                }
                if lesson.role == Role::Term {
                    for alias in &lesson.front.aliases {
                        add(&mut names.aliases, name_key(&alias.value), id);
                    }
                }
                if let Some(slug) = path.rsplit('/').next().filter(|slug| !slug.is_empty()) {
                    add(&mut names.slugs, slug.to_owned(), id);
                }
                // The name of the file stays a name where the front matter gives another slug.
                let file = lesson.path.file_name();
                if lesson.front.slug.is_some() && !is_index(file) {
                    add(&mut names.slugs, slug_name(stem(file)), id);
                }
            }
            names.paths.push(path);
        }
        names
    }

    /// Whom a name means: those with that title, else with that alias. Several where the name does not decide.
    pub fn find_title(&self, name: &str) -> &[LessonId] {
        let key = name_key(name);
        let found = self.titles.get(&key).or_else(|| self.aliases.get(&key));
        found.map_or(&[], Vec::as_slice)
    }

    /// Whom a slug, or the name of a file, means.
    pub fn find_slug(&self, slug: &str) -> &[LessonId] {
        self.slugs.get(&slug_name(slug)).map_or(&[], Vec::as_slice)
    }

    /// Whom a path such as `glossary/value` means: the whole path from the top first, else the end of one.
    pub fn find_path(&self, path: &str) -> Vec<LessonId> {
        let is_folder = path == "index" || path.ends_with("/index");
        let path = path.strip_suffix("index").filter(|_| is_folder).unwrap_or(path);
        let wanted: Vec<String> = path
            .split('/')
            .filter(|part| !part.is_empty() && *part != "." && *part != "..")
            .map(slug_name)
            .collect();
        let wanted = wanted.join("/");
        if is_folder {
            let found = self
                .paths
                .iter()
                .zip(&self.is_folder)
                .position(|(path, is_folder)| *is_folder && *path == wanted);
            return found.map(|index| index as LessonId).into_iter().collect();
        }
        let last = wanted.rsplit('/').next().unwrap_or_default();
        let candidates = self.slugs.get(last).map_or(&[][..], Vec::as_slice);
        let path_of = |id: &LessonId| self.paths[*id as usize].as_str();
        let whole = candidates.iter().filter(|id| path_of(id) == wanted);
        let whole: Vec<LessonId> = whole.copied().collect();
        if !whole.is_empty() {
            return whole;
        }
        let ends = |path: &str| path.strip_suffix(&wanted).is_some_and(|rest| rest.ends_with('/'));
        candidates.iter().filter(|id| ends(path_of(id))).copied().collect()
    }

    /// The term with this title, alias or slug.
    pub fn find_term(&self, name: &str, lessons: &[&Lesson]) -> Option<LessonId> {
        let key = name_key(name);
        let is_term = |id: &&LessonId| lessons[**id as usize].role == Role::Term;
        let slug = slug_name(name);
        [self.titles.get(&key), self.aliases.get(&key), self.slugs.get(&slug)]
            .into_iter()
            .flatten()
            .find_map(|ids| ids.iter().find(is_term))
            .copied()
    }

    /// The path by which `[[…]]` names exactly this lesson; the page of a folder is its `index`.
    pub fn path(&self, id: LessonId) -> String {
        let path = &self.paths[id as usize];
        match (self.is_folder[id as usize], path.is_empty()) {
            (true, true) => "index".to_owned(),
            (true, false) => format!("{path}/index"),
            (false, true) => format!("/{path}"),
            // A lesson at the top has a path of one part; the slash makes it one.
            (false, false) if !path.contains('/') => format!("/{path}"),
            (false, false) => path.clone(),
        }
    }

    /// Every name, for suggestions.
    pub fn all<'a>(&'a self, lessons: &'a [&'a Lesson]) -> impl Iterator<Item = &'a str> {
        let titles = lessons.iter().filter(|lesson| has_name(lesson));
        let titles = titles.map(|lesson| lesson.title.as_str());
        let aliases = lessons.iter().filter(|lesson| lesson.role == Role::Term);
        let aliases = aliases.flat_map(|term| &term.front.aliases);
        let slugs = self.paths.iter().filter_map(|path| path.rsplit('/').next());
        titles.chain(aliases.map(|alias| alias.value.as_str())).chain(slugs)
    }
}

fn add(names: &mut HashMap<String, Vec<LessonId>>, key: String, id: LessonId) {
    let ids = names.entry(key).or_default();
    if ids.last() != Some(&id) {
        ids.push(id);
    }
}

/// A name as a slug, its number and the ending `.md` cut.
fn slug_name(name: &str) -> String {
    let name = name.trim();
    let name = name.strip_suffix(".md").unwrap_or(name);
    file_slug(split_number(name).1)
}

/// Whether a lesson can be meant by a name.
fn has_name(lesson: &Lesson) -> bool {
    !matches!(lesson.role, Role::Summary | Role::Map | Role::NotFound)
}

fn is_folder(lesson: &Lesson) -> bool {
    !matches!(lesson.role, Role::Map | Role::NotFound) && is_index(lesson.path.file_name())
}

fn slug_path(content: &str, lesson: &Lesson) -> String {
    let below = lesson.path.below(content).unwrap_or(lesson.path.as_str());
    let (folder, name) = below.rsplit_once('/').unwrap_or(("", below));
    let mut parts: Vec<String> =
        folder.split('/').filter(|part| !part.is_empty()).map(slug_name).collect();
    if !is_index(name) {
        let slug = lesson.front.slug.as_ref().map(|slug| file_slug(&slug.value));
        parts.push(slug.unwrap_or_else(|| slug_name(stem(name))));
    }
    parts.join("/")
}
