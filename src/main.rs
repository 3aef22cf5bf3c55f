//! The `hornbook` command: arguments in, exit status out.
//!
//! The only place that prints or exits, with its modules; everything else returns values. `cli` says what can be asked
//! for, `live` are the commands that go on until Ctrl-C, `tell` is how all of them speak.

#![forbid(unsafe_code)]

mod again;
mod bar;
mod cli;
mod live;
mod signals;
mod tell;
mod verified;

use std::io::IsTerminal;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::process::{ExitCode, exit};
use std::sync::Arc;
use std::time::Instant;

use again::Past;
use bar::Bar;
use clap::Parser;
use cli::{
    BuildArgs, CheckArgs, Cli, Command, ExplainArgs, ExplainFormat, HeadersArgs, New, NewCommand,
    ThemeCommand,
};
use hornbook::bundle::Nowhere;
use hornbook::error::{Error, Result};
use hornbook::explain::{self, explain_lesson};
use hornbook::headers::Headers;
use hornbook::load::{keep_clear, load, path_below, read_copy, site_around, survey};
use hornbook::parse;
use hornbook::progress::{Progress, Step};
use hornbook::report::{Format, count};
use hornbook::session::{Build, Options, Session};
use hornbook::source::{SourcePath, Sources};
use hornbook::starter;
use hornbook::write::{self, Claim, Recalled, Register, Stage, Written};
use tell::{files, for_people, list, put_out, say, seconds, summary, tell};

/// The content has errors.
const HAS_ERRORS: u8 = 1;
/// The command could not do its work.
pub(crate) const FAILED: u8 = 2;

/// The system's allocator keeps memory for each thread that ever asked for some, and a preview that rebuilds for hours
/// would grow by what no thread gives back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command) {
        Ok(status) => status,
        Err(error) => {
            say(&format!("\x1b[1;31merror\x1b[0m: {error}\n"));
            ExitCode::from(FAILED)
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Serve(arguments) => live::serve(&arguments),
        Command::Build(arguments) if arguments.watch => live::build(&arguments),
        Command::Build(arguments) => build(&arguments),
        Command::Verify(arguments) => verified::folder(&arguments),
        Command::Headers(arguments) => headers(&arguments),
        Command::Check(arguments) => check(&arguments),
        Command::Explain(arguments) => explain(&arguments),
        Command::Init { dir } => init(&dir),
        Command::New(NewCommand::Lesson { new, unit }) => new_lesson(&new, unit.as_deref()),
        Command::New(NewCommand::Term { new }) => new_term(&new),
        Command::Theme(ThemeCommand::Eject { part: None, .. }) => list_parts(),
        Command::Theme(ThemeCommand::Eject { part: Some(part), site, name }) => {
            eject(&site, name, &part)
        }
    }
}

fn build(arguments: &BuildArgs) -> Result<ExitCode> {
    let work = Work { arguments, started: Instant::now(), progress: Arc::new(Progress::watched()) };
    let bar = work.bar();
    let progress = &work.progress;
    let (dir, out) = (&arguments.site.dir, arguments.out());
    progress.begin(Step::Load, 0);
    let (survey, program) = rayon::join(|| survey(dir, Some(&out)), write::program);
    let survey = survey?;
    keep_clear(dir, &survey.sources, &out)?;
    let options = arguments.options();
    let past = Past::new(arguments, program, &survey, &options);
    let register = Register::default();
    leave_on_signal(register.clone());
    progress.begin(Step::Wait, 0);
    // Before anything is read: what is changed from now on will be seen to have changed.
    let claim = Claim::take_with(&out, &register);
    let recall = |sources| {
        progress.begin(Step::Write, 0);
        past.as_ref()?.recall(claim.as_ref().ok()?, sources)
    };
    if let Some(recalled) = recall(None) {
        return Ok(work.say_recalled(bar, &recalled));
    }
    progress.begin(Step::Load, 0);
    let sources = survey.read()?;
    if let Some(recalled) = recall(Some(&sources)) {
        return Ok(work.say_recalled(bar, &recalled));
    }
    work.build(bar, &sources, &options, claim, past.as_ref())
}

/// A build, and how it is told.
struct Work<'a> {
    arguments: &'a BuildArgs,
    started: Instant,
    progress: Arc<Progress>,
}

impl Work<'_> {
    /// Builds a site and writes it to the folder that was taken hold of.
    fn build(
        &self,
        bar: Bar,
        sources: &Sources,
        options: &Options,
        claim: Result<Claim>,
        past: Option<&Past>,
    ) -> Result<ExitCode> {
        let Self { arguments, progress, .. } = self;
        let dir = &arguments.site.dir;
        // Taking apart what it remembers takes longer than ending the process, which follows.
        let mut session = ManuallyDrop::new(Session::watched(progress.clone()));
        progress.begin(Step::Wait, 0);
        let stage = claim.and_then(|claim| Ok((Stage::on(&claim)?, claim)));
        let build = match &stage {
            // To be compared, pages have to be at hand.
            Ok((stage, _)) if !arguments.verify => session.build_onto(sources, options, stage),
            _ => session.build(sources, options),
        };
        drop(bar);
        progress.begin(Step::Tell, 0);
        let report = for_people(&build, sources, dir);
        say(&report);
        if build.has_errors() && !arguments.keep_going {
            let counts = count(&build.diagnostics);
            say(&format!("nothing written: {counts}; --keep-going writes the site all the same\n"));
            return Ok(ExitCode::from(HAS_ERRORS));
        }
        let bar = self.bar();
        progress.begin(Step::Write, 0);
        // Mistakes in the content have been told before, whatever is the matter with the folder.
        let (stage, claim) = stage?;
        let finished = stage.write(&build.bundle, dir)?;
        drop(bar);
        self.say_built(&summary(&build.counts), finished.written);
        if arguments.verify && !verified::build(arguments, sources, &build)? {
            return Ok(ExitCode::from(FAILED));
        }
        if let Some(past) = past {
            past.keep(&claim, sources, &build, report, &finished);
        }
        Ok(status(&build))
    }

    fn bar(&self) -> Bar {
        Bar::new(self.progress.clone(), self.started)
    }

    /// What the build before said, and that nothing was to be done.
    fn say_recalled(&self, bar: Bar, recalled: &Recalled) -> ExitCode {
        drop(bar);
        say(&recalled.said.report);
        let written = Written { written: 0, unchanged: recalled.files, removed: 0 };
        self.say_built(&recalled.said.summary, written);
        ExitCode::SUCCESS
    }

    /// Where the time went, if asked for, and what the build came to.
    fn say_built(&self, summary: &str, written: Written) {
        if self.arguments.timings {
            say(&bar::timings(&self.progress, self.started));
        }
        say(&format!(
            "built {summary} into {} in {}: {} written, {} unchanged, {} removed\n",
            self.arguments.out().display(),
            seconds(self.started),
            files(written.written),
            written.unchanged,
            written.removed,
        ));
    }
}

/// Ends a build at the first Ctrl-C or request to end, with nothing left beside its output. At the second, that is not
/// waited for.
fn leave_on_signal(register: Register) {
    signals::listen(move |mut signals| async move {
        let status = signals.next().await;
        std::thread::spawn(move || {
            register.abandon();
            // Behind what a bar has left on the line.
            let is_on_terminal = std::io::stderr().is_terminal();
            say(if is_on_terminal { "\nstopped\n" } else { "stopped\n" });
            exit(status);
        });
        exit(signals.next().await);
    });
}

fn check(arguments: &CheckArgs) -> Result<ExitCode> {
    let started = Instant::now();
    let dir = &arguments.site.dir;
    let progress = Arc::new(Progress::watched());
    let bar = Bar::new(progress.clone(), started);
    progress.begin(Step::Load, 0);
    let sources = load(dir, Some(&dir.join("public")))?;
    let options = Options { drafts: arguments.site.drafts, ..Options::default() };
    let build = Session::watched(progress.clone()).build_onto(&sources, &options, &Nowhere);
    drop(bar);
    progress.begin(Step::Tell, 0);
    tell(&build, &sources, dir, arguments.format.into())?;
    if arguments.timings {
        say(&bar::timings(&progress, started));
    }
    let (summary, counts) = (summary(&build.counts), count(&build.diagnostics));
    say(&format!("checked {summary} in {}: {counts}\n", seconds(started)));
    Ok(status(&build))
}

fn headers(arguments: &HeadersArgs) -> Result<ExitCode> {
    let dir = &arguments.site.dir;
    let sources = load(dir, Some(&dir.join("public")))?;
    let (drafts, base_url) = (arguments.site.drafts, arguments.base_url.clone());
    let options = Options { drafts, base_url, ..Options::default() };
    let build = Session::default().build(&sources, &options);
    if build.has_errors() {
        tell(&build, &sources, dir, Format::Human)?;
        return Ok(status(&build));
    }
    let config = sources.config.as_ref().map(|source| parse::site(source).0);
    let base_url = options.base_url.or_else(|| config.and_then(|config| config.base_url));
    let read = |path: &SourcePath| read_copy(dir, path);
    let headers = Headers::of(&build.bundle, base_url.as_deref(), &read);
    let host = arguments.format.into();
    headers.notes.iter().for_each(|note| say(&format!("{note}\n")));
    if let Some(limit) = headers.limits(host) {
        say(&format!("{limit}\n"));
    }
    put_out(&headers.write(host))?;
    Ok(ExitCode::SUCCESS)
}

fn explain(arguments: &ExplainArgs) -> Result<ExitCode> {
    let (file, line) = split_line(&arguments.file);
    let site = match &arguments.site {
        Some(site) => site.clone(),
        None => site_around(file)?,
    };
    let sources = load(&site, Some(&site.join("public")))?;
    let path = path_below(&site, file)?;
    let Some(mut found) = explain_lesson(&sources, &path) else {
        let message = format!("{} is no lesson of {}", file.display(), site.display());
        return Err(Error::Usage { message });
    };
    found.retain(|found| line.is_none_or(|line| line == found.line));
    let text = match arguments.format {
        ExplainFormat::Human => explain::human(&found, file),
        ExplainFormat::Json => explain::json(&found),
    };
    put_out(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Splits `FILE:LINE`.
fn split_line(argument: &str) -> (&Path, Option<usize>) {
    match argument.rsplit_once(':').map(|(file, line)| (file, line.parse())) {
        Some((file, Ok(line))) => (Path::new(file), Some(line)),
        _ => (Path::new(argument), None),
    }
}

fn init(dir: &Path) -> Result<ExitCode> {
    let made = starter::init(dir)?;
    list("made", &made);
    say(&format!("\nnext: hornbook serve {}\n", dir.display()));
    Ok(ExitCode::SUCCESS)
}

fn new_lesson(new: &New, unit: Option<&str>) -> Result<ExitCode> {
    let made = starter::new_lesson(&new.site, unit, &new.title)?;
    list("made", &[made]);
    Ok(ExitCode::SUCCESS)
}

fn new_term(new: &New) -> Result<ExitCode> {
    let made = starter::new_term(&new.site, &new.title)?;
    list("made", &[made]);
    Ok(ExitCode::SUCCESS)
}

/// Lists what can be ejected, each with what it is for.
fn list_parts() -> Result<ExitCode> {
    let mut text = String::new();
    for part in starter::parts() {
        text.push_str(&format!("{:20} {}\n", part.called(), part.about()));
    }
    text.push_str(&format!("{:20} Every part\n", starter::ALL));
    put_out(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn eject(site: &Path, name: Option<String>, part: &str) -> Result<ExitCode> {
    let sources = load(site, Some(&site.join("public")))?;
    let config = sources.config.as_ref().map(|source| parse::site(source).0);
    let named = config.and_then(|config| config.theme).map(|(name, _)| name);
    let name = name.or(named.clone()).unwrap_or_else(|| starter::THEME_NAME.to_owned());
    let made = starter::eject(site, &name, part)?;
    list("made", &made);
    if named.as_ref() != Some(&name) {
        say(&format!("\nnext: write theme = {name:?} into site.toml, above the first [table]\n"));
    }
    Ok(ExitCode::SUCCESS)
}

fn status(build: &Build) -> ExitCode {
    if build.has_errors() { ExitCode::from(HAS_ERRORS) } else { ExitCode::SUCCESS }
}
