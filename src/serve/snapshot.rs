//! Snapshots: what the server shows from one build to the next.
//!
//! A request is answered from one snapshot, so it meets the site of one build and no mixture. A build whose content has
//! errors leaves the last good site in place and adds what is wrong; only where there was no good site yet, the broken
//! one is shown as well as it can be.
//!
//! Of a build whose pages could wait it is known when all of them have been rendered whether it is good. Until then it is
//! shown as if it were; if it is not, the last good site comes back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::changes::{Changed, changed};
use crate::bundle::Bundle;
use crate::course::Origins;
use crate::diagnostic::Diagnostic;
use crate::report::{Counts, Format, Report, count};
use crate::session::Build;
use crate::session::pages::{Pages, Rest};
use crate::source::{SourcePath, Sources};

/// What is shown now.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Counts what is shown, from 1: one for each build, and one where a site comes back.
    pub build: u64,
    pub site: Arc<Site>,
    pub problems: Arc<Problems>,
    /// What this build changed in what is shown.
    pub changed: Arc<Changed>,
    /// The builds that last changed assets, by their addresses; those that never changed are left out.
    pub assets: Arc<BTreeMap<String, u64>>,
    /// The build that last changed the search index; 0 where none has.
    pub search: u64,
}

/// A site as one build made it.
#[derive(Clone, Debug)]
pub struct Site {
    pub bundle: Bundle,
    pub pages: Arc<Pages>,
    pub origins: Arc<Origins>,
    pub sources: Arc<Sources>,
}

/// What is wrong with the sources, as the terminal tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    pub diagnostics: Vec<Diagnostic>,
    pub counts: Counts,
    pub text: String,
    /// The site that is shown is older than these.
    pub is_held_back: bool,
}

/// Turns builds into snapshots.
#[derive(Default)]
pub struct Preview {
    last: Option<Snapshot>,
    /// Whether the site that is shown has no errors that are known.
    is_good: bool,
    /// The last site that was rendered whole and has no errors.
    good: Option<Arc<Site>>,
}

impl Preview {
    /// Takes a build of `sources`, and what is left of it. `touched` are the files that differ from those of the build
    /// before; `folder` is the site's folder as the user named it.
    pub fn take(
        &mut self,
        (build, rest): (Build, &Rest),
        sources: Arc<Sources>,
        touched: &[SourcePath],
        folder: &str,
    ) -> Snapshot {
        let mut problems = Problems::of(build.diagnostics, &sources, folder);
        let is_broken = problems.counts.errors > 0;
        problems.is_held_back = is_broken && self.is_good;
        let (bundle, origins, pages) = (build.bundle, build.origins, rest.pages().clone());
        let fresh = Arc::new(Site { bundle, pages, origins, sources });
        let snapshot = match self.last.take() {
            None => Snapshot {
                build: 1,
                site: fresh.clone(),
                problems: Arc::new(problems),
                changed: Arc::default(),
                assets: Arc::default(),
                search: 0,
            },
            Some(last) => {
                let is_held_back = problems.is_held_back;
                let site = if is_held_back { last.site.clone() } else { fresh.clone() };
                let touched: BTreeSet<_> = touched.iter().cloned().collect();
                last.followed_by(site, problems, &touched)
            }
        };
        self.is_good |= !is_broken;
        if !is_broken && rest.is_empty() {
            self.good = Some(fresh);
        }
        self.last = Some(snapshot.clone());
        snapshot
    }

    /// Takes all that is wrong with the last build, now that the rest of it has been rendered. What is shown then, where
    /// something about it is new.
    pub fn settle(
        &mut self,
        diagnostics: Vec<Diagnostic>,
        sources: &Sources,
        folder: &str,
    ) -> Option<Snapshot> {
        let last = self.last.as_ref()?;
        let mut problems = Problems::of(diagnostics, sources, folder);
        let is_broken = problems.counts.errors > 0;
        problems.is_held_back = last.problems.is_held_back;
        if !is_broken {
            self.good = Some(last.site.clone());
        }
        if problems == *last.problems {
            return None;
        }
        let good = self.good.clone().filter(|_| is_broken && !problems.is_held_back);
        let snapshot = match good {
            Some(good) => {
                problems.is_held_back = true;
                last.clone().followed_by(good, problems, &BTreeSet::new())
            }
            None => Snapshot { problems: Arc::new(problems), ..last.clone() },
        };
        self.is_good = !is_broken || snapshot.problems.is_held_back;
        self.last = Some(snapshot.clone());
        Some(snapshot)
    }
}

impl Problems {
    fn of(diagnostics: Vec<Diagnostic>, sources: &Sources, folder: &str) -> Self {
        let report = Report { diagnostics: &diagnostics, sources, folder };
        let (text, counts) = (report.render(Format::Human, false), count(&diagnostics));
        Self { diagnostics, counts, text, is_held_back: false }
    }
}

impl Snapshot {
    /// The snapshot after this one.
    fn followed_by(
        self,
        site: Arc<Site>,
        problems: Problems,
        touched: &BTreeSet<SourcePath>,
    ) -> Self {
        let changed = changed(&self.site.bundle, &site.bundle, touched);
        let build = self.build + 1;
        let assets = with_changes(self.assets, &changed, build);
        let search = if changed.search { build } else { self.search };
        let (problems, changed) = (Arc::new(problems), Arc::new(changed));
        Self { build, site, problems, changed, assets, search }
    }
}

fn with_changes(
    mut assets: Arc<BTreeMap<String, u64>>,
    changed: &Changed,
    build: u64,
) -> Arc<BTreeMap<String, u64>> {
    if !changed.assets.is_empty() {
        let entries = changed.assets.iter().map(|path| (path.clone(), build));
        Arc::make_mut(&mut assets).extend(entries);
    }
    assets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Options, Session};
    use crate::source::{Source, ThemeFile};

    fn take(preview: &mut Preview, lessons: &[(&str, &str)]) -> Snapshot {
        let lessons = lessons.iter();
        let lessons = lessons.map(|(path, text)| Source::new(SourcePath::new(path), text));
        let content = "content".to_owned();
        let sources = Sources { content, lessons: lessons.collect(), ..Sources::default() };
        let (build, rest) = Session::default().preview(&sources, &Options::default(), 32);
        preview.take((build, &rest), Arc::new(sources), &[], ".")
    }

    const GOOD: (&str, &str) = ("content/a.md", "# A\n\nText.\n");
    const BROKEN: (&str, &str) = ("content/a.md", "# A\n\n[[nowhere]]\n");

    #[test]
    fn a_broken_build_keeps_the_last_good_site() {
        let mut preview = Preview::default();
        let good = take(&mut preview, &[GOOD]);
        let broken = take(&mut preview, &[BROKEN]);
        assert_eq!(broken.site.bundle, good.site.bundle);
        assert_eq!(broken.build, 2);
        assert!(broken.problems.is_held_back && broken.problems.text.contains("nowhere"));
        assert_eq!(*broken.changed, Changed::default());
        let mended = take(&mut preview, &[("content/a.md", "# A\n\nOther.\n")]);
        assert_eq!(mended.changed.pages, ["a.html"]);
        assert_eq!(*mended.problems, Problems::default());
    }

    /// A course whose pages have to wait, by what its template says.
    fn waiting(session: &mut Session, template: &str) -> (Build, Rest, Arc<Sources>) {
        let path = SourcePath::new("themes/own/templates/lesson.html");
        let template = Source::new(path, template);
        let lesson = |number| {
            let path = SourcePath::new(&format!("content/{number}.md"));
            Source::new(path, &format!("# Lesson {number}\n"))
        };
        let files = vec![ThemeFile::Template { name: "lesson.html".to_owned(), source: template }];
        let sources = Sources {
            content: "content".to_owned(),
            config: Some(Source::new(SourcePath::new("site.toml"), "theme = \"own\"\n")),
            lessons: (10..20).map(lesson).collect(),
            themes: vec![("own".to_owned(), files)],
            ..Sources::default()
        };
        let (build, rest) = session.preview(&sources, &Options::default(), 0);
        assert!(!rest.is_empty());
        (build, rest, Arc::new(sources))
    }

    const FAILS: &str = "{% if page.title == \"Lesson 15\" %}{{ page.nothing.here }}{% endif %}";

    fn show(
        preview: &mut Preview,
        (build, rest, sources): &(Build, Rest, Arc<Sources>),
    ) -> Snapshot {
        preview.take((build.clone(), rest), sources.clone(), &[], ".")
    }

    fn settle(
        preview: &mut Preview,
        (_, rest, sources): &(Build, Rest, Arc<Sources>),
    ) -> Option<Snapshot> {
        let whole = rest.render(&|| true).expect("nobody ends it");
        preview.settle(whole.diagnostics, sources, ".")
    }

    #[test]
    fn when_the_rest_turns_out_to_be_broken_the_last_good_site_comes_back() {
        let (mut preview, mut session) = (Preview::default(), Session::default());
        let good = waiting(&mut session, "good");
        let first = show(&mut preview, &good);
        assert!(settle(&mut preview, &good).is_none());
        let broken = waiting(&mut session, FAILS);
        let shown = show(&mut preview, &broken);
        assert!(*shown.problems == Problems::default() && !Arc::ptr_eq(&shown.site, &first.site));
        let back = settle(&mut preview, &broken).expect("there is a mistake");
        assert!(Arc::ptr_eq(&back.site, &first.site) && back.problems.is_held_back);
        assert_eq!((back.build, back.problems.counts.errors), (3, 1));
        assert!(back.changed.pages.contains(&"15.html".to_owned()));
        // Before it is known that this one is good, the last good one is still the first.
        let unknown = waiting(&mut session, "unknown");
        assert!(!show(&mut preview, &unknown).problems.is_held_back);
        let broken = waiting(&mut session, &format!("again {FAILS}"));
        show(&mut preview, &broken);
        let back = settle(&mut preview, &broken).expect("there is a mistake");
        assert!(Arc::ptr_eq(&back.site, &first.site));
    }

    #[test]
    fn without_a_good_site_the_rest_is_told_and_the_site_stays() {
        let (mut preview, mut session) = (Preview::default(), Session::default());
        let broken = waiting(&mut session, FAILS);
        let first = show(&mut preview, &broken);
        let told = settle(&mut preview, &broken).expect("there is a mistake");
        assert!(Arc::ptr_eq(&told.site, &first.site) && !told.problems.is_held_back);
        assert_eq!((told.build, told.problems.counts.errors), (1, 1));
        let other = waiting(&mut session, &format!("other {FAILS}"));
        assert!(!show(&mut preview, &other).problems.is_held_back);
    }

    #[test]
    fn without_a_good_site_the_broken_one_is_shown() {
        let mut preview = Preview::default();
        let first = take(&mut preview, &[BROKEN]);
        assert!(first.site.bundle.files.contains_key("a.html"));
        assert!(!first.problems.is_held_back);
        let second = take(&mut preview, &[BROKEN, ("content/b.md", "# B\n")]);
        assert!(second.site.bundle.files.contains_key("b.html"));
    }
}
