//! Follow: a site is built, and built again whenever its sources change.
//!
//! One round: wait for changes, load, compare with what was loaded before, build. Whatever events say, a round without a
//! difference builds nothing. `hornbook serve` and `hornbook build --watch` are this and something to do with each build.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::load::{Refreshed, copies, load, real_path, refresh};
use crate::session::pages::Rest;
use crate::session::{Build, Options, Session};
use crate::source::{Asset, Source, SourcePath, Sources, ThemeFile};
use crate::watch::prints::Prints;
use crate::watch::{Changes, Notice, Stop, Watch};

/// How soon to try again what failed and may pass.
pub const TRY_AGAIN_AFTER: Duration = Duration::from_millis(500);
/// Up to how many pages of a preview are rendered before it is shown. Many more would be noticed by an author who waits
/// for one of them.
const AT_ONCE: usize = 32;
/// How often files are looked for again that come and go.
const LOOKS: usize = 8;

/// Follows a site. See the module.
pub struct Follow {
    out: PathBuf,
    options: Options,
    session: Session,
    watch: Watch,
    sources: Arc<Sources>,
    prints: Prints,
    /// What changed since the sources were last loaded. It is kept until a load succeeds.
    changes: Changes,
    /// What went wrong when the sources were last read.
    failure: Option<String>,
    /// A difference that is told next.
    next: Option<Change>,
}

/// A difference between what is on disk and what was built last.
#[derive(Clone, Debug)]
pub struct Change {
    /// The files that are not as they were, sorted; those that are new or gone among them.
    pub files: Vec<SourcePath>,
    /// When it was noticed.
    pub since: Instant,
}

/// What waiting came to.
#[derive(Debug)]
pub enum News {
    /// The sources differ from those of the last build.
    Changed(Change),
    /// The sources cannot be read, or for another reason than before. This may pass.
    Unreadable(Error),
    /// The sources can be read again. What is different in them is told next.
    Readable,
    /// The time is over.
    Nothing,
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
        let prints = Prints::of(watch.root(), &copies(&sources));
        let session = Session::default();
        let follow = Self {
            // What the names mean now: the working directory can be replaced by another one.
            out: real_path(out),
            options,
            session,
            watch,
            sources,
            prints,
            changes: Changes::new(),
            failure: None,
            next: None,
        };
        Ok((follow, stop))
    }

    /// The site's folder, links resolved: it means the same wherever the working directory goes.
    pub fn root(&self) -> &Path {
        self.watch.root()
    }

    /// Where the site is written, links resolved.
    pub fn out(&self) -> &Path {
        &self.out
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

    /// The same to be looked at, and what is left to be rendered of it.
    pub fn preview(&mut self) -> (Build, Rest) {
        self.session.preview(&self.sources, &self.options, AT_ONCE)
    }

    /// Waits until there is something to tell, at most until `end`. `None` when the watch was stopped.
    pub fn wait(&mut self, end: Option<Instant>) -> Option<News> {
        if let Some(change) = self.next.take() {
            return Some(News::Changed(change));
        }
        loop {
            let again = Instant::now() + TRY_AGAIN_AFTER;
            let changes = self.watch.next_changes(end.map_or(again, |end| end.min(again)))?;
            let is_over = end.is_some_and(|end| Instant::now() >= end);
            // Of another folder in the place of the site's no event may tell.
            if changes.is_empty() && self.failure.is_none() && self.watch.has_root() {
                if is_over {
                    return Some(News::Nothing);
                }
                continue;
            }
            self.changes.extend(changes);
            let since = Instant::now();
            match self.load_settled()? {
                Ok(refreshed) => {
                    let files = self.take_over(refreshed);
                    let change = (!files.is_empty()).then_some(Change { files, since });
                    if self.failure.take().is_some() {
                        self.next = change;
                        return Some(News::Readable);
                    }
                    if let Some(change) = change {
                        return Some(News::Changed(change));
                    }
                }
                Err(error) => {
                    let text = error.to_string();
                    if self.failure.as_ref() != Some(&text) {
                        self.failure = Some(text);
                        return Some(News::Unreadable(error));
                    }
                }
            }
            if is_over {
                return Some(News::Nothing);
            }
        }
    }

    /// Loads what changed. What is missing that was there may be on its way back, as a file is that an editor moves out
    /// of the way for a moment: it has to be missing twice, with some quiet in between.
    fn load_settled(&mut self) -> Option<Result<Refreshed>> {
        let mut missing = BTreeSet::new();
        let mut loaded = self.load();
        for _ in 0..LOOKS {
            match &loaded {
                Ok(refreshed) => {
                    let missing_now = missing_files(&self.sources, &refreshed.sources);
                    if missing_now.is_subset(&missing) {
                        break;
                    }
                    missing = missing_now;
                }
                // Nothing new: it is tried again later.
                Err(error) if self.failure.as_ref() == Some(&error.to_string()) => break,
                // A file that went away while the others were read makes loading fail. What was missing before has
                // to be missing twice again.
                Err(_) => missing.clear(),
            }
            self.changes.extend(self.watch.settle()?);
            loaded = self.load();
        }
        Some(loaded)
    }

    /// Looks at what changed since the sources were last loaded; at everything as long as that fails, since then nobody
    /// knows what was seen.
    fn load(&mut self) -> Result<Refreshed> {
        let is_new = self.watch.find_root();
        let root = self.watch.root().to_owned();
        if is_new {
            self.changes.insert(root.clone());
        }
        let changed: Vec<PathBuf> = self.changes.iter().cloned().collect();
        let loaded = refresh(&self.sources, &root, Some(&self.out), &changed);
        if loaded.is_err() {
            self.watch.lose_root();
            self.changes.insert(root);
        }
        loaded
    }

    /// Makes these the sources of the next build, also where no file is another one: what else they say decides what the
    /// next look sees. Returns the files that are not as they were.
    fn take_over(&mut self, refreshed: Refreshed) -> Vec<SourcePath> {
        let Refreshed { sources, copies } = refreshed;
        let mut files = differences(&self.sources, &sources);
        files.extend(self.prints.renew(self.watch.root(), copies));
        files.sort();
        files.dedup();
        self.sources = Arc::new(sources);
        self.changes.clear();
        files
    }
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

/// Whether two states of a site differ, as far as sources know.
pub fn are_different(old: &Sources, new: &Sources) -> bool {
    !differences(old, new).is_empty()
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
        ThemeFile::Static { path, hash, .. } => (path, *hash),
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
    fn a_renamed_lesson_is_missing_though_as_many_are_there() {
        let (old, new) = (sources(&[("a.md", "1")], &[]), sources(&[("b.md", "1")], &[]));
        assert_eq!(missing_files(&old, &new), BTreeSet::from([SourcePath::new("a.md")]));
        let more = sources(&[("a.md", "2"), ("b.md", "")], &[]);
        assert!(missing_files(&old, &more).is_empty());
    }
}
