//! When to look: events and a clock in, decisions out.
//!
//! A finished write of a known kind of file is acted upon at once: that is an author who saved. Whatever may be the
//! middle of something (a file that is written to, one that went away, a folder, a burst) waits until nothing happened for
//! [`QUIET`], though never longer than [`AT_MOST`].

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::signs::{Sign, is_prompt};

/// How long nothing may happen before what happened is taken as over. Also how long after a finished write another
/// one, of another file, is taken for a burst: no person saves two files in so short a time.
pub const QUIET: Duration = Duration::from_millis(20);
/// How long what goes on and on is waited for.
pub const AT_MOST: Duration = Duration::from_millis(250);

/// What is known to have changed, and when to act upon it. See the module.
#[derive(Default)]
pub struct Debounce {
    changed: Changes,
    /// Files that were written to, or went away, and are not back yet.
    unfinished: HashSet<PathBuf>,
    first: Option<Instant>,
    last: Option<Instant>,
    is_eager: bool,
    /// The last finished write that was acted upon at once.
    saved: Option<(PathBuf, Instant)>,
}

/// Files and folders that changed; of a folder, all that is in it.
pub type Changes = BTreeSet<PathBuf>;

impl Debounce {
    /// Takes in that something happened to a file or a folder.
    pub fn note(&mut self, path: PathBuf, sign: Sign, now: Instant) {
        self.first.get_or_insert(now);
        self.last = Some(now);
        if is_prompt(&path) {
            match sign {
                Sign::Finished => {
                    self.unfinished.remove(&path);
                    self.is_eager |= !self.is_burst(&path, now);
                    self.saved = Some((path.clone(), now));
                }
                Sign::Begun => {
                    self.unfinished.insert(path.clone());
                }
                // What a program does to a file's times does not make its text half-written.
                Sign::Noticed => {}
            }
        }
        self.changed.insert(path);
    }

    /// When the changes are to be taken; `None` while there are none.
    pub fn due(&self) -> Option<Instant> {
        let (first, last) = (self.first?, self.last?);
        if self.is_eager && self.unfinished.is_empty() {
            return Some(last);
        }
        Some((last + QUIET).min(first + AT_MOST))
    }

    /// The changes so far; nothing is known afterwards.
    pub fn take(&mut self) -> Changes {
        self.unfinished.clear();
        (self.first, self.last, self.is_eager) = (None, None, false);
        std::mem::take(&mut self.changed)
    }

    fn is_burst(&self, path: &PathBuf, now: Instant) -> bool {
        self.saved.as_ref().is_some_and(|(saved, at)| saved != path && now < *at + QUIET)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Events as (milliseconds, path, sign); returns when the next round is due, in milliseconds from the first event,
    /// and the debounce.
    fn after(events: &[(u64, &str, Sign)]) -> (u128, Debounce, Instant) {
        let start = Instant::now();
        let mut debounce = Debounce::default();
        for (at, path, sign) in events {
            debounce.note(PathBuf::from(path), *sign, start + Duration::from_millis(*at));
        }
        let due = debounce.due().expect("something happened") - start;
        (due.as_millis(), debounce, start)
    }

    #[test]
    fn nothing_is_due_when_nothing_happened() {
        assert_eq!(Debounce::default().due(), None);
    }

    #[test]
    fn a_finished_write_is_due_at_once() {
        let events = [(0, "a.md", Sign::Begun), (3, "a.md", Sign::Finished)];
        assert_eq!(after(&events).0, 3);
    }

    #[test]
    fn a_write_that_is_not_finished_waits_for_quiet() {
        let events = [(0, "a.md", Sign::Begun), (15, "a.md", Sign::Begun)];
        assert_eq!(after(&events).0, 35);
    }

    #[test]
    fn one_file_half_written_holds_back_another_that_is_finished() {
        let events = [(0, "a.md", Sign::Begun), (3, "b.md", Sign::Finished)];
        assert_eq!(after(&events).0, 23);
        let events =
            [(0, "a.md", Sign::Begun), (3, "b.md", Sign::Finished), (5, "a.md", Sign::Finished)];
        assert_eq!(after(&events).0, 5);
    }

    #[test]
    fn a_file_that_goes_away_and_comes_back_by_renames_is_due_at_once() {
        let events = [
            (0, "a.md___jb_tmp___", Sign::Begun),
            (1, "a.md___jb_tmp___", Sign::Finished),
            (2, "a.md", Sign::Begun),
            (2, "a.md___jb_old___", Sign::Finished),
            (3, "a.md", Sign::Finished),
        ];
        assert_eq!(after(&events).0, 3);
    }

    #[test]
    fn files_of_unknown_kinds_and_folders_wait() {
        assert_eq!(after(&[(0, "4913", Sign::Finished)]).0, 20);
        assert_eq!(after(&[(0, "unit", Sign::Begun)]).0, 20);
    }

    #[test]
    fn what_goes_on_and_on_is_acted_upon_all_the_same() {
        let events: Vec<_> = (0..60).map(|step| (step * 10, "a.md", Sign::Begun)).collect();
        assert_eq!(after(&events).0, 250);
    }

    #[test]
    fn many_finished_writes_are_one_burst() {
        let (due, mut debounce, start) = after(&[(0, "a.md", Sign::Finished)]);
        assert_eq!(due, 0);
        assert_eq!(debounce.take(), BTreeSet::from([PathBuf::from("a.md")]));
        assert_eq!(debounce.due(), None);
        for step in 1..10 {
            let name = format!("{step}.md").into();
            debounce.note(name, Sign::Finished, start + Duration::from_millis(step * 5));
        }
        let due = debounce.due().expect("something happened") - start;
        assert_eq!(due.as_millis(), 65);
    }

    #[test]
    fn the_same_file_saved_twice_is_no_burst() {
        let (_, mut debounce, start) = after(&[(0, "a.md", Sign::Finished)]);
        debounce.take();
        debounce.note("a.md".into(), Sign::Finished, start + Duration::from_millis(10));
        let due = debounce.due().expect("something happened") - start;
        assert_eq!(due.as_millis(), 10);
    }
}
