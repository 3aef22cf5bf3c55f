//! A session: one build after another, each remembering the work of the one before.
//!
//! The only state of the pipeline. It remembers by value: what was made of an input is found again under the hash of
//! that input, so nothing can go stale and nobody has to say what changed. A clean build is the first build of a new
//! session; there is no other way.

pub mod desk;
mod linking;
pub mod pages;
mod reading;
mod rendering;

use crate::bundle::{Bundle, Changes, Memory, Purpose, Shelf};
use std::sync::Arc;

use crate::config::{Config, path_of, with_trailing_slash};
use crate::course::{LessonId, Origins};
use crate::diagnostic::{Diagnostic, Severity};
use crate::memo::{One, key, key_of};
use crate::parse;
use crate::progress::Progress;
use crate::render;
use crate::source::Sources;
use crate::strings::Strings;
use desk::Desk;
use linking::Linking;
use pages::{Pages, Rest};
use reading::Reading;
use rendering::{Made, Place, Rendering};

/// What a build is asked for beside its sources.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Drafts are published too.
    pub drafts: bool,
    /// Stands in for `base_url` of `site.toml`.
    pub base_url: Option<String>,
    /// What the bundle is made for.
    pub purpose: Purpose,
}

/// What a build gives back.
#[derive(Clone, Debug)]
pub struct Build {
    /// Shares with the bundle before what is the same in both.
    pub bundle: Bundle,
    /// In what the bundle differs from that of the session's build before; of the first build, everything.
    pub changes: Changes,
    /// Sorted by place; the site's own severities are in force.
    pub diagnostics: Vec<Diagnostic>,
    pub counts: Counts,
    /// Where each page is written.
    pub origins: Arc<Origins>,
}

/// How much there was, and how much of it had to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pages of lessons, units and the home page that an author wrote.
    pub lessons: usize,
    pub terms: usize,
    pub pages: usize,
    /// Files that were parsed and not remembered.
    pub parsed: usize,
    /// Lessons in which terms were looked for, and not remembered.
    pub recognised: usize,
    /// 1 where the names of the course had to be indexed anew.
    pub indexed: usize,
    /// Lessons whose links and names were resolved, and not remembered.
    pub resolved: usize,
    /// Maps that were drawn, with the pages they are on.
    pub drawn: usize,
    /// Pages of which it was worked out what they show, and not remembered.
    pub viewed: usize,
    /// Pages that were rendered and not remembered.
    pub rendered: usize,
    /// Pages that were read for the search, and not remembered.
    pub searched: usize,
}

impl Build {
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Remembers what was made of what. See the module.
#[derive(Default)]
pub struct Session {
    progress: Arc<Progress>,
    strings: One<(Arc<Strings>, Vec<Diagnostic>)>,
    reading: Reading,
    linking: Linking,
    rendering: Rendering,
    desk: Arc<Desk>,
}

/// What a build tells beside its result.
struct Notes<'a> {
    diagnostics: Vec<Diagnostic>,
    counts: Counts,
    progress: &'a Progress,
}

/// A site's settings with the hash of what they were read from.
struct Settings {
    config: Config,
    /// What is said in the site's language.
    strings: Arc<Strings>,
    purpose: Purpose,
    key: u128,
}

impl Session {
    /// A session whose builds tell how far they are.
    pub fn watched(progress: Arc<Progress>) -> Self {
        Self { progress, ..Self::default() }
    }

    /// Builds a site: parse, link, render. Never fails; what is wrong with the sources is among the diagnostics.
    pub fn build(&mut self, sources: &Sources, options: &Options) -> Build {
        self.build_onto(sources, options, &Memory)
    }

    /// As [`Self::build`], with the pages on a shelf. Pages of builds before are where those builds have put them.
    pub fn build_onto(&mut self, sources: &Sources, options: &Options, shelf: &dyn Shelf) -> Build {
        self.run(sources, options, Place::Shelf(shelf)).0
    }

    /// Builds a site to be looked at while it is written, whatever `options` say of its purpose. Pages are rendered when
    /// they are asked for, and not kept. Up to `at_once` new ones are rendered before this returns; of more the rest can
    /// wait, and what is wrong with it is told when it has been rendered. A session is for previews, or for builds of
    /// another kind.
    pub fn preview(
        &mut self,
        sources: &Sources,
        options: &Options,
        at_once: usize,
    ) -> (Build, Rest) {
        let options = Options { purpose: Purpose::Preview, ..options.clone() };
        let desk = self.desk.clone();
        let place = Place::Desk { desk: &desk, at_once };
        let (build, pages, left) = self.run(sources, &options, place);
        let diagnostics = build.diagnostics.clone();
        (build, Rest::new(pages, left, diagnostics))
    }

    /// Where the pages of previews are that were made or asked for last.
    pub fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    fn run(
        &mut self,
        sources: &Sources,
        options: &Options,
        place: Place<'_>,
    ) -> (Build, Pages, Vec<LessonId>) {
        let progress = self.progress.clone();
        let mut notes = Notes {
            diagnostics: sources.diagnostics.clone(),
            counts: Counts::default(),
            progress: &progress,
        };
        let settings = self.configure(sources, options, &mut notes.diagnostics);
        // What browsers are to keep is known to them by another hash, so it has to be at hand at the end.
        let place = if settings.config.offline { Place::Shelf(&Memory) } else { place };
        let texts = self.reading.read(sources, options, &mut notes);
        let linked = self.linking.link(sources, &settings, &texts, &mut notes);
        let made = self.rendering.render(sources, &settings, &linked, place, &mut notes);
        let Made { bundle, changes, pages, left } = made;
        let origins = linked.held.course().layout.origins.clone();
        let Notes { diagnostics, counts, .. } = notes;
        let diagnostics = settle(diagnostics, &settings.config);
        (Build { bundle, changes, diagnostics, counts, origins }, pages, left)
    }

    /// Reads `site.toml`, if there is one, lets the command line have the last word, and finds the strings of the
    /// site's language.
    fn configure(
        &mut self,
        sources: &Sources,
        options: &Options,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Arc<Settings> {
        let mut config = Config::default();
        if let Some(source) = &sources.config {
            let (read, reports) = parse::site(source);
            config = read;
            diagnostics.extend(reports);
        }
        if let Some(base_url) = &options.base_url {
            config.base_url = Some(with_trailing_slash(base_url.clone()));
        }
        // The preview serves from the root, wherever the site will be.
        config.root = match options.purpose {
            Purpose::Preview => Some("/".to_owned()),
            Purpose::Publish => config.base_url.as_deref().and_then(path_of).map(str::to_owned),
        };
        // Only what is published is read by programs, and a preview that a browser keeps would show what is no longer so.
        config.offline &= options.purpose == Purpose::Publish;
        config.markdown &= options.purpose == Purpose::Publish;
        let strings_key = render::strings_key(sources, &config);
        let ((strings, reports), _) =
            self.strings.get(strings_key, || render::strings(sources, &config));
        diagnostics.extend(reports.iter().cloned());
        let read = sources.config.as_ref().map(|source| source.hash);
        let read = key_of(&(read, &config.base_url, options.purpose));
        Arc::new(Settings {
            key: key([read, strings.hash]),
            strings: strings.clone(),
            purpose: options.purpose,
            config,
        })
    }
}

/// Gives every diagnostic the severity the site wants, leaves out those it has switched off, and sorts them. A template
/// that fails on every page is told once.
fn settle(diagnostics: Vec<Diagnostic>, config: &Config) -> Vec<Diagnostic> {
    let mut settled: Vec<Diagnostic> = diagnostics
        .into_iter()
        .filter_map(|mut diagnostic| {
            diagnostic.severity = config.severity(diagnostic.code)?;
            Some(diagnostic)
        })
        .collect();
    settled.sort_by(Diagnostic::order);
    settled.dedup();
    settled
}
