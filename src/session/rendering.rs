//! Rendering: remembers pages, and what each has looked at.

use std::sync::{Arc, OnceLock};

use std::collections::HashMap;

use ahash::AHashMap;

use super::linking::Linked;
use super::{Counts, Notes, Settings};
use crate::bundle::{Bundle, Changes, Shelf};
use crate::course::{Course, LessonId};
use crate::diagnostic::Diagnostic;
use crate::memo::{Memo, One, key, key_of, key_of_all};
use crate::progress::{Progress, Step};
use crate::render::views::MapView;
use crate::render::{self, Arrangement, Frame, Page, Rendered, Surroundings, Survey, Theme};
use crate::search::Search;
use crate::source::Sources;
use crate::web::Web;
use crate::web::offline::Offline;

/// Everything from the course to the bundle.
#[derive(Default)]
pub struct Rendering {
    theme: One<(Theme, Vec<Diagnostic>)>,
    surroundings: Surroundings,
    survey: One<Survey>,
    maps: Memo<Arc<MapView>>,
    pages: Memo<Page>,
    redirects: Memo<Rendered>,
    search: Search,
    web: Web,
    arrangement: One<Arrangement>,
    offline: Offline,
    /// What the worker keeps, where there is one.
    kept: Bundle,
    bundle: Bundle,
}

impl Rendering {
    /// Renders the pages that are not remembered and puts the bundle together. Says in what it differs from the last one.
    pub fn render(
        &mut self,
        sources: &Sources,
        settings: &Settings,
        linked: &Linked<'_>,
        shelf: &dyn Shelf,
        notes: &mut Notes<'_>,
    ) -> (Bundle, Changes) {
        let course = &linked.held.course();
        let Settings { config, strings, purpose, .. } = settings;
        let theme_key = render::theme_key(sources, config, strings, *purpose);
        let ((theme, reports), _) =
            self.theme.get(theme_key, || Theme::new(sources, config, strings, *purpose));
        notes.diagnostics.extend(reports.iter().cloned());
        let frame = Frame::new(course, theme, shelf);

        let surroundings = Surroundings::new(course, linked.interfaces);
        forget_what_saw_others(&mut self.pages, &self.surroundings, &surroundings);
        self.surroundings = surroundings;
        let shared = key([frame.hash, settings.key]);
        let mut keys = render::own_keys(course, shared, &linked.hashes, linked.mention_marks);
        let ties = key_of_all(course.ties.iter().map(|ties| ties.mark));
        let (survey, _) = self.survey.get(key([linked.index_key, ties]), || {
            // The key of the index has that of the strings in it.
            Survey::new(course, &settings.strings)
        });
        let maps = fill_maps(&mut self.maps, survey, settings, course, &mut notes.counts);
        for (page, map) in &maps {
            let own = &mut keys[*page as usize];
            *own = key([*own, map.key]);
        }
        let made = Made {
            course,
            frame: &frame,
            maps: &maps,
            is_new_index: linked.is_new_index,
            progress: notes.progress,
        };
        notes.progress.begin(Step::Render, keys.len());
        fill_pages(&mut self.pages, keys, &made, &mut notes.counts);
        fill_redirects(&mut self.redirects, course, &frame, &mut notes.counts);

        let pages = self.pages.values().iter().map(|page| &page.html);
        let failed =
            pages.chain(self.redirects.values().iter()).filter_map(|page| page.as_ref().err());
        notes.diagnostics.extend(failed.map(|report| (**report).clone()));

        notes.progress.begin(Step::Index, 0);
        let layout = course.layout;
        notes.counts.lessons = layout.written;
        notes.counts.terms = layout.recognisable.len();
        notes.counts.pages = layout.reading_order.len() + layout.redirects.len();
        let files = key([linked.index_key, theme_key]);
        let (arrangement, _) =
            self.arrangement.get(files, || Arrangement::new(layout, theme, config.markdown));
        if !settings.config.search {
            self.search = Search::default();
        }
        let search = match settings.config.search {
            true => self.search.update(course, &linked.hashes, linked.index_key),
            false => &[],
        };
        notes.progress.begin(Step::Arrange, 0);
        let listed = linked.interfaces.iter().map(|interface| interface.listed);
        let web = {
            let key = key([linked.index_key, key_of_all(listed), key_of(&theme.folder)]);
            self.web.update(course, strings, &theme.folder, key)
        };
        let (pages, redirects) = (self.pages.values(), self.redirects.values());
        let before = if config.offline { &self.kept } else { &self.bundle };
        let mut bundle = arrangement.bundle(pages, redirects, search, web, before);
        self.kept = Bundle::default();
        if config.offline {
            self.kept = bundle.clone();
            bundle = self.offline.add(&bundle, &sources.hashes, &self.bundle);
        }
        let changes = bundle.changes_since(&self.bundle);
        self.bundle = bundle.clone();
        (bundle, changes)
    }
}

/// Forgets the pages that have looked at something that shows something else now.
fn forget_what_saw_others(pages: &mut Memo<Page>, then: &Surroundings, now: &Surroundings) {
    let changed = now.changed_since(then);
    if !changed.is_empty() {
        pages.forget(|page| page.seen.iter().any(|seen| changed.contains(seen)));
    }
}

/// The maps of a course by the pages they are on.
type Maps = HashMap<LessonId, Arc<MapView>>;

/// What pages are made from.
struct Made<'a> {
    course: &'a Course<'a>,
    frame: &'a Frame<'a>,
    maps: &'a Maps,
    is_new_index: bool,
    progress: &'a Progress,
}

fn fill_maps(
    maps: &mut Memo<Arc<MapView>>,
    survey: &Survey,
    settings: &Settings,
    course: &Course<'_>,
    counts: &mut Counts,
) -> Maps {
    let keys = survey.sheets.iter().map(|sheet| sheet.key).collect();
    let made =
        maps.fill(keys, |at, _| render::map(course, survey, &settings.strings, &survey.sheets[at]));
    counts.drawn = made.len();
    let pages = survey.sheets.iter().map(|sheet| sheet.page);
    pages.zip(maps.values().iter().cloned()).collect()
}

fn fill_pages(pages: &mut Memo<Page>, keys: Vec<u128>, from: &Made<'_>, counts: &mut Counts) {
    let by_key = OnceLock::new();
    let made = pages.fill(keys, |id, before| {
        from.progress.step();
        let find = |key: u128| {
            let here = before.get(id).filter(|page| page.key == key);
            // Only where the numbers have changed can a page have been elsewhere.
            let elsewhere = || {
                let by_key: &AHashMap<u128, usize> = by_key.get_or_init(|| {
                    before.iter().enumerate().map(|(at, page)| (page.key, at)).collect()
                });
                by_key.get(&key).map(|at| &before[*at])
            };
            let known = if from.is_new_index { here.or_else(elsewhere) } else { here };
            known.map(|page| page.html.clone())
        };
        let id = id as LessonId;
        from.frame.page(from.course, id, from.maps.get(&id).cloned(), &find)
    });
    counts.viewed = made.len();
    counts.rendered = made.iter().filter(|id| pages.values()[**id].is_new).count();
}

fn fill_redirects(
    redirects: &mut Memo<Rendered>,
    course: &Course<'_>,
    frame: &Frame<'_>,
    counts: &mut Counts,
) {
    let views = course.layout.redirects.iter();
    let views: Vec<_> = views.map(|(from, to)| render::redirect(course, from, *to)).collect();
    let keys = views.iter().map(|view| frame.key(view)).collect();
    let made = redirects.fill(keys, |at, _| frame.redirect(&views[at]));
    counts.rendered += made.len();
}
