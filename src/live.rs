//! The commands that go on until Ctrl-C: `serve`, and `build --watch`.
//!
//! Both follow a site and tell a line for each build, so that a hundred builds can still be read. Mistakes are told when
//! they are not those of the build before.

use std::path::Path;
use std::process::{ExitCode, exit};
use std::thread;
use std::time::Instant;

use hornbook::error::Result;
use hornbook::follow::{Change, Follow};
use hornbook::load::keep_clear;
use hornbook::report::events::{Built, Event};
use hornbook::report::{Counts, Format, Report, count};
use hornbook::serve::snapshot::{Preview, Snapshot};
use hornbook::serve::{Bound, Server};
use hornbook::session::{Build, Options};
use hornbook::source::{SourcePath, Sources};
use hornbook::watch::Stop;
use hornbook::write::write_in_place;

use crate::cli::{BuildArgs, ServeArgs};
use crate::tell::{files, folder, plural, put_out, say, seconds, summary};

/// How a process that Ctrl-C ended says so.
const INTERRUPTED: i32 = 130;
/// How many files a line names.
const FILES_NAMED: usize = 2;

/// `hornbook serve`: until Ctrl-C.
pub fn serve(arguments: &ServeArgs) -> Result<ExitCode> {
    let started = Instant::now();
    let dir = &arguments.site.dir;
    let options = Options { drafts: arguments.site.drafts, base_url: None };
    let bound = Bound::take(&arguments.host, arguments.port)?;
    let (mut follow, stop) = Follow::start(dir, &dir.join("public"), options)?;
    stop_on_signal(stop);
    let mut teller = Teller::new(dir, arguments.json);
    let mut preview = Preview::default();

    teller.building(1, &[])?;
    let build = follow.build();
    teller.diagnostics(&build, follow.sources(), 1)?;
    let (counts, rendered) = (build.counts, build.counts.rendered);
    let first = preview.take(build, follow.sources().clone(), &[], &teller.folder);
    let (url, is_open) = (bound.url(), bound.is_open());
    teller.built(&first, rendered, started)?;
    let server = bound.serve(first, dir)?;
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
    show_changes(&mut follow, &mut preview, &server, &mut teller)
}

/// Builds and shows whatever changes, until the watch is stopped.
fn show_changes(
    follow: &mut Follow,
    preview: &mut Preview,
    server: &Server,
    teller: &mut Teller,
) -> Result<ExitCode> {
    let mut number = 1;
    loop {
        teller.notice(follow)?;
        let change = match follow.wait() {
            None => return Ok(ExitCode::SUCCESS),
            Some(Err(error)) => {
                teller.trouble(&error.to_string())?;
                continue;
            }
            Some(Ok(change)) => change,
        };
        number += 1;
        teller.building(number, &change.files)?;
        let build = follow.build();
        let (rendered, sources) = (build.counts.rendered, follow.sources().clone());
        let diagnostics = build.diagnostics.clone();
        let snapshot = preview.take(build, sources.clone(), &change.files, &teller.folder);
        server.show(snapshot.clone());
        teller.rebuilt(
            &change,
            rendered,
            snapshot.problems.counts,
            &diagnostics,
            &sources,
            number,
        )?;
        teller.built(&snapshot, rendered, change.since)?;
    }
}

/// `hornbook build --watch`: until Ctrl-C.
pub fn build(arguments: &BuildArgs) -> Result<ExitCode> {
    let dir = &arguments.site.dir;
    let out = arguments.out();
    let options = Options { drafts: arguments.site.drafts, base_url: arguments.base_url.clone() };
    let (mut follow, stop) = Follow::start(dir, &out, options)?;
    keep_clear(dir, follow.sources(), &out)?;
    stop_on_signal(stop);
    let mut teller = Teller::new(dir, false);
    let mut change = Change { files: Vec::new(), since: Instant::now() };
    let mut number = 1;
    loop {
        let build = follow.build();
        let (counts, sources) = (count(&build.diagnostics), follow.sources().clone());
        let is_written = !build.has_errors() || arguments.keep_going;
        let written =
            if is_written { Some(write_in_place(&build.bundle, dir, &out)?) } else { None };
        if number == 1 {
            teller.diagnostics(&build, &sources, 1)?;
            say(&match written {
                Some(written) => format!(
                    "built {} into {} in {}: {} written; Ctrl-C ends it\n",
                    summary(&build.counts),
                    out.display(),
                    seconds(change.since),
                    files(written.written),
                ),
                None => format!("nothing written: {counts}\n"),
            });
        } else {
            let rendered = build.counts.rendered;
            teller.rebuilt(&change, rendered, counts, &build.diagnostics, &sources, number)?;
        }
        number += 1;
        change = loop {
            teller.notice(&mut follow)?;
            match follow.wait() {
                None => return Ok(ExitCode::SUCCESS),
                Some(Err(error)) => teller.trouble(&error.to_string())?,
                Some(Ok(change)) => break change,
            }
        };
    }
}

/// Stops the watch at the first Ctrl-C or request to end. At the second, what is under way is not waited for.
fn stop_on_signal(stop: Stop) {
    let wait = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            signal().await;
            stop.stop();
            signal().await;
            exit(INTERRUPTED);
        });
    };
    // Without the thread Ctrl-C ends the process all the same, only less politely.
    let _ = thread::Builder::new().name("signals".to_owned()).spawn(wait);
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut end) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = end.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    let _ = tokio::signal::ctrl_c().await;
}

/// Tells what happens: lines to people, events to programs that want them.
struct Teller {
    folder: String,
    json: bool,
    /// The mistakes that were told last.
    told: String,
}

impl Teller {
    fn new(dir: &Path, json: bool) -> Self {
        Self { folder: folder(dir), json, told: String::new() }
    }

    fn event(&self, event: &Event<'_>) -> Result<()> {
        if self.json { put_out(&event.line()) } else { Ok(()) }
    }

    fn building(&self, build: u64, changed: &[SourcePath]) -> Result<()> {
        let files: Vec<String> = changed.iter().map(SourcePath::to_string).collect();
        self.event(&Event::Building { build, files: &files })
    }

    /// Tells the mistakes of a build, unless they are those that were told last. Returns whether they were told.
    fn diagnostics(&mut self, build: &Build, sources: &Sources, number: u64) -> Result<bool> {
        self.tell(&build.diagnostics, sources, number)
    }

    fn tell(
        &mut self,
        diagnostics: &[hornbook::diagnostic::Diagnostic],
        sources: &Sources,
        number: u64,
    ) -> Result<bool> {
        let folder = self.folder.clone();
        let report = Report { diagnostics, sources, folder: &folder };
        let text = report.render(Format::Human, true);
        if text == self.told && number > 1 {
            return Ok(false);
        }
        if !text.is_empty() {
            say(&format!("{text}\n"));
        }
        self.told = text;
        self.event(&Event::Diagnostics { build: number, report })?;
        Ok(true)
    }

    /// A line on a build that is not the first.
    fn rebuilt(
        &mut self,
        change: &Change,
        rendered: usize,
        counts: Counts,
        diagnostics: &[hornbook::diagnostic::Diagnostic],
        sources: &Sources,
        number: u64,
    ) -> Result<()> {
        let milliseconds = change.since.elapsed().as_secs_f64() * 1000.0;
        let had_some = !self.told.is_empty();
        let is_news = self.tell(diagnostics, sources, number)?;
        let state = match (diagnostics.is_empty(), is_news) {
            (true, true) if had_some => ", nothing is wrong any more".to_owned(),
            (true, _) => String::new(),
            (false, true) => format!(", {counts}"),
            (false, false) => format!(", still {counts}"),
        };
        let (names, pages) = (names(&change.files), plural(rendered, "page"));
        say(&format!("{names}: {pages} rendered in {milliseconds:.1} ms{state}\n"));
        Ok(())
    }

    fn built(&self, snapshot: &Snapshot, rendered: usize, since: Instant) -> Result<()> {
        let milliseconds = since.elapsed().as_secs_f64() * 1000.0;
        self.event(&Event::Built(Built {
            build: snapshot.build,
            counts: snapshot.problems.counts,
            shown: !snapshot.problems.is_held_back,
            pages: &snapshot.changed.pages,
            assets: &snapshot.changed.assets,
            rendered,
            milliseconds: (milliseconds * 1000.0).round() / 1000.0,
        }))
    }

    /// Tells what is unusual about how changes are found, if it is.
    fn notice(&self, follow: &mut Follow) -> Result<()> {
        match follow.notice() {
            Some(notice) => self.trouble(&notice.to_string()),
            None => Ok(()),
        }
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
