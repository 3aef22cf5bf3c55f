//! Snapshots: what the server shows from one build to the next.
//!
//! A request is answered from one snapshot, so it meets the site of one build and no mixture. A build whose content has
//! errors leaves the last good site in place and adds what is wrong; only where there was no good site yet, the broken
//! one is shown as well as it can be.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::changes::{Changed, changed};
use crate::bundle::Bundle;
use crate::course::Origins;
use crate::diagnostic::Diagnostic;
use crate::report::{Counts, Format, Report, count};
use crate::session::Build;
use crate::source::{SourcePath, Sources};

/// What is shown now.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The number of the build, from 1.
    pub build: u64,
    pub site: Arc<Site>,
    pub problems: Arc<Problems>,
    /// What this build changed in what is shown.
    pub changed: Changed,
    /// The builds that last changed assets, by their addresses; those that never changed are left out.
    pub assets: Arc<BTreeMap<String, u64>>,
    /// The build that last changed the search index; 0 where none has.
    pub search: u64,
}

/// A site as one build made it.
#[derive(Clone, Debug)]
pub struct Site {
    pub bundle: Bundle,
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
    /// Whether the site that is shown is one without errors.
    is_good: bool,
}

impl Preview {
    /// Takes a build of `sources`. `touched` are the files that differ from those of the build before; `folder` is the
    /// site's folder as the user named it.
    pub fn take(
        &mut self,
        build: Build,
        sources: Arc<Sources>,
        touched: &[SourcePath],
        folder: &str,
    ) -> Snapshot {
        let report = Report { diagnostics: &build.diagnostics, sources: &sources, folder };
        let text = report.render(Format::Human, false);
        let (is_broken, counts) = (build.has_errors(), count(&build.diagnostics));
        let is_held_back = is_broken && self.is_good;
        let problems = Problems { diagnostics: build.diagnostics, counts, text, is_held_back };

        let fresh = Arc::new(Site { bundle: build.bundle, origins: build.origins, sources });
        let snapshot = match self.last.take() {
            None => Snapshot {
                build: 1,
                site: fresh,
                problems: Arc::new(problems),
                changed: Changed::default(),
                assets: Arc::default(),
                search: 0,
            },
            Some(last) => {
                let site = if is_held_back { last.site.clone() } else { fresh };
                let touched: BTreeSet<_> = touched.iter().cloned().collect();
                let changed = changed(&last.site.bundle, &site.bundle, &touched);
                let build = last.build + 1;
                let assets = with_changes(last.assets, &changed, build);
                let search = if changed.search { build } else { last.search };
                Snapshot { build, site, problems: Arc::new(problems), changed, assets, search }
            }
        };
        self.is_good = self.is_good || !is_broken;
        self.last = Some(snapshot.clone());
        snapshot
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
    use crate::source::Source;

    fn take(preview: &mut Preview, lessons: &[(&str, &str)]) -> Snapshot {
        let lessons = lessons.iter();
        let lessons = lessons.map(|(path, text)| Source::new(SourcePath::new(path), text));
        let content = "content".to_owned();
        let sources = Sources { content, lessons: lessons.collect(), ..Sources::default() };
        let build = Session::default().build(&sources, &Options::default());
        preview.take(build, Arc::new(sources), &[], ".")
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
        assert_eq!(broken.changed, Changed::default());
        let mended = take(&mut preview, &[("content/a.md", "# A\n\nOther.\n")]);
        assert_eq!(mended.changed.pages, ["a.html"]);
        assert_eq!(*mended.problems, Problems::default());
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
