//! What a rebuild costs: from "this path changed" to a new preview, in a session that runs on.
//!
//! ```text
//! cargo bench --bench rebuild -- 1000 10000             200 terms each
//! cargo bench --bench rebuild -- 10000:1000             10,000 lessons, 1,000 terms
//! ```
//!
//! For each size: a clean build (load and first build of a new session), then edits, each written to disk before the clock
//! starts; the time is that of `load::refresh` and `Session::preview` together, and below it stands what each step took of it,
//! in the mean. The pages that can wait are rendered after each, and their time is told by itself. Every size runs in a process
//! of its own, so that its peak of memory (Linux only) is its own.

#![allow(clippy::print_stdout)]

mod lessons;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hornbook::load::{load, refresh};
use hornbook::progress::{Progress, Step};
use hornbook::session::{Build, Options, Session};
use hornbook::source::Sources;
use lessons::{Edition, Size};

/// How often each edit is made.
const ROUNDS: u32 = 15;

/// Up to how many pages an author waits for, as in `hornbook serve`.
const AT_ONCE: usize = 32;

/// The step under which the time between two edits is counted.
const BETWEEN: Step = Step::Wait;

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    match &arguments[..] {
        [only, size] if only == "only" => run(parse(size)),
        _ => {
            let sizes = if arguments.is_empty() { vec!["1000".to_owned()] } else { arguments };
            for size in sizes {
                let program = std::env::current_exe().expect("this program has a path");
                let status = Command::new(program).args(["only", &size]).status();
                assert!(status.is_ok_and(|status| status.success()), "{size} failed");
            }
        }
    }
}

/// Reads `lessons` or `lessons:terms`.
fn parse(size: &str) -> Size {
    let (lessons, terms) = size.split_once(':').unwrap_or((size, "200"));
    let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("{text} is no number"));
    Size { lessons: number(lessons), terms: number(terms), questions: false }
}

fn run(size: Size) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lessons::write_course(folder.path(), size).expect("the course is written");
    println!("{} lessons, {} terms", size.lessons, size.terms);
    let clean: Vec<Duration> = (0..3).map(|_| clean_build(folder.path())).collect();
    tell("clean build", &clean, None);
    memory("  peak of clean builds");
    let mut course = Course::open(folder.path(), size);
    memory("  after the first build");
    course.repeat("nothing changed", |_, _| Vec::new());
    course.repeat("body of a lesson", |course, round| {
        course.lesson(round, Edition { body: round + 1, title: 0 })
    });
    course.repeat("title of a lesson", |course, round| {
        course.lesson(round, Edition { body: 0, title: round + 1 })
    });
    if size.terms > 0 {
        course.repeat("definition of a term", |course, round| {
            let text = lessons::term_text(7, round + 1);
            course.write(&Path::new("content").join(lessons::term_path(7)), &text)
        });
    }
    course.repeat("template of terms", |course, round| {
        course.template("term.html", &format!("<!-- {round} -->"))
    });
    course.repeat("template of lessons", |course, round| {
        course.template("lesson.html", &format!("<!-- {round} -->"))
    });
    memory("  peak of all");
}

fn clean_build(folder: &Path) -> Duration {
    let started = Instant::now();
    let sources = load(folder, None).expect("the course loads");
    let build = Session::default().build(&sources, &Options::default());
    let elapsed = started.elapsed();
    assert!(!build.has_errors());
    elapsed
}

/// A course with a session that has built it.
struct Course {
    folder: PathBuf,
    size: Size,
    session: Session,
    progress: Arc<Progress>,
    sources: Sources,
    build: Build,
}

impl Course {
    fn open(folder: &Path, size: Size) -> Self {
        let sources = load(folder, None).expect("the course loads");
        let progress = Arc::new(Progress::watched());
        let mut session = Session::watched(progress.clone());
        let (build, rest) = session.preview(&sources, &Options::default(), AT_ONCE);
        progress.begin(BETWEEN, 0);
        rest.render(&|| true).expect("nothing keeps it from being rendered");
        Self { folder: folder.to_owned(), size, session, progress, sources, build }
    }

    /// Measures an edit. `edit` writes it and returns the paths that an event would name.
    fn repeat(&mut self, name: &str, edit: impl Fn(&Self, u32) -> Vec<PathBuf>) {
        let (mut times, mut rests) = (Vec::new(), Vec::new());
        let before = self.progress.times(Instant::now());
        for round in 0..ROUNDS {
            let changed = edit(self, round);
            let started = Instant::now();
            self.progress.begin(Step::Load, 0);
            self.refresh(&changed);
            let (build, rest) = self.session.preview(&self.sources, &Options::default(), AT_ONCE);
            self.progress.begin(BETWEEN, 0);
            times.push(started.elapsed());
            self.build = build;
            let started = Instant::now();
            rest.render(&|| true).expect("nothing keeps it from being rendered");
            rests.extend((!rest.is_empty()).then(|| started.elapsed()));
        }
        tell(name, &times, Some(&self.build));
        tell_steps(&before, &self.progress.times(Instant::now()));
        if !rests.is_empty() {
            tell("  the rest", &rests, None);
        }
    }

    fn refresh(&mut self, changed: &[PathBuf]) {
        let refreshed = refresh(&self.sources, &self.folder, None, changed);
        self.sources = refreshed.expect("the course loads").sources;
    }

    fn lesson(&self, round: u32, edition: Edition) -> Vec<PathBuf> {
        let lesson = round as usize * 997 % self.size.lessons;
        let text = lessons::lesson_text(lesson, self.size, edition);
        self.write(&Path::new("content").join(lessons::lesson_path(lesson)), &text)
    }

    fn template(&self, name: &str, comment: &str) -> Vec<PathBuf> {
        let folder = self.folder.join("themes/own/templates");
        fs::create_dir_all(&folder).expect("the theme's folder is made");
        let config = "title = \"A course\"\nlanguage = \"en\"\ntheme = \"own\"\n";
        let mut changed = self.write(Path::new("site.toml"), config);
        let template = format!("{{% extends \"default/{name}\" %}}\n{{# {comment} #}}\n");
        changed.extend(self.write(&Path::new("themes/own/templates").join(name), &template));
        changed
    }

    fn write(&self, path: &Path, text: &str) -> Vec<PathBuf> {
        let path = self.folder.join(path);
        fs::write(&path, text).expect("the edit is written");
        vec![path]
    }
}

/// Prints the median, the fastest and the slowest of some times.
fn tell(name: &str, times: &[Duration], build: Option<&Build>) {
    let mut times: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1_000.0).collect();
    times.sort_by(f64::total_cmp);
    let median = times[times.len() / 2];
    let (fastest, slowest) = (times[0], times[times.len() - 1]);
    let counts = build.map(|build| {
        let counts = build.counts;
        let done =
            [counts.parsed, counts.recognised, counts.resolved, counts.viewed, counts.rendered];
        format!("  parsed, recognised, resolved, viewed, rendered: {done:?}")
    });
    let counts = counts.unwrap_or_default();
    println!("  {name:<22} {median:>9.2} ms  ({fastest:.2} to {slowest:.2}){counts}");
}

/// Prints what each step has taken since, in the mean of all rounds.
fn tell_steps(before: &[(Step, Duration)], now: &[(Step, Duration)]) {
    let steps = now.iter().filter(|(step, _)| *step != BETWEEN).map(|(step, now)| {
        let before = before.iter().find(|(known, _)| known == step);
        let took = *now - before.map_or(Duration::ZERO, |(_, before)| *before);
        format!("{} {:.2}", step.name(), took.as_secs_f64() * 1_000.0 / f64::from(ROUNDS))
    });
    println!("    {}", steps.collect::<Vec<_>>().join(", "));
}

/// Prints the most memory the process has held so far, and what it holds now.
fn memory(name: &str) {
    let Ok(status) = fs::read_to_string("/proc/self/status") else { return };
    let megabytes = |key: &str| {
        let line = status.lines().find(|line| line.starts_with(key))?;
        Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1_024.0)
    };
    if let (Some(peak), Some(now)) = (megabytes("VmHWM:"), megabytes("VmRSS:")) {
        println!("{name:<24} {peak:>9.0} MB, now {now:.0} MB");
    }
}
