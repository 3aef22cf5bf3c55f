//! The commands that go on until Ctrl-C: `serve`, and `build --watch`.
//!
//! Both follow a site and tell a line for each build, so that a hundred builds can still be read. Mistakes are told when
//! they are not those of the build before.

use std::path::Path;
use std::process::{ExitCode, exit};
use std::time::Instant;

use hornbook::bundle::Purpose;
use hornbook::diagnostic::Diagnostic;
use hornbook::error::Result;
use hornbook::follow::{Change, Follow, News, TRY_AGAIN_AFTER};
use hornbook::load::{expect_folder, keep_clear};
use hornbook::report::events::{Built, Event};
use hornbook::report::{Format, Report, count};
use hornbook::serve::snapshot::{Preview, Snapshot};
use hornbook::serve::{Bound, Server};
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
    let build = follow.build();
    let counts = build.counts;
    let first = preview.take(build, follow.sources().clone(), &[], &teller.folder);
    let round = Round::shown(&first, &change, counts.rendered, follow.sources());
    teller.mistakes(&round)?;
    teller.built(&round, &first)?;
    let (url, is_open) = (bound.url(), bound.is_open());
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
        let change = match follow.wait(None) {
            None => return Ok(ExitCode::SUCCESS),
            Some(News::Changed(change)) => change,
            Some(news) => {
                teller.reading(&news)?;
                continue;
            }
        };
        number += 1;
        teller.building(number, &change)?;
        let build = follow.build();
        let (rendered, sources) = (build.counts.rendered, follow.sources().clone());
        let snapshot = preview.take(build, sources.clone(), &change.files, &teller.folder);
        server.show(snapshot.clone());
        let round = Round::shown(&snapshot, &change, rendered, &sources);
        teller.rebuilt(&round)?;
        teller.built(&round, &snapshot)?;
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
    diagnostics: &'a [Diagnostic],
    sources: &'a Sources,
}

impl<'a> Round<'a> {
    fn shown(
        snapshot: &'a Snapshot,
        change: &'a Change,
        rendered: usize,
        sources: &'a Sources,
    ) -> Self {
        let diagnostics = &snapshot.problems.diagnostics;
        Self { number: snapshot.build, change, rendered, diagnostics, sources }
    }

    fn milliseconds(&self) -> f64 {
        self.change.since.elapsed().as_secs_f64() * 1000.0
    }
}

/// Tells what happens: lines to people, events to programs that want them.
struct Teller {
    folder: String,
    json: bool,
    /// The mistakes that were told last.
    told: String,
    /// Why the site could not be written, while it cannot.
    not_written: Option<String>,
}

impl Teller {
    fn new(dir: &Path, json: bool) -> Self {
        Self { folder: folder(dir), json, told: String::new(), not_written: None }
    }

    fn event(&self, event: &Event<'_>) -> Result<()> {
        if self.json { put_out(&event.line()) } else { Ok(()) }
    }

    fn building(&self, build: u64, change: &Change) -> Result<()> {
        let files: Vec<String> = change.files.iter().map(SourcePath::to_string).collect();
        self.event(&Event::Building { build, files: &files })
    }

    /// Tells the mistakes of a build, unless they are those that were told last. Returns whether they were told.
    fn mistakes(&mut self, round: &Round<'_>) -> Result<bool> {
        let report =
            Report { diagnostics: round.diagnostics, sources: round.sources, folder: &self.folder };
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
        let counts = count(round.diagnostics);
        let state = match (round.diagnostics.is_empty(), is_news) {
            (true, true) if had_some => ", nothing is wrong any more".to_owned(),
            (true, _) => String::new(),
            (false, true) => format!(", {counts}"),
            (false, false) => format!(", still {counts}"),
        };
        let (names, pages) = (names(&round.change.files), plural(round.rendered, "page"));
        say(&format!("{names}: {pages} rendered in {milliseconds:.1} ms{state}\n"));
        Ok(())
    }

    fn built(&self, round: &Round<'_>, snapshot: &Snapshot) -> Result<()> {
        self.event(&Event::Built(Built {
            build: round.number,
            counts: snapshot.problems.counts,
            shown: !snapshot.problems.is_held_back,
            pages: &snapshot.changed.pages,
            assets: &snapshot.changed.assets,
            rendered: round.rendered,
            milliseconds: (round.milliseconds() * 1000.0).round() / 1000.0,
        }))
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
