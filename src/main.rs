//! The `hornbook` command: arguments in, exit status out.
//!
//! The only place that prints or exits; everything else returns values.

mod cli;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use cli::{BuildArgs, CheckArgs, Cli, Command, ExplainArgs, ExplainFormat, New, NewCommand};
use hornbook::error::{Error, Result};
use hornbook::explain::{self, explain_lesson};
use hornbook::load::{keep_clear, load, path_below, site_around};
use hornbook::report::{Format, Report, count};
use hornbook::session::{Build, Counts, Options, Session};
use hornbook::source::Sources;
use hornbook::starter;
use hornbook::write::write;

/// The content has errors.
const HAS_ERRORS: u8 = 1;
/// The command could not do its work.
const FAILED: u8 = 2;

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
        Command::Build(arguments) => build(&arguments),
        Command::Check(arguments) => check(&arguments),
        Command::Explain(arguments) => explain(&arguments),
        Command::Init { dir } => init(&dir),
        Command::New(NewCommand::Lesson { new, unit }) => new_lesson(&new, unit.as_deref()),
        Command::New(NewCommand::Term { new }) => new_term(&new),
    }
}

fn build(arguments: &BuildArgs) -> Result<ExitCode> {
    let started = Instant::now();
    let dir = &arguments.site.dir;
    let out = arguments.out.clone().unwrap_or_else(|| dir.join("public"));
    let sources = load(dir, Some(&out))?;
    keep_clear(dir, &sources, &out)?;
    let options = Options { drafts: arguments.site.drafts, base_url: arguments.base_url.clone() };
    let build = Session::default().build(&sources, &options);
    tell(&build, &sources, dir, Format::Human)?;
    if build.has_errors() && !arguments.keep_going {
        let counts = count(&build.diagnostics);
        say(&format!("nothing written: {counts}; --keep-going writes the site all the same\n"));
        return Ok(ExitCode::from(HAS_ERRORS));
    }
    let written = write(&build.bundle, dir, &out)?;
    say(&format!(
        "built {} into {} in {}: {} written, {} unchanged, {} removed\n",
        summary(&build.counts),
        out.display(),
        seconds(started),
        files(written.written),
        written.unchanged,
        written.removed,
    ));
    Ok(status(&build))
}

fn check(arguments: &CheckArgs) -> Result<ExitCode> {
    let started = Instant::now();
    let dir = &arguments.site.dir;
    let sources = load(dir, Some(&dir.join("public")))?;
    let options = Options { drafts: arguments.site.drafts, base_url: None };
    let build = Session::default().build(&sources, &options);
    tell(&build, &sources, dir, arguments.format.into())?;
    let (summary, counts) = (summary(&build.counts), count(&build.diagnostics));
    say(&format!("checked {summary} in {}: {counts}\n", seconds(started)));
    Ok(status(&build))
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
    say(&format!("\nnext: hornbook build {}\n", dir.display()));
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

fn status(build: &Build) -> ExitCode {
    if build.has_errors() { ExitCode::from(HAS_ERRORS) } else { ExitCode::SUCCESS }
}

/// Tells the diagnostics: to people on standard error, to programs on standard output.
fn tell(build: &Build, sources: &Sources, dir: &Path, format: Format) -> Result<()> {
    let folder = dir.to_string_lossy().replace('\\', "/");
    let report = Report { diagnostics: &build.diagnostics, sources, folder: &folder };
    let text = report.render(format, true);
    match format {
        // A free line parts what is told from the summary.
        Format::Human if !text.is_empty() => say(&format!("{text}\n")),
        Format::Human | Format::Short => say(&text),
        Format::Json | Format::Github | Format::Sarif => {
            return put_out(&text);
        }
    }
    Ok(())
}

/// Writes to standard output. A reader that has seen enough closes the pipe, which is no failure.
fn put_out(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::io("write to", Path::new("standard output"))(error))
        }
        _ => Ok(()),
    }
}

/// Writes to standard error; colours only where a terminal shows them and NO_COLOR does not forbid it.
fn say(text: &str) {
    let _ = anstream::stderr().write_all(text.as_bytes());
}

fn list(what: &str, paths: &[PathBuf]) {
    for path in paths {
        say(&format!("{what} {}\n", path.display()));
    }
}

/// "12 lessons and 34 terms (50 pages)".
fn summary(counts: &Counts) -> String {
    let lessons = plural(counts.lessons, "lesson");
    let terms = plural(counts.terms, "term");
    format!("{lessons} and {terms} ({})", plural(counts.pages, "page"))
}

fn files(number: usize) -> String {
    plural(number, "file")
}

fn plural(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

fn seconds(started: Instant) -> String {
    format!("{:.2} s", started.elapsed().as_secs_f64())
}
