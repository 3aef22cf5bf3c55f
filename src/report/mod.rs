//! Reports: diagnostics worded for people and for machines.
//!
//! Each format is a file of its own. All are pure: `main` decides where the text goes.

pub mod events;
mod excerpt;
mod github;
mod human;
mod json;
mod sarif;
mod short;
mod terminal;
mod texts;

#[cfg(test)]
mod examples;

use std::fmt;

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{SourcePath, Sources};
use texts::Texts;

/// The forms a report can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For reading: the source is shown, what is wrong is underlined.
    Human,
    /// One line each, as compilers write them and editors read them.
    Short,
    /// One JSON document, for scripts.
    Json,
    /// Workflow commands, which GitHub shows beside the lines of a change.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// The diagnostics of one run, with all that is needed to show them.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// In the order in which they are told.
    pub diagnostics: &'a [Diagnostic],
    pub sources: &'a Sources,
    /// The site's folder as the user named it (`.` or `docs`). It is put before each path, so that
    /// the path can be opened from where the command runs.
    pub folder: &'a str,
}

impl Report<'_> {
    /// The report as text. It ends with a line break, or is empty where a format has nothing to say
    /// about no diagnostics. Only [`Format::Human`] knows colours.
    pub fn render(&self, format: Format, styled: bool) -> String {
        let texts = Texts::of(self);
        match format {
            Format::Human => human::render(self, &texts, styled),
            Format::Short => short::render(self, &texts),
            Format::Json => json::render(self, &texts),
            Format::Github => github::render(self, &texts),
            Format::Sarif => sarif::render(self, &texts),
        }
    }

    /// A file's path from where the command runs. It never begins with `./`: GitHub would not know
    /// the file by such a name.
    fn path(&self, path: &SourcePath) -> String {
        match self.folder.strip_prefix("./").unwrap_or(self.folder) {
            "" | "." => path.to_string(),
            folder if folder.ends_with('/') => format!("{folder}{path}"),
            folder => format!("{folder}/{path}"),
        }
    }
}

/// How many diagnostics there are of each severity; displayed as `2 errors, 1 warning`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    pub errors: usize,
    pub warnings: usize,
}

pub fn count(diagnostics: &[Diagnostic]) -> Counts {
    let errors = diagnostics.iter().filter(|one| one.severity == Severity::Error).count();
    Counts { errors, warnings: diagnostics.len() - errors }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = Counted(self.errors, "error");
        let warnings = Counted(self.warnings, "warning");
        match (self.errors, self.warnings) {
            (0, 0) => f.write_str("no errors"),
            (_, 0) => write!(f, "{errors}"),
            (0, _) => write!(f, "{warnings}"),
            _ => write!(f, "{errors}, {warnings}"),
        }
    }
}

/// A number and the noun that goes with it.
struct Counted(usize, &'static str);

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, noun) = self;
        let plural = if *number == 1 { "" } else { "s" };
        write!(f, "{number} {noun}{plural}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_displayed_with_the_right_number_of_their_nouns() {
        let displayed = |errors, warnings| Counts { errors, warnings }.to_string();
        assert_eq!(displayed(2, 1), "2 errors, 1 warning");
        assert_eq!(displayed(1, 0), "1 error");
        assert_eq!(displayed(0, 3), "3 warnings");
        assert_eq!(displayed(0, 0), "no errors");
    }

    #[test]
    fn severities_are_counted_as_they_are_set_not_as_the_code_has_them() {
        let mut diagnostics = vec![Diagnostic::empty_course("."), Diagnostic::empty_course(".")];
        diagnostics[1].severity = Severity::Warning;
        assert_eq!(count(&diagnostics), Counts { errors: 1, warnings: 1 });
    }

    #[test]
    fn paths_can_be_opened_from_where_the_command_runs() {
        let sources = Sources::default();
        let path = |folder| {
            let report = Report { diagnostics: &[], sources: &sources, folder };
            report.path(&SourcePath::new("content/a.md"))
        };
        assert_eq!(path("."), "content/a.md");
        assert_eq!(path("./"), "content/a.md");
        assert_eq!(path("docs"), "docs/content/a.md");
        assert_eq!(path("./docs/"), "docs/content/a.md");
        assert_eq!(path("../docs"), "../docs/content/a.md");
        assert_eq!(path("/"), "/content/a.md");
    }

    #[test]
    fn no_diagnostics_make_no_text_for_people() {
        let sources = Sources::default();
        let report = Report { diagnostics: &[], sources: &sources, folder: "." };
        for format in [Format::Human, Format::Short, Format::Github] {
            assert_eq!(report.render(format, false), "");
        }
    }
}
