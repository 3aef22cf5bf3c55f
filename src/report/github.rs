//! The form for GitHub Actions: workflow commands, which become annotations beside the lines of a
//! change. See "Workflow commands for GitHub Actions", "Setting an error message".
//!
//! GitHub shows ten annotations of each severity per step; the log has them all.

use std::fmt::Write;

use super::Report;
use super::terminal::{visible, visible_path};
use super::texts::{Region, Texts};
use crate::diagnostic::Diagnostic;

pub fn render(report: &Report, texts: &Texts) -> String {
    report.diagnostics.iter().map(|diagnostic| command(report, texts, diagnostic)).collect()
}

/// `::error file=…,line=…,endLine=…,col=…,endColumn=…,title=…::message`.
fn command(report: &Report, texts: &Texts, diagnostic: &Diagnostic) -> String {
    let mut command = format!("::{} ", diagnostic.severity.as_str());
    if let Some(place) = &diagnostic.place {
        let _ =
            write!(command, "file={},", escape_property(&visible_path(&report.path(&place.path))));
        if let Some(region) = texts.region(place) {
            write_region(&mut command, region);
        }
    }
    let title = escape_property(diagnostic.code.as_str());
    let message = escape_data(&visible(&message(report, texts, diagnostic)));
    let _ = writeln!(command, "title={title}::{message}");
    command
}

/// Columns are given for a region of one line only: GitHub takes none where the lines differ. A
/// region that ends before the first column of a line does not reach that line.
fn write_region(command: &mut String, Region { start, end }: Region) {
    let reaches_last_line = end.column > 1 || end.line == start.line;
    let last_line = if reaches_last_line { end.line } else { end.line - 1 };
    let _ = write!(command, "line={},endLine={last_line},", start.line);
    if start.line == end.line {
        let _ = write!(command, "col={},endColumn={},", start.column, end.column);
    }
}

/// The message with all that an annotation has no other place for.
fn message(report: &Report, texts: &Texts, diagnostic: &Diagnostic) -> String {
    let mut message = diagnostic.message.clone();
    for (place, what) in &diagnostic.related {
        let _ = write!(message, "\n{what}: {}", report.path(&place.path));
        if let Some(Region { start, .. }) = texts.region(place) {
            let _ = write!(message, ":{}:{}", start.line, start.column);
        }
    }
    if let Some(help) = &diagnostic.help {
        let _ = write!(message, "\nhelp: {help}");
    }
    message
}

/// As `escapeData` of GitHub's toolkit does (`actions/toolkit`, `packages/core/src/command.ts`).
fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As `escapeProperty` of GitHub's toolkit does.
fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::{Format, examples};
    use super::*;
    use crate::diagnostic::Severity;

    #[test]
    fn each_diagnostic_is_one_command_with_as_much_of_its_place_as_is_known() {
        assert_eq!(
            examples::each_kind_of_place().render(Format::Github, false),
            "::error title=empty-course::there is no Markdown file in docs\
             %0Ahelp: `hornbook init DIR` makes a small course to start from\n\
             ::error file=docs/content/a.md,line=3,endLine=3,col=5,endColumn=19,title=unknown-link\
             ::no lesson or term is called \"co-creaton\"%0Ahelp: did you mean `co-creation`?\n\
             ::error file=docs/content/a.md,line=5,endLine=5,col=1,endColumn=14,title=duplicate-id\
             ::the id `x` is used twice on this page%0Afirst used here: docs/content/a.md:1:9\n\
             ::error file=docs/content/b.png,title=duplicate-address\
             ::two files would be written to `b.png`%0Athe other one: docs/content/B.png\
             %0Ahelp: rename one of them, or give it another `slug`\n"
        );
    }

    #[test]
    fn a_region_of_several_lines_has_no_columns() {
        let example = examples::Example::new("+++\na\nb\n");
        let diagnostics = [(0, 5), (0, 6)]
            .map(|(start, end)| Diagnostic::template_error(Some(example.at(start, end)), "x"));
        let mut example = example;
        example.diagnostics = diagnostics.into();
        example.diagnostics[0].severity = Severity::Warning;
        assert_eq!(
            example.render(Format::Github, false),
            "::warning file=content/a.md,line=1,endLine=2,title=template-error::x\n\
             ::error file=content/a.md,line=1,endLine=2,title=template-error::x\n"
        );
    }

    #[test]
    fn what_would_end_a_command_or_property_early_is_escaped() {
        assert_eq!(escape_data("100 %\r\na::b,c"), "100 %25%0D%0Aa::b,c");
        assert_eq!(escape_property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }
}
