//! Addresses of lessons, assets and old pages, and the collisions between them.

use std::collections::BTreeMap;

use ahash::{AHashMap as HashMap, AHashSet as HashSet};
use rayon::prelude::*;

use crate::address::{
    Address, collision_key, file_slug, is_unportable, join, path_key, split_number,
};
use crate::course::LessonId;
use crate::diagnostic::Diagnostic;
use crate::lesson::{Lesson, Role};
use crate::parse::stem;
use crate::source::{Asset, Place, Span};

/// The folder of the output that holds the theme's own files.
pub const THEME_FOLDER: &str = "theme";

/// Where hosts look for the page that stands where no page is.
pub const NOT_FOUND: &str = "404.html";

/// The addresses of everything, by index.
pub struct Addresses {
    pub lessons: Vec<Address>,
    pub assets: Vec<Address>,
}

/// Gives every lesson and asset its address: the folders' and the file's slugs, without the numbers that order them.
pub fn assign(content: &str, lessons: &[&Lesson], assets: &[Asset]) -> Addresses {
    let mut folders = Folders::new(content, lessons);
    let names: Vec<String> = lessons.par_iter().map(|lesson| page_name(lesson)).collect();
    let pages = lessons.iter().zip(names).map(|(lesson, name)| {
        let folder = match lesson.role {
            Role::Map | Role::NotFound => String::new(),
            _ => folders.address(lesson.path.folder()),
        };
        Address::new(&format!("{folder}{name}"))
    });
    let pages: Vec<Address> = pages.collect();
    let assets = assets
        .iter()
        .map(|asset| {
            let folder = folders.address(asset.path.folder());
            Address::new(&format!("{folder}{}", asset.path.file_name()))
        })
        .collect();
    let mut addresses = Addresses { lessons: pages, assets };
    if let Some(map) = lessons.iter().position(|lesson| lesson.role == Role::Map) {
        addresses.lessons[map] = addresses.free_for_map(map, lessons);
    }
    addresses
}

impl Addresses {
    /// The map's address: one that no author has asked for, now or in the past.
    fn free_for_map(&self, map: usize, lessons: &[&Lesson]) -> Address {
        let others = self.lessons.iter().enumerate().filter(|(id, _)| *id != map);
        let others = others.map(|(_, address)| address).chain(&self.assets);
        let old = lessons.iter().filter(|lesson| has_old_addresses(lesson));
        let old = old.flat_map(|lesson| &lesson.front.aliases);
        let old: Vec<Address> = old.filter_map(|alias| old_address(&alias.value)).collect();
        let is_free =
            |name: &String| !others.clone().chain(&old).any(|address| is_taken(name, address));
        let numbered = (2..).map(|number| format!("course-map-{number}.html"));
        let names = ["map.html", "course-map.html"].map(str::to_owned).into_iter().chain(numbered);
        let free = names.into_iter().find(is_free);
        Address::new(&free.unwrap_or_default())
    }
}

/// Whether a page is left out where an author has asked for its address.
fn gives_way(lesson: &Lesson) -> bool {
    lesson.role == Role::NotFound && lesson.is_implied
}

/// The page that stands where no page is, unless it gives way to something of an author's.
pub fn not_found(
    lessons: &[&Lesson],
    addresses: &Addresses,
    redirects: &BTreeMap<Address, LessonId>,
) -> Option<LessonId> {
    let id = lessons.iter().position(|lesson| lesson.role == Role::NotFound)?;
    let others = addresses.lessons.iter().enumerate().filter(|(other, _)| *other != id);
    let others = others.map(|(_, address)| address).chain(&addresses.assets);
    let is_taken = others.chain(redirects.keys()).any(|address| is_taken(NOT_FOUND, address));
    (!is_taken || !gives_way(lessons[id])).then_some(id as LessonId)
}

/// Whether an address stands where a name would, or in a folder of that name. File systems may not tell capitals from small
/// letters. The names are ASCII, and no other letter is the capital of one in them.
fn is_taken(name: &str, address: &Address) -> bool {
    let address = address.as_str().as_bytes();
    let rest = address.split_at_checked(name.len());
    rest.is_some_and(|(start, rest)| {
        start.eq_ignore_ascii_case(name.as_bytes()) && matches!(rest, [] | [b'/', ..])
    })
}

/// Whether a lesson's aliases are addresses.
fn has_old_addresses(lesson: &Lesson) -> bool {
    !matches!(lesson.role, Role::Term | Role::Summary | Role::NotFound)
}

fn page_name(lesson: &Lesson) -> String {
    match (lesson.role, &lesson.front.slug) {
        (Role::Home | Role::Unit | Role::Glossary, _) => "index.html".to_owned(),
        (Role::Map, _) => "map.html".to_owned(),
        (Role::NotFound, _) => NOT_FOUND.to_owned(),
        (_, Some(slug)) => format!("{}.html", file_slug(&slug.value)),
        (_, None) => {
            let name = split_number(stem(lesson.path.file_name())).1;
            format!("{}.html", file_slug(name))
        }
    }
}

/// The addresses of folders, each worked out once.
struct Folders<'a> {
    content: &'a str,
    /// The slugs that folders are given in the front matter of their index.
    slugs: HashMap<&'a str, String>,
    known: HashMap<String, String>,
}

impl<'a> Folders<'a> {
    fn new(content: &'a str, lessons: &'a [&'a Lesson]) -> Self {
        let units = lessons.iter().filter(|lesson| lesson.role == Role::Unit);
        let slugs = units
            .filter_map(|unit| {
                let slug = unit.front.slug.as_ref()?;
                Some((unit.path.folder(), file_slug(&slug.value)))
            })
            .collect();
        Self { content, slugs, known: HashMap::new() }
    }

    /// A folder's address with a `/` at its end; empty for the top.
    fn address(&mut self, folder: &str) -> String {
        if folder == self.content || folder.is_empty() {
            return String::new();
        }
        if let Some(known) = self.known.get(folder) {
            return known.clone();
        }
        let (above, name) = folder.rsplit_once('/').unwrap_or(("", folder));
        let above = self.address(above);
        let slug = self.slugs.get(folder).cloned();
        let slug = slug.unwrap_or_else(|| file_slug(split_number(name).1));
        let address = format!("{above}{slug}/");
        self.known.insert(folder.to_owned(), address.clone());
        address
    }
}

/// The old addresses that lessons keep alive with `aliases`.
pub fn redirects(
    lessons: &[&Lesson],
    assets: &[Asset],
    addresses: &Addresses,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<Address, LessonId> {
    if !lessons.iter().any(|lesson| has_old_addresses(lesson) && !lesson.front.aliases.is_empty()) {
        return BTreeMap::new();
    }
    let mut owners = Owners::default();
    for (asset, address) in assets.iter().zip(&addresses.assets) {
        owners.add(address, Place { path: asset.path.clone(), span: Span::default() });
    }
    for (lesson, address) in lessons.iter().zip(&addresses.lessons) {
        if gives_way(lesson) {
            continue;
        }
        owners.add(address, lesson.title_place());
    }
    let mut redirects: BTreeMap<Address, LessonId> = BTreeMap::new();
    for (index, lesson) in lessons.iter().enumerate() {
        if !has_old_addresses(lesson) {
            continue;
        }
        for alias in &lesson.front.aliases {
            let place = lesson.place(alias.span);
            let Some(address) = old_address(&alias.value) else {
                let expected = "an address of this site such as \"old/page.html\"";
                let found = format!("\"{}\"", alias.value);
                diagnostics.push(Diagnostic::invalid_value(place, "aliases", expected, &found));
                continue;
            };
            if address == addresses.lessons[index] {
                continue;
            }
            if address.as_str().starts_with(&format!("{THEME_FOLDER}/")) {
                let (address, folder) = (address.as_str(), THEME_FOLDER);
                diagnostics.push(Diagnostic::reserved_alias(place, address, folder));
                continue;
            }
            match owners.of(&address).cloned() {
                Some(other) => {
                    diagnostics.push(Diagnostic::taken_alias(place, address.as_str(), other));
                }
                None => {
                    if let Some(name) = address.as_str().split('/').find(|name| is_unportable(name))
                    {
                        diagnostics.push(Diagnostic::unportable_address(place.clone(), name));
                    }
                    owners.add(&address, place);
                    redirects.insert(address, index as LessonId);
                }
            }
        }
    }
    redirects
}

/// Which addresses are taken, and by what.
#[derive(Default)]
struct Owners {
    files: HashMap<String, Place>,
    /// The folders that files lie in, each with one that does.
    folders: HashMap<String, Place>,
}

impl Owners {
    fn add(&mut self, address: &Address, place: Place) {
        let key = collision_key(address.as_str());
        for (at, _) in key.match_indices('/') {
            self.folders.entry(key[..at].to_owned()).or_insert_with(|| place.clone());
        }
        self.files.insert(key, place);
    }

    /// What is in the way of a file at an address: the same file, a folder of this name, or a file where the address has a
    /// folder.
    fn of(&self, address: &Address) -> Option<&Place> {
        let key = collision_key(address.as_str());
        let mut above = key.match_indices('/').map(|(at, _)| &key[..at]);
        let same = self.files.get(&key).or_else(|| self.folders.get(&key));
        same.or_else(|| above.find_map(|folder| self.files.get(folder)))
    }
}

/// The longest name of a file that every file system takes, in bytes.
const LONGEST_NAME: usize = 255;

/// Reads an old address: from the site's root, `old/` for `old/index.html`, `old` and `old.md` for `old.html`.
fn old_address(alias: &str) -> Option<Address> {
    if alias.contains(['?', '#', '\\', '\0', ':']) {
        return None;
    }
    let path = path_key(&join("", alias)?);
    let name = path.rsplit('/').next().unwrap_or_default();
    let path = match name.rsplit_once('.') {
        _ if path.is_empty() => return None,
        _ if alias.ends_with('/') => format!("{path}/index.html"),
        Some((_, "html" | "htm")) => path,
        Some((_, "md")) => format!("{}.html", path.strip_suffix(".md")?),
        _ => format!("{path}.html"),
    };
    path.split('/').all(|name| name.len() <= LONGEST_NAME).then(|| Address::new(&path))
}

/// Reports files that would be written to one address. Names that differ by
/// case or normal form only are one on many systems.
pub fn report_collisions(
    lessons: &[&Lesson],
    assets: &[Asset],
    addresses: &Addresses,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let pages = lessons.iter().zip(&addresses.lessons);
    let pages = pages.filter(|(lesson, _)| lesson.role != Role::Summary && !gives_way(lesson));
    let pages = pages.map(|(lesson, address)| (lesson.title_place(), address));
    let copies = assets.iter().zip(&addresses.assets);
    let copies = copies.map(|(asset, address)| {
        (Place { path: asset.path.clone(), span: Span::default() }, address)
    });
    let all: Vec<(Place, String)> = pages
        .chain(copies)
        .map(|(place, address)| (place, collision_key(address.as_str())))
        .collect();
    let mut first: HashMap<&str, &Place> = HashMap::new();
    for (place, address) in &all {
        if let Some(name) = address.split('/').find(|name| is_unportable(name)) {
            diagnostics.push(Diagnostic::unportable_address(place.clone(), name));
        }
        if address.split('/').next() == Some(THEME_FOLDER) && address.contains('/') {
            diagnostics.push(Diagnostic::reserved_address(place.clone(), address, THEME_FOLDER));
        }
        match first.get(address.as_str()) {
            Some(other) => diagnostics.push(Diagnostic::duplicate_address(
                place.clone(),
                address,
                (*other).clone(),
            )),
            None => {
                first.insert(address, place);
            }
        }
    }
    // No file can have the name of a folder that others lie in.
    let mut told = HashSet::new();
    for (place, address) in &all {
        let folders = address.match_indices('/').map(|(at, _)| &address[..at]);
        let taken = folders.filter_map(|folder| Some((folder, first.get(folder)?))).next();
        if let Some((folder, other)) = taken.filter(|(folder, _)| told.insert(*folder)) {
            let (place, other) = (place.clone(), (*other).clone());
            diagnostics.push(Diagnostic::file_and_folder(other, folder, place));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_addresses_are_read_as_sites_wrote_them() {
        let read = |alias| old_address(alias).map(|address| address.to_string());
        assert_eq!(read("/old/page/").as_deref(), Some("old/page/index.html"));
        assert_eq!(read("old").as_deref(), Some("old.html"));
        assert_eq!(read("v1.2/old.md").as_deref(), Some("v1.2/old.html"));
        assert_eq!(read("../up"), None);
        assert_eq!(read("https://a.org/x"), None);
    }
}
