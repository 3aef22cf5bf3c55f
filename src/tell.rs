//! Telling: what goes to standard error for people, and to standard output for programs.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use hornbook::error::{Error, Result};
use hornbook::report::{Format, Report};
use hornbook::session::{Build, Counts};
use hornbook::source::Sources;

/// Tells the diagnostics: to people on standard error, to programs on standard output.
pub fn tell(build: &Build, sources: &Sources, dir: &Path, format: Format) -> Result<()> {
    match format {
        Format::Human => say(&for_people(build, sources, dir)),
        Format::Short => say(&render(build, sources, dir, format)),
        Format::Json | Format::Github | Format::Sarif => {
            return put_out(&render(build, sources, dir, format));
        }
    }
    Ok(())
}

/// What people are told of a build.
pub fn for_people(build: &Build, sources: &Sources, dir: &Path) -> String {
    let mut text = render(build, sources, dir, Format::Human);
    // A free line parts what is told from the summary.
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn render(build: &Build, sources: &Sources, dir: &Path, format: Format) -> String {
    let folder = folder(dir);
    Report { diagnostics: &build.diagnostics, sources, folder: &folder }.render(format, is_styled())
}

/// Writes to standard output. A reader that has seen enough closes the pipe, which is no failure.
pub fn put_out(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::io("write to", Path::new("standard output"))(error))
        }
        _ => Ok(()),
    }
}

/// Whether standard error shows colours.
pub fn is_styled() -> bool {
    anstream::stderr().current_choice() != anstream::ColorChoice::Never
}

/// Writes to standard error; colours only where a terminal shows them and NO_COLOR does not forbid it.
pub fn say(text: &str) {
    let _ = if is_styled() {
        anstream::stderr().write_all(text.as_bytes())
    } else {
        // In one piece: the stream would write what stands between two colours one by one.
        let plain = anstream::adapter::strip_str(text).to_string();
        io::stderr().write_all(plain.as_bytes())
    };
}

pub fn list(what: &str, paths: &[PathBuf]) {
    for path in paths {
        say(&format!("{what} {}\n", path.display()));
    }
}

/// "12 lessons and 34 terms (50 pages)".
pub fn summary(counts: &Counts) -> String {
    let lessons = plural(counts.lessons, "lesson");
    let terms = plural(counts.terms, "term");
    format!("{lessons} and {terms} ({})", plural(counts.pages, "page"))
}

pub fn files(number: usize) -> String {
    plural(number, "file")
}

pub fn plural(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

pub fn seconds(started: Instant) -> String {
    format!("{:.2} s", started.elapsed().as_secs_f64())
}

/// A site's folder as reports put it before paths.
pub fn folder(dir: &Path) -> String {
    dir.to_string_lossy().replace('\\', "/")
}
