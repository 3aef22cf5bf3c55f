//! Verification: whether a site comes out the same in one thread, and whatever was built before it.
//!
//! A session remembers by value, so what it has seen before must not show. Here one sees states of the course that the
//! sources were made into: without most files, with other texts, with one lesson edited and put back. After each way back
//! the site must be the one that is verified, byte for byte.

use crate::bundle::Changes;
use crate::session::{Build, Options, Session};
use crate::source::{Source, Sources};

/// How many lessons are edited one by one.
const EDITED: usize = 16;

/// A way to the same site that led to another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// How it was built.
    pub way: &'static str,
    /// In what its bundle differs from the one that is verified.
    pub changes: Changes,
}

/// Builds `sources` in several ways and tells those that do not lead to `built`, which was made of the same sources.
pub fn deviations(sources: &Sources, options: &Options, built: &Build) -> Vec<Deviation> {
    let mut ways = Ways { sources, options, built, deviations: Vec::new() };
    ways.in_one_thread();
    ways.after_other_states();
    ways.deviations
}

struct Ways<'a> {
    sources: &'a Sources,
    options: &'a Options,
    built: &'a Build,
    deviations: Vec<Deviation>,
}

impl Ways<'_> {
    fn in_one_thread(&mut self) {
        let build = || Session::default().build(self.sources, self.options);
        // Where no pool can be made, it is built again all the same.
        let again = match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
            Ok(pool) => pool.install(build),
            Err(_) => build(),
        };
        self.compare("in one thread", &again);
    }

    fn after_other_states(&mut self) {
        let mut session = Session::default();
        for state in [nothing, halves, more] {
            session.build(&state(self.sources), self.options);
            let again = session.build(self.sources, self.options);
            self.compare("after another state of the course", &again);
        }
        let step = self.sources.lessons.len().div_ceil(EDITED).max(1);
        for number in (0..self.sources.lessons.len()).step_by(step) {
            let mut edited = self.sources.clone();
            let lesson = &mut edited.lessons[number];
            *lesson = longer(lesson);
            session.build(&edited, self.options);
            let again = session.build(self.sources, self.options);
            self.compare("after an edit was taken back", &again);
        }
    }

    /// Each way is told once.
    fn compare(&mut self, way: &'static str, again: &Build) {
        let changes = again.bundle.changes_since(&self.built.bundle);
        let is_same = changes == Changes::default() && again.diagnostics == self.built.diagnostics;
        if !is_same && self.deviations.iter().all(|known| known.way != way) {
            self.deviations.push(Deviation { way, changes });
        }
    }
}

/// A course that has not been begun.
fn nothing(sources: &Sources) -> Sources {
    let (content, name) = (sources.content.clone(), sources.name.clone());
    Sources { content, name, ..Sources::default() }
}

/// Every second lesson, and of each only the beginning; no assets, no theme.
fn halves(sources: &Sources) -> Sources {
    let half = |lesson: &Source| {
        let lines = lesson.text.lines().count() / 2;
        let text: String = lesson.text.split_inclusive('\n').take(lines).collect();
        Source::new(lesson.path.clone(), &text)
    };
    Sources {
        lessons: sources.lessons.iter().step_by(2).map(half).collect(),
        assets: Vec::new(),
        themes: Vec::new(),
        ..sources.clone()
    }
}

/// All lessons with more at their end, and other settings.
fn more(sources: &Sources) -> Sources {
    let lessons = sources.lessons.iter().map(longer).collect();
    Sources { config: None, lessons, ..sources.clone() }
}

fn longer(lesson: &Source) -> Source {
    let text = format!("{}\n\n## More\n\nMore of *value*, and a [[link]].\n", lesson.text);
    Source::new(lesson.path.clone(), &text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Output;
    use crate::source::SourcePath;

    fn course() -> Sources {
        let lesson = |number: usize| {
            let text = format!("# Lesson {number}\n\nIts value, and [[Lesson {}]].\n", number % 40);
            Source::new(SourcePath::new(&format!("content/{number:02}.md")), &text)
        };
        let term = Source::new(SourcePath::new("content/glossary/value.md"), "# Value\n\nWorth.\n");
        let lessons = (0..40).map(lesson).chain([term]).collect();
        Sources { content: "content".to_owned(), lessons, ..Sources::default() }
    }

    #[test]
    fn every_way_leads_to_the_same_site() {
        let (sources, options) = (course(), Options::default());
        let built = Session::default().build(&sources, &options);
        assert_eq!(deviations(&sources, &options, &built), []);
    }

    #[test]
    fn a_file_that_is_another_one_is_told_for_every_way() {
        let (sources, options) = (course(), Options::default());
        let mut built = Session::default().build(&sources, &options);
        let files = built.bundle.files.iter();
        let files = files.map(|(path, output)| match path {
            "index.html" => (path.to_owned(), Output::text("stale")),
            _ => (path.to_owned(), output.clone()),
        });
        built.bundle.files = files.collect();
        let found = deviations(&sources, &options, &built);
        assert_eq!(found.len(), 3);
        for deviation in found {
            let Changes { added, changed, removed } = deviation.changes;
            let changed: Vec<String> = changed.iter().map(ToString::to_string).collect();
            assert_eq!(changed, ["index.html"], "{}", deviation.way);
            assert!(added.is_empty() && removed.is_empty());
        }
    }

    #[test]
    fn the_other_states_are_other_sites() {
        let (sources, options) = (course(), Options::default());
        let built = Session::default().build(&sources, &options);
        for state in [nothing, halves, more] {
            let other = Session::default().build(&state(&sources), &options);
            assert_ne!(other.bundle.changes_since(&built.bundle), Changes::default());
        }
    }
}
