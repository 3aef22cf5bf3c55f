//! Refresh: looks again at what has changed on disk, and only there.
//!
//! The result is that of a full [`load`]. Where a change can be seen in more places than the one that is named, it is one:
//! links in the site's folder, files that are reported, a site that becomes another kind of site.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::{
    CONFIG, Found, find_themes, is_markdown, is_offline, is_skipped, load, read_text, read_texts,
    read_themes, walk, without_hidden_readmes,
};
use crate::error::{Error, Result};
use crate::parse::is_index;
use crate::source::{Asset, SourcePath, Sources, ThemeFile};
use crate::{image, write};

/// Sources that were looked at again.
#[derive(Debug)]
pub struct Refreshed {
    pub sources: Sources,
    /// The files that are copied as they are and may hold something else now: no hash tells.
    pub copies: Vec<SourcePath>,
}

/// Loads a site again after changes at some paths: files or folders that came, went or became others. `previous` is what
/// [`load`] or this gave for the same site before; paths are absolute, or as `site` is.
pub fn refresh(
    previous: &Sources,
    site: &Path,
    out: Option<&Path>,
    changed: &[PathBuf],
) -> Result<Refreshed> {
    let root = site.canonicalize().map_err(Error::io("open", site))?;
    let mut look = Look {
        site,
        root: &root,
        out: out.and_then(|out| out.canonicalize().ok()),
        sources: Sources { hashes: Arc::default(), ..previous.clone() },
        places: BTreeSet::new(),
        found: Vec::new(),
        copies: Vec::new(),
    };
    let is_simple = previous.diagnostics.is_empty() && !previous.has_links;
    if is_simple && look.at_all(changed)? && look.read()? && !is_offline(&look.sources) {
        return Ok(Refreshed { sources: look.sources, copies: look.copies });
    }
    let sources = load(site, out)?;
    let copies = copies(&sources);
    Ok(Refreshed { sources, copies })
}

/// Every file that is copied as it is.
pub fn copies(sources: &Sources) -> Vec<SourcePath> {
    let assets = sources.assets.iter().map(|asset| asset.path.clone());
    assets.chain(static_files(sources)).collect()
}

fn static_files(sources: &Sources) -> impl Iterator<Item = SourcePath> {
    let files = sources.themes.iter().flat_map(|(_, files)| files);
    files.filter_map(|file| match file {
        ThemeFile::Static { path, .. } => Some(path.clone()),
        ThemeFile::Template { .. } | ThemeFile::Strings { .. } => None,
    })
}

/// Looking at some places again. A function that returns `false` has seen that all have to be looked at.
struct Look<'a> {
    site: &'a Path,
    root: &'a Path,
    out: Option<PathBuf>,
    /// The sources without what has changed.
    sources: Sources,
    /// Where to look below `content`.
    places: BTreeSet<PathBuf>,
    /// What lies there.
    found: Vec<Found>,
    copies: Vec<SourcePath>,
}

impl Look<'_> {
    fn at_all(&mut self, changed: &[PathBuf]) -> Result<bool> {
        let mut paths = Vec::new();
        for path in changed {
            let Some(below) = self.below(path) else { return Ok(false) };
            paths.push(below);
        }
        // A folder covers what lies in it, and each place is looked at once.
        paths.sort();
        paths.dedup_by(|path, before| path.starts_with(before));
        for path in paths {
            if !self.at(&path)? {
                return Ok(false);
            }
        }
        for place in std::mem::take(&mut self.places) {
            if !self.look_at(&place)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A path below the site's folder.
    fn below(&self, path: &Path) -> Option<PathBuf> {
        let below = path.strip_prefix(self.site).or_else(|_| path.strip_prefix(self.root)).ok()?;
        let is_plain = below.components().all(|part| matches!(part, Component::Normal(_)));
        (is_plain && below.to_str().is_some()).then(|| below.to_owned())
    }

    fn at(&mut self, below: &Path) -> Result<bool> {
        let in_content = below.strip_prefix(&self.sources.content);
        let decides = [CONFIG, "content", "themes"];
        match in_content {
            Ok(rest) if rest.as_os_str().is_empty() => Ok(false),
            // A folder of lessons becomes a course by what lies at its top.
            Ok(_)
                if self.sources.content.is_empty()
                    && decides.iter().any(|name| below.starts_with(name)) =>
            {
                Ok(false)
            }
            Ok(_) => self.at_content(below),
            Err(_) if below == Path::new(CONFIG) => self.at_config(),
            Err(_) if below.starts_with("themes") => self.at_themes(),
            Err(_) => Ok(!below.as_os_str().is_empty()),
        }
    }

    fn at_config(&mut self) -> Result<bool> {
        let disk = self.site.join(CONFIG);
        if self.sources.config.is_none() || !disk.is_file() || disk.is_symlink() {
            return Ok(false);
        }
        let (source, broken) = read_text(&disk, SourcePath::new(CONFIG))?;
        self.sources.config = Some(source);
        Ok(broken.is_none())
    }

    fn at_themes(&mut self) -> Result<bool> {
        self.sources.themes.clear();
        let found = find_themes(self.site, self.root, &mut self.sources)?;
        read_themes(found, &mut self.sources)?;
        self.copies.extend(static_files(&self.sources));
        Ok(self.sources.diagnostics.is_empty() && !self.sources.has_links)
    }

    fn at_content(&mut self, below: &Path) -> Result<bool> {
        let name = below.file_name().unwrap_or_default().to_string_lossy();
        if self.out.as_ref().is_some_and(|out| self.root.join(below).starts_with(out)) {
            return Ok(true);
        }
        // It tells that a folder was written by Hornbook, and with it all that lies there is left out.
        if name == write::MANIFEST {
            return Ok(false);
        }
        if self.is_left_out(below) {
            return Ok(true);
        }
        // An index hides the README beside it.
        if is_index(&name) {
            let folder = below.parent().unwrap_or(Path::new(""));
            self.places.extend(self.indexes(folder));
        }
        self.places.insert(below.to_owned());
        Ok(true)
    }

    /// Whether a folder on the way, or the place itself, is one of those that are left out.
    fn is_left_out(&self, below: &Path) -> bool {
        let mut ancestors: Vec<&Path> = below.ancestors().collect();
        ancestors.retain(|path| {
            path.strip_prefix(&self.sources.content).is_ok_and(|rest| !rest.as_os_str().is_empty())
        });
        ancestors.iter().any(|path| {
            let disk = self.site.join(path);
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            is_skipped(&disk, &name, disk.is_dir(), self.out.as_deref())
        })
    }

    /// The files of a folder that can stand for it.
    fn indexes(&self, folder: &Path) -> Vec<PathBuf> {
        let disk = self.site.join(folder);
        let Ok(entries) = fs::read_dir(&disk) else { return Vec::new() };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let indexes =
            names.filter(|name| is_index(name) && !is_skipped(&disk.join(name), name, false, None));
        indexes.map(|name| folder.join(name)).collect()
    }

    /// Takes out what lay at a place and notes what lies there now.
    fn look_at(&mut self, below: &Path) -> Result<bool> {
        let path = SourcePath::new(&below.to_string_lossy().replace('\\', "/"));
        take_out(&mut self.sources.lessons, &path, |lesson| &lesson.path);
        let gone = take_out(&mut self.sources.assets, &path, |asset| &asset.path);
        self.copies.extend(gone.into_iter().map(|asset| asset.path));

        let disk = self.site.join(below);
        let Ok(metadata) = fs::symlink_metadata(&disk) else { return Ok(true) };
        if metadata.is_symlink() {
            return Ok(false);
        }
        if metadata.is_dir() {
            let (root, out) = (self.root, self.out.as_deref());
            let found = walk(&disk, path.as_str(), root, out, &mut self.sources)?;
            self.found.extend(found);
        } else if metadata.is_file() {
            self.found.push(Found { disk, path });
        }
        Ok(self.sources.diagnostics.is_empty() && !self.sources.has_links)
    }

    /// Reads what was found.
    fn read(&mut self) -> Result<bool> {
        let found = std::mem::take(&mut self.found);
        let (lessons, assets): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|file| is_markdown(&file.path));
        let lessons = without_hidden_readmes(lessons);
        for read in read_texts(lessons) {
            // Who deletes a file while it is looked at will be heard of again; a full load says what is there.
            let Ok((source, None)) = read else { return Ok(false) };
            put_in(&mut self.sources.lessons, source, |lesson| &lesson.path);
        }
        for Found { disk, path } in assets {
            self.copies.push(path.clone());
            let asset = Asset { size: image::size(&disk), path };
            put_in(&mut self.sources.assets, asset, |asset| &asset.path);
        }
        self.copies.sort();
        self.copies.dedup();
        Ok(true)
    }
}

/// Takes out of a list that is sorted by path what lies at a path and below it.
fn take_out<T>(list: &mut Vec<T>, at: &SourcePath, path: impl Fn(&T) -> &SourcePath) -> Vec<T> {
    let below = format!("{at}/");
    let start = list.partition_point(|item| path(item).as_str() < below.as_str());
    let inside = list[start..].iter().take_while(|item| path(item).as_str().starts_with(&below));
    let end = start + inside.count();
    let mut taken: Vec<T> = list.drain(start..end).collect();
    if let Ok(at) = list.binary_search_by(|item| path(item).cmp(at)) {
        taken.push(list.remove(at));
    }
    taken
}

/// Puts something into a list that is sorted by path.
fn put_in<T>(list: &mut Vec<T>, item: T, path: impl Fn(&T) -> &SourcePath) {
    let at = list.partition_point(|known| path(known) < path(&item));
    list.insert(at, item);
}
