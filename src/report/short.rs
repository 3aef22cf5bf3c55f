//! The short form: `content/a.md:14:7: error[unknown-link]: message`, one line each.

use super::Report;
use super::terminal::{visible_line, visible_path};
use super::texts::Texts;
use crate::diagnostic::Diagnostic;

pub fn render(report: &Report, texts: &Texts) -> String {
    report.diagnostics.iter().map(|diagnostic| line(report, texts, diagnostic)).collect()
}

fn line(report: &Report, texts: &Texts, diagnostic: &Diagnostic) -> String {
    let place = place(report, texts, diagnostic).unwrap_or_default();
    let severity = diagnostic.severity.as_str();
    let code = diagnostic.code.as_str();
    let message = visible_line(&diagnostic.message);
    format!("{place}{severity}[{code}]: {message}\n")
}

/// The place with what separates it from the rest.
fn place(report: &Report, texts: &Texts, diagnostic: &Diagnostic) -> Option<String> {
    let place = diagnostic.place.as_ref()?;
    let path = visible_path(&report.path(&place.path));
    Some(match texts.region(place) {
        Some(region) => format!("{path}:{}:{}: ", region.start.line, region.start.column),
        None => format!("{path}: "),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Format, examples};

    #[test]
    fn each_diagnostic_is_one_line_with_as_much_of_its_place_as_is_known() {
        let report = examples::each_kind_of_place().render(Format::Short, true);
        assert_eq!(
            report,
            "error[empty-course]: there is no Markdown file in docs\n\
             docs/content/a.md:3:5: error[unknown-link]: no lesson or term is called \"co-creaton\"\n\
             docs/content/a.md:5:1: error[duplicate-id]: the id `x` is used twice on this page\n\
             docs/content/b.png: error[duplicate-address]: two files would be written to `b.png`\n"
        );
    }

    #[test]
    fn a_message_of_several_lines_stays_on_one() {
        let example = examples::Example::new("a").template_error("one\n  two\u{1b}");
        assert_eq!(
            example.render(Format::Short, false),
            "content/a.md:1:1: error[template-error]: one two␛\n"
        );
    }
}
