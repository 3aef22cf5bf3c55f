//! Ejecting: copies of the built-in theme's files, to be changed.

use std::path::{Path, PathBuf};

use super::create;
use crate::error::{Error, Result};
use crate::load::CONFIG;
use crate::render::{STATIC, STRINGS, TEMPLATES};

/// The name of a theme that a site does not name itself.
pub const NAME: &str = "custom";

/// The word for every part.
pub const ALL: &str = "all";

/// One file of the built-in theme.
#[derive(Clone, Copy)]
pub struct Part {
    /// The folder in the theme: `templates`, `strings` or `static`.
    pub folder: &'static str,
    pub name: &'static str,
    text: &'static str,
}

impl Part {
    /// What it is called on the command line: `lesson.html`, `style.css`, `strings/de.toml`.
    pub fn called(&self) -> String {
        match self.folder {
            "strings" => format!("strings/{}", self.name),
            _ => self.name.to_owned(),
        }
    }

    /// What it is for: the comment that it opens with.
    pub fn about(&self) -> &'static str {
        let marks = ['{', '#', '/', '*', '-', ' '];
        let mut lines = self.text.lines().map(|line| line.trim_start_matches(marks).trim());
        let line = lines.find(|line| !line.is_empty()).unwrap_or_default();
        // The sentence may go on; its first one says enough.
        let line = line.trim_end_matches(['}', '#', '-', '/', '*', ' ']);
        line.split_once(". ").map_or(line, |(first, _)| first).trim_end_matches('.')
    }
}

/// All parts of the built-in theme, by folder.
pub fn parts() -> impl Iterator<Item = Part> {
    let folders = [("templates", TEMPLATES), ("strings", STRINGS), ("static", STATIC)];
    folders.into_iter().flat_map(|(folder, files)| {
        files.iter().map(move |(name, text)| Part { folder, name, text })
    })
}

/// The parts that are meant by a word: `lesson.html`, `templates/lesson.html`, or `all`.
fn meant(word: &str) -> Result<Vec<Part>> {
    let word = word.trim_start_matches("./");
    let found: Vec<Part> = parts()
        .filter(|part| {
            let path = format!("{}/{}", part.folder, part.name);
            word == ALL || word == path || word == part.called()
        })
        .collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let known: Vec<String> = parts().map(|part| part.called()).collect();
    let near = crate::diagnostic::nearest(word, known.iter().map(String::as_str));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`hornbook theme eject` lists the parts".to_owned(),
    };
    Err(Error::Usage { message: format!("the built-in theme has no part `{word}`; {help}") })
}

/// Copies parts of the built-in theme into a theme of the site. Nothing is written where one of the files is there
/// already. Returns the files.
pub fn eject(site: &Path, theme: &str, word: &str) -> Result<Vec<PathBuf>> {
    let is_site = site.join(CONFIG).is_file() || site.join("content").is_dir();
    if !is_site {
        let message =
            format!("{} is no course: it has neither {CONFIG} nor content/", site.display());
        return Err(Error::Usage { message });
    }
    if theme.is_empty() || theme.starts_with('.') || theme.contains(['/', '\\', '\0']) {
        let message = format!("`{theme}` is no name for a folder in themes/");
        return Err(Error::Usage { message });
    }
    let parts = meant(word)?;
    let folder = site.join("themes").join(theme);
    let files: Vec<(PathBuf, &str)> =
        parts.iter().map(|part| (folder.join(part.folder).join(part.name), part.text)).collect();
    if let Some((path, _)) = files.iter().find(|(path, _)| path.symlink_metadata().is_ok()) {
        return Err(Error::AlreadyThere { path: path.clone() });
    }
    for (path, text) in &files {
        create(path, text)?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}
