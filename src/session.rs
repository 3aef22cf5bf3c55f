//! A session: one build after another, each remembering the work of the one before.
//!
//! The only state of the pipeline. It remembers by value: what was made of an input is found again under the hash of
//! that input, so nothing can go stale and nobody has to say what changed. A clean build is the first build of a new
//! session; there is no other way.

use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

use crate::bundle::Bundle;
use crate::config::{Config, TermLinks, with_trailing_slash};
use crate::course::{Course, LessonId};
use crate::diagnostic::{Diagnostic, Severity};
use crate::glossary::Glossary;
use crate::language::Language;
use crate::lesson::{Lesson, Role};
use crate::link::{Site, link};
use crate::parse::{self, Parsed};
use crate::recognise::{Recognised, recognise};
use crate::render::{self, Frame, Rendered, Theme};
use crate::source::Sources;

/// What a build is asked for beside its sources.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Drafts are published too.
    pub drafts: bool,
    /// Stands in for `base_url` of `site.toml`.
    pub base_url: Option<String>,
}

/// What a build gives back.
#[derive(Clone, Debug)]
pub struct Build {
    pub bundle: Bundle,
    pub course: Course,
    /// Sorted by place; the site's own severities are in force.
    pub diagnostics: Vec<Diagnostic>,
    pub counts: Counts,
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
    /// Pages that were rendered and not remembered.
    pub rendered: usize,
}

impl Build {
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Remembers what was made of what. See the module.
#[derive(Default)]
pub struct Session {
    lessons: Memo<Parsed>,
    recognised: Memo<Arc<Recognised>>,
    bodies: Memo<Arc<str>>,
    pages: Memo<Rendered>,
    redirects: Memo<Rendered>,
    theme: Option<(u128, Arc<Theme>, Vec<Diagnostic>)>,
}

impl Session {
    /// Builds a site: parse, link, render. Never fails; what is wrong with the sources is among the diagnostics.
    pub fn build(&mut self, sources: &Sources, options: &Options) -> Build {
        let mut diagnostics = sources.diagnostics.clone();
        let config = configure(sources, options, &mut diagnostics);

        let (all, parsed) = self.parse(sources, options, &mut diagnostics);
        let is_published = |lesson: &Arc<Lesson>| !lesson.front.draft || options.drafts;
        let (lessons, drafts): (Vec<_>, Vec<_>) = all.into_iter().partition(is_published);
        let glossary = Glossary::new(&lessons, Language::of_tag(&config.language));
        let (recognised, recognised_now) = self.recognise(&lessons, &glossary, config.term_links);
        let site = Site {
            config: &config,
            content: &sources.content,
            name: &sources.name,
            lessons,
            drafts,
            glossary: &glossary,
            recognised,
            assets: &sources.assets,
        };
        let (course, reports) = link(site);
        diagnostics.extend(reports);

        let theme = self.theme(sources, &config, &mut diagnostics);
        let (pages, rendered) = self.render(&course, &theme, &mut diagnostics);
        let mut counts = count(&course);
        counts = Counts { parsed, recognised: recognised_now, rendered, ..counts };
        let bundle = render::bundle(&course, &theme, pages);
        Build { bundle, course, diagnostics: settle(diagnostics, &config), counts }
    }

    /// Parses every lesson that is not remembered. Returns all of them and how many were parsed; drafts that stay at home
    /// report nothing.
    fn parse(
        &mut self,
        sources: &Sources,
        options: &Options,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (Vec<Arc<Lesson>>, usize) {
        let keyed = sources.lessons.par_iter().map(|source| (source.hash, source)).collect();
        let (parsed, count) =
            self.lessons.fill(keyed, |source| parse::lesson(source, &sources.content));
        let mut lessons = Vec::with_capacity(parsed.len());
        for Parsed { lesson, diagnostics: reports } in parsed {
            if !lesson.front.draft || options.drafts {
                diagnostics.extend(reports.iter().cloned());
            }
            lessons.push(lesson);
        }
        (lessons, count)
    }

    /// Recognises the terms in every lesson, unless its text and the glossary's forms are those of the last build. Returns
    /// what stands in each and how many were looked through.
    fn recognise(
        &mut self,
        lessons: &[Arc<Lesson>],
        glossary: &Glossary,
        rule: TermLinks,
    ) -> (Vec<Arc<Recognised>>, usize) {
        let keyed = lessons.par_iter().map(|lesson| {
            let mut hasher = Xxh3::new();
            hasher.write_u128(lesson.hash);
            hasher.write_u128(glossary.hash);
            rule.hash(&mut hasher);
            (hasher.digest128(), lesson)
        });
        self.recognised.fill(keyed.collect(), |lesson| Arc::new(recognise(lesson, glossary, rule)))
    }

    /// Puts the theme together, unless the last build's serves.
    fn theme(
        &mut self,
        sources: &Sources,
        config: &Config,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Arc<Theme> {
        let key = render::theme_key(sources, config);
        let (_, theme, reports) = match self.theme.take() {
            Some(known) if known.0 == key => self.theme.insert(known),
            _ => {
                let (theme, reports) = Theme::new(sources, config);
                self.theme.insert((key, Arc::new(theme), reports))
            }
        };
        diagnostics.extend(reports.iter().cloned());
        theme.clone()
    }

    /// Renders every page that is not remembered. Returns all pages by address and how many were rendered.
    fn render(
        &mut self,
        course: &Course,
        theme: &Theme,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (BTreeMap<String, Arc<[u8]>>, usize) {
        let ids: Vec<LessonId> = render::pages_of(course).collect();
        let spelled = ids.par_iter().map(|id| {
            let spelled = Arc::new(render::spell(course, *id));
            (render::body_key(course.lesson(*id), &spelled), (*id, spelled))
        });
        let spelled: Vec<_> = spelled.collect();
        let spellings: Vec<_> = spelled.iter().map(|(_, (_, spelled))| spelled.clone()).collect();
        let (bodies, _) = self
            .bodies
            .fill(spelled, |(id, spelled)| render::body(course.lesson(id), &spelled).into());

        let frame = Frame::new(course, theme);
        let views = ids.par_iter().zip(spellings).zip(bodies).map(|((id, spelled), body)| {
            let view = render::page(course, *id, &spelled, body);
            (frame.key(&view), view)
        });
        let views = views.collect();
        let (mut pages, mut rendered) = self.pages.fill(views, |view| frame.page(&view));

        let redirects = course.redirects.iter();
        let views = redirects.map(|(from, to)| {
            let view = render::redirect(course, from, *to);
            (frame.key(&view), view)
        });
        let (redirects, count) = self.redirects.fill(views.collect(), |view| frame.redirect(&view));
        pages.extend(redirects);
        rendered += count;

        let addresses = ids.iter().map(|id| course.address(*id)).chain(course.redirects.keys());
        let mut by_address = BTreeMap::new();
        for (address, page) in addresses.zip(pages) {
            match page {
                Ok(bytes) => {
                    by_address.insert(address.to_string(), bytes);
                }
                Err(report) => diagnostics.push(*report),
            }
        }
        (by_address, rendered)
    }
}

/// Reads `site.toml`, if there is one, and lets the command line have the last word.
fn configure(sources: &Sources, options: &Options, diagnostics: &mut Vec<Diagnostic>) -> Config {
    let mut config = Config::default();
    if let Some(source) = &sources.config {
        let (read, reports) = parse::site(source);
        config = read;
        diagnostics.extend(reports);
    }
    if let Some(base_url) = &options.base_url {
        config.base_url = Some(with_trailing_slash(base_url.clone()));
    }
    config
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

fn count(course: &Course) -> Counts {
    let written = course.lessons.iter().filter(|lesson| !lesson.is_implied);
    let lessons =
        written.filter(|lesson| matches!(lesson.role, Role::Home | Role::Unit | Role::Lesson));
    let pages = render::pages_of(course).count() + course.redirects.len();
    Counts {
        lessons: lessons.count(),
        terms: course.recognisable.len(),
        pages,
        ..Counts::default()
    }
}

/// Results by the hash of what they were made of; those that a build does not ask for are forgotten after it.
struct Memo<T> {
    known: HashMap<u128, T>,
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self { known: HashMap::new() }
    }
}

impl<T: Clone + Send + Sync> Memo<T> {
    /// Returns the result for each input, in order, and how many had to be made. Forgets all others.
    fn fill<I: Send>(
        &mut self,
        inputs: Vec<(u128, I)>,
        make: impl Fn(I) -> T + Sync,
    ) -> (Vec<T>, usize) {
        let old = std::mem::take(&mut self.known);
        let (results, count) = make_missing(&old, inputs, make);
        self.known = results.iter().cloned().collect();
        (results.into_iter().map(|(_, result)| result).collect(), count)
    }
}

fn make_missing<T: Clone + Send + Sync, I: Send>(
    known: &HashMap<u128, T>,
    inputs: Vec<(u128, I)>,
    make: impl Fn(I) -> T + Sync,
) -> (Vec<(u128, T)>, usize) {
    let made: Vec<(u128, T, bool)> = inputs
        .into_par_iter()
        .map(|(key, input)| match known.get(&key) {
            Some(known) => (key, known.clone(), false),
            None => (key, make(input), true),
        })
        .collect();
    let count = made.iter().filter(|(_, _, is_new)| *is_new).count();
    (made.into_iter().map(|(key, result, _)| (key, result)).collect(), count)
}
