//! Progress: what a build is doing, how far it has come, and how long each step took.
//!
//! A build tells it as it goes; others look at it from their own threads. Nothing that is built depends on it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The steps of a build, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Load,
    Wait,
    Parse,
    Recognise,
    Link,
    Render,
    Index,
    Arrange,
    Tell,
    Write,
}

impl Step {
    /// What is being done, as one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Load => "loading",
            Self::Wait => "waiting",
            Self::Parse => "parsing",
            Self::Recognise => "recognising",
            Self::Link => "linking",
            Self::Render => "rendering",
            Self::Index => "indexing",
            Self::Arrange => "arranging",
            Self::Tell => "telling",
            Self::Write => "writing",
        }
    }

    /// What it is for, for those who want to know where time goes.
    pub fn about(self) -> &'static str {
        match self {
            Self::Load => "files read from the disk",
            Self::Wait => "for other builds into the folder, and what it holds",
            Self::Parse => "lessons parsed",
            Self::Recognise => "terms found in lessons",
            Self::Link => "names resolved, mentions and maps worked out",
            Self::Render => "pages rendered, and put beside the site",
            Self::Index => "the index of the search",
            Self::Arrange => "feeds, sitemap, and the list of all files",
            Self::Tell => "diagnostics",
            Self::Write => "files compared and brought to the folder",
        }
    }
}

/// How far a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    pub step: Step,
    pub done: usize,
    /// How much there is to do; 0 where nobody counts.
    pub all: usize,
}

/// See the module. One that is not watched costs nothing.
#[derive(Debug, Default)]
pub struct Progress {
    is_watched: bool,
    /// When each step began. A step may come several times.
    begun: Mutex<Vec<(Step, Instant)>>,
    done: AtomicUsize,
    all: AtomicUsize,
}

impl Progress {
    pub fn watched() -> Self {
        Self { is_watched: true, ..Self::default() }
    }

    /// The step before is over, and this one begins, which has so much to do.
    pub fn begin(&self, step: Step, all: usize) {
        if !self.is_watched {
            return;
        }
        let mut begun = self.begun();
        self.done.store(0, Ordering::Relaxed);
        self.all.store(all, Ordering::Relaxed);
        begun.push((step, Instant::now()));
    }

    /// One more is done.
    pub fn step(&self) {
        if self.is_watched {
            self.done.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// What is being done. `None` before the first step.
    pub fn state(&self) -> Option<State> {
        let begun = self.begun();
        let (step, _) = *begun.last()?;
        let all = self.all.load(Ordering::Relaxed);
        Some(State { step, done: self.done.load(Ordering::Relaxed).min(all), all })
    }

    /// How long each step took until `end`, in their order.
    pub fn times(&self, end: Instant) -> Vec<(Step, Duration)> {
        let begun = self.begun();
        let ends = begun.iter().skip(1).map(|(_, begin)| *begin).chain([end]);
        let mut times: Vec<(Step, Duration)> = Vec::new();
        for ((step, begin), end) in begun.iter().zip(ends) {
            let took = end.saturating_duration_since(*begin);
            match times.iter_mut().find(|(known, _)| known == step) {
                Some((_, time)) => *time += took,
                None => times.push((*step, took)),
            }
        }
        times.sort_by_key(|(step, _)| *step);
        times
    }

    fn begun(&self) -> MutexGuard<'_, Vec<(Step, Instant)>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_says_how_far_it_has_come() {
        let progress = Progress::watched();
        assert_eq!(progress.state(), None);
        progress.begin(Step::Parse, 2);
        progress.step();
        assert_eq!(progress.state(), Some(State { step: Step::Parse, done: 1, all: 2 }));
        progress.begin(Step::Link, 0);
        assert_eq!(progress.state(), Some(State { step: Step::Link, done: 0, all: 0 }));
    }

    #[test]
    fn times_add_up_and_stand_in_order() {
        let progress = Progress::watched();
        let begin = Instant::now();
        for step in [Step::Load, Step::Link, Step::Parse, Step::Link] {
            progress.begin(step, 0);
        }
        let end = Instant::now() + Duration::from_secs(1);
        let times = progress.times(end);
        let steps: Vec<Step> = times.iter().map(|(step, _)| *step).collect();
        assert_eq!(steps, [Step::Load, Step::Parse, Step::Link]);
        let sum: Duration = times.iter().map(|(_, took)| *took).sum();
        assert!(sum <= end - begin && sum >= Duration::from_secs(1));
    }

    #[test]
    fn nothing_is_kept_of_what_nobody_watches() {
        let progress = Progress::default();
        progress.begin(Step::Load, 1);
        progress.step();
        assert_eq!(progress.state(), None);
    }
}
