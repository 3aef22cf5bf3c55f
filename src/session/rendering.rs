//! Rendering: remembers pages, and what each has looked at.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::desk::Desk;
use super::linking::Linked;
use super::pages::{Material, Pages, Slot};
use super::{Counts, Notes, Settings};
use crate::bundle::{Bundle, Changes, Memory, Shelf};
use crate::course::{Course, LessonId};
use crate::diagnostic::Diagnostic;
use crate::memo::{Memo, One, key, key_of, key_of_all};
use crate::progress::Step;
use crate::render::{self, Arrangement, Frame, Rendered, Surroundings, Survey, Theme};
use crate::search::Search;
use crate::source::Sources;
use crate::web::Web;
use crate::web::offline::Offline;

/// Everything from the course to the bundle.
#[derive(Default)]
pub struct Rendering {
    theme: One<(Arc<Theme>, Vec<Diagnostic>)>,
    surroundings: Surroundings,
    survey: One<Arc<Survey>>,
    pages: Memo<Arc<Slot>>,
    /// The slots that the last build left empty.
    left: Vec<LessonId>,
    has_failed: Arc<AtomicBool>,
    redirects: Memo<Rendered>,
    search: Search,
    web: Web,
    arrangement: One<Arc<Arrangement>>,
    offline: Offline,
    /// What the worker keeps, where there is one.
    kept: Bundle,
    bundle: Bundle,
}

impl Rendering {
    /// Renders the pages that are not remembered and puts the bundle together. Where pages go to a shelf all are rendered;
    /// where there is a desk those that can wait are not.
    pub fn render(
        &mut self,
        sources: &Sources,
        settings: &Settings,
        linked: &Linked<'_>,
        place: Place<'_>,
        notes: &mut Notes<'_>,
    ) -> Made {
        let course = &linked.held.course();
        let Settings { config, strings, purpose, .. } = settings;
        let theme_key = render::theme_key(sources, config, strings, *purpose);
        self.forget_what_saw_others(Surroundings::new(course, linked.interfaces));
        let ((theme, reports), _) = self.theme.get(theme_key, || {
            let (theme, reports) = Theme::new(sources, config, strings, *purpose);
            (Arc::new(theme), reports)
        });
        notes.diagnostics.extend(reports.iter().cloned());
        let ties = key_of_all(course.ties.iter().map(|ties| ties.mark));
        let (survey, _) = self.survey.get(key([linked.index_key, ties]), || {
            // The key of the index has that of the strings in it.
            Arc::new(Survey::new(course, strings))
        });
        let frame = Frame::new(course, theme, survey, place.shelf());

        let shared = key([frame.hash, settings.key]);
        let layout = course.layout;
        let files = key([linked.index_key, theme.files_key]);
        let arranged = || Arc::new(Arrangement::new(layout, theme, config.markdown));
        let (mut keys, (arrangement, _)) = rayon::join(
            || render::own_keys(course, shared, &linked.hashes, linked.mention_marks),
            || self.arrangement.get(files, arranged),
        );
        for (page, sheet) in &survey.sheets {
            let own = &mut keys[*page as usize];
            *own = key([*own, sheet.key]);
        }
        let material = Material {
            held: linked.held.clone(),
            theme: theme.clone(),
            survey: survey.clone(),
            arrangement: arrangement.clone(),
            is_new_index: linked.is_new_index,
            desk: place.desk(),
            has_failed: self.has_failed.clone(),
        };
        notes.progress.begin(Step::Render, keys.len());
        let (pages, missing) = Pages::new(&mut self.pages, keys, place.is_lazy(), material);
        let (now, left) = pages.part(missing, place.at_once());
        pages.fill(&now, place.shelf(), &|| {
            notes.progress.step();
            true
        });
        self.left.clone_from(&left);
        notes.counts.viewed = now.len();
        notes.counts.rendered = pages.rendered(&now);
        notes.counts.drawn = pages.drawn(&now);
        fill_redirects(&mut self.redirects, course, &frame, &mut notes.counts);
        let redirects = self.redirects.values().iter();
        let failed = redirects.filter_map(|page| Some(&**page.as_ref().err()?));
        notes.diagnostics.extend(pages.errors().chain(failed).cloned());

        notes.progress.begin(Step::Index, 0);
        notes.counts.lessons = layout.written;
        notes.counts.terms = layout.recognisable.len();
        notes.counts.pages = layout.reading_order.len() + layout.redirects.len();
        if !settings.config.search {
            self.search = Search::default();
        }
        let (search, read) = match settings.config.search {
            true => {
                // The folder says which lessons are units and terms.
                let settings = key([settings.key, key_of(&sources.content)]);
                let Linked { hashes, index_key, .. } = linked;
                self.search.update(course, hashes, settings, *index_key, place.assets())
            }
            false => (&[][..], 0),
        };
        notes.counts.searched = read;
        notes.progress.begin(Step::Arrange, 0);
        let listed = linked.interfaces.iter().map(|interface| interface.listed);
        let web = {
            let key = key([linked.index_key, key_of_all(listed), key_of(&theme.folder)]);
            self.web.update(course, strings, &theme.folder, key)
        };
        let before = if config.offline { &self.kept } else { &self.bundle };
        let (page, markdown) = (|id| pages.slot(id).output(), |id| pages.slot(id).markdown());
        let redirects = self.redirects.values();
        let mut bundle = arrangement.bundle(page, markdown, redirects, search, web, before);
        self.kept = Bundle::default();
        if config.offline {
            self.kept = bundle.clone();
            bundle = self.offline.add(&bundle, &sources.hashes, &self.bundle);
        }
        let changes = bundle.changes_since(&self.bundle);
        self.bundle = bundle.clone();
        Made { bundle, changes, pages, left }
    }

    /// Forgets the pages that have looked at something that shows something else now, and those of which nobody knows
    /// yet what they look at.
    fn forget_what_saw_others(&mut self, now: Surroundings) {
        let changed = now.changed_since(&self.surroundings);
        self.surroundings = now;
        let slots = self.pages.values();
        let has_empty = self.left.iter().any(|id| slots[*id as usize].page().is_none());
        if has_empty || !changed.is_empty() {
            self.pages.forget(|slot| match slot.page() {
                Some(page) => page.seen.iter().any(|seen| changed.contains(seen)),
                None => true,
            });
        }
    }
}

/// Where pages go when they are made.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    /// There, all of them.
    Shelf(&'a dyn Shelf),
    /// There, for the preview; of more than `at_once` pages those are not made yet that can wait.
    Desk { desk: &'a Arc<Desk>, at_once: usize },
}

impl<'a> Place<'a> {
    fn is_lazy(self) -> bool {
        matches!(self, Self::Desk { .. })
    }

    fn shelf(self) -> &'a dyn Shelf {
        match self {
            Self::Shelf(shelf) => shelf,
            Self::Desk { desk, .. } => &**desk,
        }
    }

    /// For files that cannot be made again when they are asked for.
    fn assets(self) -> &'a dyn Shelf {
        match self {
            Self::Shelf(shelf) => shelf,
            Self::Desk { .. } => &Memory,
        }
    }

    fn desk(self) -> Arc<Desk> {
        match self {
            Self::Shelf(_) => Arc::default(),
            Self::Desk { desk, .. } => desk.clone(),
        }
    }

    fn at_once(self) -> usize {
        match self {
            Self::Shelf(_) => usize::MAX,
            Self::Desk { at_once, .. } => at_once,
        }
    }
}

/// What rendering comes to.
pub struct Made {
    pub bundle: Bundle,
    /// In what it differs from the last one.
    pub changes: Changes,
    pub pages: Pages,
    /// The pages that are not made yet.
    pub left: Vec<LessonId>,
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
