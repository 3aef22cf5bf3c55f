//! Follow: a site is built, and built again whenever its sources change.
//!
//! One round: wait for changes, load, compare with what was loaded before, build. Whatever events say, a round without a
//! difference builds nothing. `hornbook serve` and `hornbook build --watch` are this and something to do with each build.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::Result;
use crate::load::{load, refresh};
use crate::session::{Build, Options, Session};
use crate::source::{Asset, Source, SourcePath, Sources, ThemeFile};
use crate::watch::prints::Prints;
use crate::watch::{Changes, Notice, Stop, Watch};

/// How soon to try again where the site's folder could not be read.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(500);
/// How often files are looked for again that come and go.
const LOOKS: usize = 8;

/// Follows a site. See the module.
pub struct Follow {
    site: PathBuf,
    out: PathBuf,
    options: Options,
    session: Session,
    watch: Watch,
    sources: Arc<Sources>,
    prints: Prints,
    /// What went wrong when the sources were last read.
    failure: Option<String>,
}

/// A difference between what is on disk and what was built last.
#[derive(Clone, Debug)]
pub struct Change {
    /// The files that are not as they were, sorted; those that are new or gone among them.
    pub files: Vec<SourcePath>,
    /// When it was noticed.
    pub since: Instant,
}

impl Follow {
    /// Loads a site and begins to watch it; nothing is built yet.
    ///
    /// # Errors
    ///
    /// When the site's folder cannot be read.
    pub fn start(site: &Path, out: &Path, options: Options) -> Result<(Self, Stop)> {
        // The watch first, so that nothing happens unseen between the two.
        let (watch, stop) = Watch::start(site, Some(out))?;
        let sources = Arc::new(load(site, Some(out))?);
        let prints = Prints::of(watch.root(), &assets(&sources));
        let (site, out) = (site.to_owned(), out.to_owned());
        let session = Session::default();
        let follow = Self { site, out, options, session, watch, sources, prints, failure: None };
        Ok((follow, stop))
    }

    /// The sources of the next build, or of the last one.
    pub fn sources(&self) -> &Arc<Sources> {
        &self.sources
    }

    /// What the author has to know of how changes are found, once.
    pub fn notice(&mut self) -> Option<Notice> {
        self.watch.notice()
    }

    /// Builds the sources as they were last loaded.
    pub fn build(&mut self) -> Build {
        self.session.build(&self.sources, &self.options)
    }

    /// Waits until the sources differ from those of the last build, and loads them. `None` when the watch was stopped;
    /// an error when they cannot be read, which may pass.
    pub fn wait(&mut self) -> Option<Result<Change>> {
        loop {
            let changes = match self.failure {
                None => self.watch.next_changes()?,
                Some(_) => self.watch.changes_within(TRY_AGAIN_AFTER)?,
            };
            let since = Instant::now();
            let (changes, loaded) = self.load_settled(changes)?;
            let sources = match loaded {
                Ok(sources) => sources,
                Err(error) if self.failure.as_ref() == Some(&error.to_string()) => continue,
                Err(error) => {
                    self.failure = Some(error.to_string());
                    return Some(Err(error));
                }
            };
            if self.failure.take().is_some() {
                self.watch.restart();
            }
            let files = self.take_over(sources, &changes);
            if !files.is_empty() {
                return Some(Ok(Change { files, since }));
            }
        }
    }

    /// Loads what changed. What is missing that was there may be on its way back, as a file is that an editor moves out
    /// of the way for a moment: it has to be missing twice, with some quiet in between.
    fn load_settled(&mut self, mut changes: Changes) -> Option<(Changes, Result<Sources>)> {
        let mut missing = BTreeSet::new();
        let mut loaded = self.load(&changes);
        for _ in 0..LOOKS {
            // A file that went away while the others were read makes loading fail.
            if let Ok(sources) = &loaded {
                let missing_now = missing_files(&self.sources, sources);
                if missing_now.is_subset(&missing) {
                    break;
                }
                missing = missing_now;
            }
            changes.extend(self.watch.settle()?);
            loaded = self.load(&changes);
        }
        Some((changes, loaded))
    }

    /// The sources as they are on disk now, given what changed since they were last loaded.
    fn load(&self, changes: &Changes) -> Result<Sources> {
        let changed: Vec<PathBuf> = changes.iter().cloned().collect();
        Ok(refresh(&self.sources, &self.site, Some(&self.out), &changed)?.sources)
    }

    /// Makes these the sources of the next build. Returns the files that are not as they were.
    fn take_over(&mut self, sources: Sources, changes: &Changes) -> Vec<SourcePath> {
        let mut files = differences(&self.sources, &sources);
        let root = self.watch.root();
        let touched = touched_assets(&sources, root, changes);
        files.extend(self.prints.renew(root, touched));
        files.sort();
        files.dedup();
        if !files.is_empty() {
            self.sources = Arc::new(sources);
        }
        files
    }
}

/// The files that are copied: assets, and what themes bring.
fn assets(sources: &Sources) -> Vec<SourcePath> {
    let assets = sources.assets.iter().map(|asset| asset.path.clone());
    assets.chain(theme_assets(sources)).collect()
}

fn theme_assets(sources: &Sources) -> impl Iterator<Item = SourcePath> {
    let files = sources.themes.iter().flat_map(|(_, files)| files);
    files.filter_map(|file| match file {
        ThemeFile::Static { path, .. } => Some(path.clone()),
        ThemeFile::Template { .. } | ThemeFile::Strings { .. } => None,
    })
}

/// The assets among the files that changed.
fn touched_assets(sources: &Sources, root: &Path, changes: &Changes) -> Vec<SourcePath> {
    let mut touched = Vec::new();
    for path in changes {
        let Ok(below) = path.strip_prefix(root) else { continue };
        let below = below.to_string_lossy().replace('\\', "/");
        let is_in = |path: &SourcePath| {
            below.is_empty() || path.as_str() == below || path.below(&below).is_some()
        };
        let from = sources.assets.partition_point(|asset| asset.path.as_str() < below.as_str());
        // Names such as `a.png` and `a-b.png` sort between a folder `a` and what is in it.
        let candidates = sources.assets[from..].iter().map(|asset| &asset.path);
        let candidates = candidates.take_while(|path| path.as_str().starts_with(&below));
        touched.extend(candidates.filter(|path| is_in(path)).cloned());
        touched.extend(theme_assets(sources).filter(is_in));
    }
    touched
}

/// The files that are not there any more.
fn missing_files(old: &Sources, new: &Sources) -> BTreeSet<SourcePath> {
    let mut missing = BTreeSet::new();
    compare(old, new, |found, path| {
        if found == Difference::Gone {
            missing.insert(path.clone());
        }
    });
    missing
}

/// The files that differ between two states of a site, as far as sources know: of assets that is their path and size.
fn differences(old: &Sources, new: &Sources) -> Vec<SourcePath> {
    let mut paths = Vec::new();
    compare(old, new, |_, path| paths.push(path.clone()));
    if old.diagnostics != new.diagnostics {
        let places = new.diagnostics.iter().chain(&old.diagnostics);
        paths.extend(places.filter_map(|one| Some(one.place.as_ref()?.path.clone())));
    }
    paths
}

/// What can be different about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Difference {
    New,
    Gone,
    Other,
}

/// Tells of each file in which two states of a site differ.
fn compare(old: &Sources, new: &Sources, mut tell: impl FnMut(Difference, &SourcePath)) {
    merge(texts(&old.config), texts(&new.config), &mut tell);
    merge(texts(&old.lessons), texts(&new.lessons), &mut tell);
    merge(sizes(&old.assets), sizes(&new.assets), &mut tell);
    merge(themes(old), themes(new), &mut tell);
}

fn texts<'a>(
    sources: impl IntoIterator<Item = &'a Source>,
) -> impl Iterator<Item = (&'a SourcePath, u128)> {
    sources.into_iter().map(|source| (&source.path, source.hash))
}

fn sizes(assets: &[Asset]) -> impl Iterator<Item = (&SourcePath, Option<(u32, u32)>)> {
    assets.iter().map(|asset| (&asset.path, asset.size))
}

fn themes(sources: &Sources) -> impl Iterator<Item = (&SourcePath, u128)> {
    let files = sources.themes.iter().flat_map(|(_, files)| files);
    files.map(|file| match file {
        ThemeFile::Template { source, .. } | ThemeFile::Strings { source, .. } => {
            (&source.path, source.hash)
        }
        ThemeFile::Static { path, .. } => (path, 0),
    })
}

/// Walks two sorted lists side by side and tells where they differ.
fn merge<'a, T: PartialEq>(
    old: impl Iterator<Item = (&'a SourcePath, T)>,
    new: impl Iterator<Item = (&'a SourcePath, T)>,
    tell: &mut impl FnMut(Difference, &SourcePath),
) {
    let (mut old, mut new) = (old.peekable(), new.peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((old, _)), Some((new, _))) => old.cmp(new),
        };
        let before = if order.is_le() { old.next() } else { None };
        let after = if order.is_ge() { new.next() } else { None };
        match (before, after) {
            (Some((_, before)), Some((path, after))) if before != after => {
                tell(Difference::Other, path);
            }
            (Some((path, _)), None) => tell(Difference::Gone, path),
            (None, Some((path, _))) => tell(Difference::New, path),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(lessons: &[(&str, &str)], assets: &[&str]) -> Sources {
        let lesson = |(path, text): &(&str, &str)| Source::new(SourcePath::new(path), text);
        let asset = |path: &&str| Asset { path: SourcePath::new(path), size: None };
        Sources {
            lessons: lessons.iter().map(lesson).collect(),
            assets: assets.iter().map(asset).collect(),
            ..Sources::default()
        }
    }

    fn names(paths: &[SourcePath]) -> Vec<&str> {
        paths.iter().map(SourcePath::as_str).collect()
    }

    #[test]
    fn what_is_new_gone_or_other_is_a_difference() {
        let old = sources(&[("a.md", "1"), ("b.md", "1"), ("c.md", "1")], &["x.png"]);
        let new = sources(&[("a.md", "1"), ("c.md", "2"), ("d.md", "1")], &["x.png", "y.png"]);
        assert_eq!(names(&differences(&old, &new)), ["b.md", "c.md", "d.md", "y.png"]);
        assert!(differences(&old, &old).is_empty());
    }

    #[test]
    fn a_folder_that_changed_touches_all_assets_in_it_and_no_others() {
        let all = ["content/a", "content/a-b.png", "content/a/x.png", "content/a/y/z.png"];
        let sources = sources(&[], &all);
        let touched = |path: &str| {
            let changes = Changes::from([Path::new("/site").join(path)]);
            let touched = touched_assets(&sources, Path::new("/site"), &changes);
            names(&touched).join(" ")
        };
        assert_eq!(touched("content/a"), "content/a content/a/x.png content/a/y/z.png");
        assert_eq!(touched("content/a/x.png"), "content/a/x.png");
        assert_eq!(touched(""), all.join(" "));
        assert_eq!(touched("content/lesson.md"), "");
    }

    #[test]
    fn a_renamed_lesson_is_missing_though_as_many_are_there() {
        let (old, new) = (sources(&[("a.md", "1")], &[]), sources(&[("b.md", "1")], &[]));
        assert_eq!(missing_files(&old, &new), BTreeSet::from([SourcePath::new("a.md")]));
        let more = sources(&[("a.md", "2"), ("b.md", "")], &[]);
        assert!(missing_files(&old, &more).is_empty());
    }
}
