//! The commands that go on until Ctrl-C: `serve`, and `build --watch`.
//!
//! Both follow a site and tell a line for each build, so that a hundred builds can still be read. Mistakes are told when
//! they are not those of the build before.

use std::path::Path;
use std::process::{ExitCode, exit};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use hornbook::bundle::Purpose;
use hornbook::diagnostic::Diagnostic;
use hornbook::error::Result;
use hornbook::follow::{Change, Follow, News, TRY_AGAIN_AFTER};
use hornbook::load::{expect_folder, keep_clear};
use hornbook::report::events::{Built, Event};
use hornbook::report::{Format, Report, count};
use hornbook::serve::changes::Changed;
use hornbook::serve::snapshot::{Preview, Snapshot};
use hornbook::serve::{Bound, Server};
use hornbook::session::pages::{Rest, Whole};
use hornbook::session::{Build, Options};
use hornbook::source::{SourcePath, Sources};
use hornbook::watch::Stop;
use hornbook::write::{Written, write_in_place};

use crate::cli::{BuildArgs, ServeArgs};
use crate::signals;
use crate::tell::{files, folder, plural, put_out, say, seconds, summary};

/// How many files a line names.
const FILES_NAMED: usize = 2;

/// `hornbook serve`: until Ctrl-C.
pub fn serve(arguments: &ServeArgs) -> Result<ExitCode> {
    let started = Instant::now();
    let dir = &arguments.site.dir;
    let purpose = Purpose::Preview;
    let options = Options { drafts: arguments.site.drafts, base_url: None, purpose };
    let bound = Bound::take(&arguments.host, arguments.port)?;
    let (mut follow, stop) = Follow::start(dir, &dir.join("public"), options)?;
    stop_on_signal(stop);
    let mut teller = Teller::new(dir, arguments.json);
    let mut preview = Preview::default();

    let change = Change { files: Vec::new(), since: started };
    teller.building(1, &change)?;
    let (build, rest) = follow.preview();
    let counts = build.counts;
    let first = preview.take((build, &rest), follow.sources().clone(), &[], &teller.folder);
    let made = (counts.rendered, rest.len());
    let round = Round::shown(1, &first, &change, made, follow.sources());
    teller.mistakes(&round)?;
    teller.built(&round, &first)?;
    let (url, is_open) = (bound.url(), bound.is_open());
    let shown = first.clone();
    let server = bound.serve(first, follow.root())?;
    let took = seconds(started);
    say(&format!("serving {} at {url} (built in {took}); Ctrl-C ends it\n", summary(&counts)));
    if is_open {
        say(
            "every machine that reaches this one can read the course, drafts and sources' names included\n",
        );
    }
    teller.event(&Event::Ready { address: &url })?;
    if arguments.open && open::that_detached(&url).is_err() {
        say("no browser could be opened\n");
    }
    let building = Building { number: 1, change, sources: follow.sources().clone() };
    let stage = Arc::new(Mutex::new(Stage { preview, server, teller }));
    let behind = Behind::begin(&stage, rest, building, shown);
    show_changes(&mut follow, &stage, behind)
}

/// Builds and shows whatever changes, until the watch is stopped.
fn show_changes(
    follow: &mut Follow,
    stage: &Arc<Mutex<Stage>>,
    mut behind: Behind,
) -> Result<ExitCode> {
    let mut number = 1;
    loop {
        lock(stage).teller.notice(follow)?;
        let change = match follow.wait(None) {
            None => return Ok(ExitCode::SUCCESS),
            Some(News::Changed(change)) => change,
            Some(news) => {
                lock(stage).teller.reading(&news)?;
                continue;
            }
        };
        // What is left of the build before nobody needs any more.
        drop(behind);
        number += 1;
        lock(stage).teller.building(number, &change)?;
        let (build, rest) = follow.preview();
        let building = Building { number, change, sources: follow.sources().clone() };
        let shown = lock(stage).show(build, &rest, &building)?;
        behind = Behind::begin(stage, rest, building, shown);
    }
}

/// A build of the preview.
struct Building {
    number: u64,
    change: Change,
    sources: Arc<Sources>,
}

/// Where builds are shown, and told.
struct Stage {
    preview: Preview,
    server: Server,
    teller: Teller,
}

impl Stage {
    fn show(&mut self, build: Build, rest: &Rest, building: &Building) -> Result<Snapshot> {
        let Building { number, change, sources } = building;
        let made = (build.counts.rendered, rest.len());
        let folder = &self.teller.folder;
        let shown = self.preview.take((build, rest), sources.clone(), &change.files, folder);
        self.server.show(shown.clone());
        let round = Round::shown(*number, &shown, change, made, sources);
        self.teller.rebuilt(&round)?;
        self.teller.built(&round, &shown)?;
        Ok(shown)
    }

    /// Shows and tells what has come of the rest of the last build, which was shown before as it was known then.
    fn settle(&mut self, whole: Whole, building: &Building, before: &Snapshot) -> Result<()> {
        let Building { number, change, sources } = building;
        let Whole { diagnostics, rendered } = whole;
        let settled = self.preview.settle(diagnostics, sources, &self.teller.folder);
        if let Some(snapshot) = &settled {
            self.server.show(snapshot.clone());
        }
        let now = settled.as_ref().unwrap_or(before);
        let round = Round::shown(*number, now, change, (rendered, 0), sources);
        self.teller.settled(&round, &before.problems.diagnostics)?;
        let built = if now.build == before.build { &Changed::default() } else { &now.changed };
        self.teller.event(&Event::Rendered(round.event(now, built)))
    }
}

fn lock(stage: &Mutex<Stage>) -> MutexGuard<'_, Stage> {
    // Who failed is gone; what it has told stays told.
    stage.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Renders the rest of a build while others go on. When it is dropped it ends, and tells nothing any more.
struct Behind {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Behind {
    fn begin(stage: &Arc<Mutex<Stage>>, rest: Rest, building: Building, shown: Snapshot) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        if rest.is_empty() {
            return Self { is_over, thread: None };
        }
        let (stage, over) = (stage.clone(), is_over.clone());
        let work = move || {
            let Some(whole) = rest.render(&|| !over.load(Ordering::Relaxed)) else { return };
            // Nobody reads what cannot be told.
            let _ = lock(&stage).settle(whole, &building, &shown);
        };
        // Without the thread pages are still rendered when they are asked for.
        let thread = thread::Builder::new().name("rest".to_owned()).spawn(work).ok();
        Self { is_over, thread }
    }
}

impl Drop for Behind {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// `hornbook build --watch`: until Ctrl-C.
pub fn build(arguments: &BuildArgs) -> Result<ExitCode> {
    let dir = &arguments.site.dir;
    let out = arguments.out();
    let options = arguments.options();
    let (mut follow, stop) = Follow::start(dir, &out, options)?;
    keep_clear(dir, follow.sources(), &out)?;
    stop_on_signal(stop);
    let mut teller = Teller::new(dir, false);
    let mut output = Output { has_site: false, is_behind: false };
    let mut change = Change { files: Vec::new(), since: Instant::now() };
    let mut number = 1;
    loop {
        let build = follow.build();
        let is_written = !build.has_errors() || arguments.keep_going;
        let written = if is_written { Some(output.write(&build, &follow)) } else { None };
        let written = match written {
            // Where nothing was written yet, the author is there to mend the command.
            Some(Err(error)) if !output.has_site => return Err(error),
            written => written,
        };
        output.is_behind = matches!(written, Some(Err(_)));
        let round = Round {
            number,
            change: &change,
            rendered: build.counts.rendered,
            left: 0,
            diagnostics: &build.diagnostics,
            sources: follow.sources(),
        };
        if number > 1 {
            teller.rebuilt(&round)?;
            written.map_or(Ok(()), |written| teller.writing(&written))?;
        } else {
            teller.mistakes(&round)?;
            say(&match &written {
                Some(Ok(written)) => format!(
                    "built {} into {} in {}: {} written; Ctrl-C ends it\n",
                    summary(&build.counts),
                    out.display(),
                    seconds(change.since),
                    files(written.written),
                ),
                _ => format!("nothing written: {}\n", count(&build.diagnostics)),
            });
        }
        number += 1;
        change = loop {
            teller.notice(&mut follow)?;
            let again = output.is_behind.then(|| Instant::now() + TRY_AGAIN_AFTER);
            match follow.wait(again) {
                None => return Ok(ExitCode::SUCCESS),
                Some(News::Changed(change)) => break change,
                Some(News::Nothing) if output.is_behind => {
                    let written = output.write(&build, &follow);
                    output.is_behind = written.is_err();
                    teller.writing(&written)?;
                }
                Some(news) => {
                    // The output may have gone with the site's folder.
                    output.is_behind |= is_written && matches!(news, News::Readable);
                    teller.reading(&news)?;
                }
            }
        };
    }
}

/// The folder that `build --watch` writes.
struct Output {
    /// Whether a site was written.
    has_site: bool,
    /// Whether the last build could not be written.
    is_behind: bool,
}

impl Output {
    fn write(&mut self, build: &Build, follow: &Follow) -> Result<Written> {
        // Else the output would stand where the site's folder is to come back to.
        expect_folder(follow.root())?;
        let written = write_in_place(&build.bundle, follow.root(), follow.out())?;
        self.has_site = true;
        Ok(written)
    }
}

/// Stops the watch at the first Ctrl-C or request to end. At the second, what is under way is not waited for.
fn stop_on_signal(stop: Stop) {
    signals::listen(move |mut signals| async move {
        signals.next().await;
        stop.stop();
        exit(signals.next().await);
    });
}

/// A build, as it is told.
struct Round<'a> {
    number: u64,
    change: &'a Change,
    /// How many pages had to be rendered.
    rendered: usize,
    /// How many can wait.
    left: usize,
    diagnostics: &'a [Diagnostic],
    sources: &'a Sources,
}

impl<'a> Round<'a> {
    fn shown(
        number: u64,
        snapshot: &'a Snapshot,
        change: &'a Change,
        (rendered, left): (usize, usize),
        sources: &'a Sources,
    ) -> Self {
        let diagnostics = &snapshot.problems.diagnostics;
        Self { number, change, rendered, left, diagnostics, sources }
    }

    fn milliseconds(&self) -> f64 {
        self.change.since.elapsed().as_secs_f64() * 1000.0
    }

    fn event<'b>(&self, snapshot: &Snapshot, changed: &'b Changed) -> Built<'b> {
        Built {
            build: self.number,
            counts: snapshot.problems.counts,
            shown: !snapshot.problems.is_held_back,
            pages: &changed.pages,
            assets: &changed.assets,
            rendered: self.rendered,
            left: self.left,
            milliseconds: (self.milliseconds() * 1000.0).round() / 1000.0,
        }
    }
}

/// Tells what happens: lines to people, events to programs that want them.
struct Teller {
    folder: String,
    json: bool,
    /// The mistakes that were told last.
    told: String,
    /// There were some, and so far there are none.
    is_mended: bool,
    /// Why the site could not be written, while it cannot.
    not_written: Option<String>,
}

impl Teller {
    fn new(dir: &Path, json: bool) -> Self {
        Self { folder: folder(dir), json, told: String::new(), is_mended: false, not_written: None }
    }

    fn event(&self, event: &Event<'_>) -> Result<()> {
        if self.json { put_out(&event.line()) } else { Ok(()) }
    }

    fn building(&self, build: u64, change: &Change) -> Result<()> {
        let files: Vec<String> = change.files.iter().map(SourcePath::to_string).collect();
        self.event(&Event::Building { build, files: &files })
    }

    fn report<'a>(&'a self, round: &Round<'a>) -> Report<'a> {
        Report { diagnostics: round.diagnostics, sources: round.sources, folder: &self.folder }
    }

    /// Tells the mistakes of a build, unless they are those that were told last. Returns whether they were told.
    fn mistakes(&mut self, round: &Round<'_>) -> Result<bool> {
        let report = self.report(round);
        let text = report.render(Format::Human, true);
        if text == self.told && round.number > 1 {
            return Ok(false);
        }
        if !text.is_empty() {
            say(&format!("{text}\n"));
        }
        self.event(&Event::Diagnostics { build: round.number, report })?;
        self.told = text;
        Ok(true)
    }

    /// A line on a build that is not the first.
    fn rebuilt(&mut self, round: &Round<'_>) -> Result<()> {
        let milliseconds = round.milliseconds();
        let had_some = !self.told.is_empty();
        let is_news = self.mistakes(round)?;
        self.is_mended = is_news && had_some && round.left > 0;
        let counts = count(round.diagnostics);
        let state = match (round.diagnostics.is_empty(), is_news) {
            (true, true) if self.is_mended => ", nothing is wrong so far".to_owned(),
            (true, true) if had_some => ", nothing is wrong any more".to_owned(),
            (true, _) => String::new(),
            (false, true) => format!(", {counts}"),
            (false, false) => format!(", still {counts}"),
        };
        let (names, pages) = (names(&round.change.files), plural(round.rendered, "page"));
        let left = match round.left {
            0 => String::new(),
            left => format!(", {left} to follow"),
        };
        say(&format!("{names}: {pages} rendered in {milliseconds:.1} ms{left}{state}\n"));
        Ok(())
    }

    /// Tells of the pages of a build that could wait: a line, and the mistakes that were not `told` with the build.
    fn settled(&mut self, round: &Round<'_>, told: &[Diagnostic]) -> Result<()> {
        let is_mended = std::mem::take(&mut self.is_mended);
        let report = self.report(round);
        // What was told comes in the same order.
        let mut told = told.iter().peekable();
        let new = round.diagnostics.iter().filter(|one| told.next_if_eq(one).is_none());
        let new: Vec<Diagnostic> = new.cloned().collect();
        let state = match (new.is_empty(), is_mended && round.diagnostics.is_empty()) {
            (false, _) => format!(", {}", count(round.diagnostics)),
            (true, true) => ", nothing is wrong any more".to_owned(),
            (true, false) => String::new(),
        };
        if !new.is_empty() {
            let text = Report { diagnostics: &new, ..report }.render(Format::Human, true);
            say(&format!(
                "{text}
"
            ));
            self.event(&Event::Diagnostics { build: round.number, report })?;
            self.told = report.render(Format::Human, true);
        }
        let (pages, took) = (plural(round.rendered, "page"), seconds(round.change.since));
        say(&format!(
            "the rest: {pages} rendered in {took}{state}
"
        ));
        Ok(())
    }

    fn built(&self, round: &Round<'_>, snapshot: &Snapshot) -> Result<()> {
        self.event(&Event::Built(round.event(snapshot, &snapshot.changed)))
    }

    /// Tells what is unusual about how changes are found, if it is.
    fn notice(&self, follow: &mut Follow) -> Result<()> {
        match follow.notice() {
            Some(notice) => self.trouble(&notice.to_string()),
            None => Ok(()),
        }
    }

    /// Tells whether the sources can be read, when that changed.
    fn reading(&self, news: &News) -> Result<()> {
        match news {
            News::Unreadable(error) => self.trouble(&error.to_string()),
            News::Readable => self.trouble_ended("the course can be read again"),
            News::Changed(_) | News::Nothing => Ok(()),
        }
    }

    /// Tells whether the site could be written, when that changed.
    fn writing(&mut self, written: &Result<Written>) -> Result<()> {
        let error = written.as_ref().err().map(ToString::to_string);
        if error == self.not_written {
            return Ok(());
        }
        match &error {
            Some(error) => self.trouble(error)?,
            None => self.trouble_ended("the site is written again")?,
        }
        self.not_written = error;
        Ok(())
    }

    fn trouble_ended(&self, message: &str) -> Result<()> {
        say(&format!("{message}\n"));
        self.event(&Event::Trouble { message })
    }

    fn trouble(&self, message: &str) -> Result<()> {
        say(&format!("\x1b[1;33mwarning\x1b[0m: {message}\n"));
        self.event(&Event::Trouble { message })
    }
}

/// "content/a.md, content/b.md and 3 more".
fn names(paths: &[SourcePath]) -> String {
    let named: Vec<&str> = paths.iter().take(FILES_NAMED).map(SourcePath::as_str).collect();
    match paths.len() - named.len() {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
