//! Starters: a small course to begin with, new lessons and terms for one that exists, and copies of the theme's files.

mod theme;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::address::{file_slug, split_number};
use crate::error::{Error, Result};
use crate::load::CONFIG;
use crate::parse::title_from;

pub use theme::{ALL, NAME as THEME_NAME, Part, eject, parts};

/// The files of the small course, by path.
const COURSE: &[(&str, &str)] = &[
    ("site.toml", include_str!("course/site.toml")),
    ("content/index.md", include_str!("course/index.md")),
    ("content/01-first-steps/index.md", include_str!("course/unit.md")),
    ("content/01-first-steps/01-a-first-lesson.md", include_str!("course/first.md")),
    ("content/01-first-steps/02-a-second-lesson.md", include_str!("course/second.md")),
    ("content/glossary/lesson.md", include_str!("course/term.md")),
];

/// Where the title of the new course goes.
const TITLE: &str = "TITLE";

/// Makes a small course in a folder that is new or empty. Returns the files it made.
pub fn init(dir: &Path) -> Result<Vec<PathBuf>> {
    let is_empty = match fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(Error::io("open", dir)(error)),
    };
    if !is_empty {
        let message = format!("{} is not empty; name a new folder", dir.display());
        return Err(Error::Usage { message });
    }
    fs::create_dir_all(dir).map_err(Error::io("make", dir))?;
    let absolute = dir.canonicalize().map_err(Error::io("open", dir))?;
    let name = absolute.file_name().map(|name| name.to_string_lossy().into_owned());
    let title = title_from(&name.unwrap_or_else(|| "My course".to_owned()));
    let mut made = Vec::new();
    for (path, text) in COURSE {
        let path = dir.join(path);
        create(&path, &text.replace(TITLE, &quoted(&title)))?;
        made.push(path);
    }
    Ok(made)
}

/// Adds a lesson at the end of a unit, or of the course where no unit is named. Returns its file.
pub fn new_lesson(site: &Path, unit: Option<&str>, title: &str) -> Result<PathBuf> {
    let content = content_of(site)?;
    let folder = match unit {
        Some(unit) => find_unit(&content, unit)?,
        None => content,
    };
    let slug = slug_of(title)?;
    refuse_second(&folder, &slug)?;
    let number = next_number(&folder)?;
    let path = folder.join(format!("{number:02}-{slug}.md"));
    let text = include_str!("course/new-lesson.md").replace(TITLE, &quoted(title.trim()));
    create(&path, &text)?;
    Ok(path)
}

/// Adds a term to the glossary. Returns its file.
pub fn new_term(site: &Path, title: &str) -> Result<PathBuf> {
    let folder = content_of(site)?.join("glossary");
    let path = folder.join(format!("{}.md", slug_of(title)?));
    let text = include_str!("course/new-term.md").replace(TITLE, &quoted(title.trim()));
    create(&path, &text)?;
    Ok(path)
}

/// The folder that holds the lessons.
fn content_of(site: &Path) -> Result<PathBuf> {
    let content = site.join("content");
    if content.is_dir() || site.join(CONFIG).is_file() {
        return Ok(content);
    }
    let message = format!("{} is no course: it has neither {CONFIG} nor content/", site.display());
    Err(Error::Usage { message })
}

fn slug_of(title: &str) -> Result<String> {
    if title.chars().any(char::is_alphanumeric) && !title.contains(['\n', '\r']) {
        return Ok(file_slug(title));
    }
    Err(Error::Usage { message: format!("{title:?} is no title") })
}

/// The unit's folder, by its name with or without the number.
fn find_unit(content: &Path, unit: &str) -> Result<PathBuf> {
    let wanted = unit.trim_matches('/');
    let exact = content.join(wanted);
    let stays_inside =
        wanted.split('/').all(|part| !part.is_empty() && part != ".." && part != ".");
    if stays_inside && exact.is_dir() {
        return Ok(exact);
    }
    let mut units: Vec<String> = folders(content)?;
    units.sort();
    if let Some(name) = units.iter().find(|name| split_number(name).1 == wanted) {
        return Ok(content.join(name));
    }
    let known = if units.is_empty() { "none yet".to_owned() } else { units.join(", ") };
    Err(Error::Usage { message: format!("there is no unit `{unit}`; the units are: {known}") })
}

fn folders(content: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(content).map_err(Error::io("open", content))? {
        let entry = entry.map_err(Error::io("read", content))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() && name != "glossary" && !name.starts_with('.') {
            names.push(name);
        }
    }
    Ok(names)
}

/// One more than the highest number that orders a file or folder here.
fn next_number(folder: &Path) -> Result<i64> {
    let mut highest = 0;
    for entry in fs::read_dir(folder).map_err(Error::io("open", folder))? {
        let entry = entry.map_err(Error::io("read", folder))?;
        let name = entry.file_name();
        highest = highest.max(split_number(&name.to_string_lossy()).0.unwrap_or(0));
    }
    Ok(highest + 1)
}

/// A lesson of the same name would get the same address, whatever its number.
fn refuse_second(folder: &Path, slug: &str) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::io("open", folder))? {
        let entry = entry.map_err(Error::io("read", folder))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let stem = split_number(crate::parse::stem(&name)).1;
        if name.ends_with(".md") && file_slug(stem) == slug {
            return Err(Error::AlreadyThere { path: entry.path() });
        }
    }
    Ok(())
}

/// Writes a file that must not exist yet.
fn create(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::io("make", folder))?;
    }
    let file = fs::OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = file.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Error::AlreadyThere { path: path.to_owned() },
        _ => Error::io("write", path)(error),
    })?;
    file.write_all(text.as_bytes()).map_err(Error::io("write", path))
}

/// A text as a TOML string; JSON's escapes are TOML's (TOML 1.0.0, "String").
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
