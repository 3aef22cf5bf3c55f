//! The JSON form: one document, indented by two spaces, with the same keys in the same order always.
//!
//! ```json
//! {
//!   "version": 1,
//!   "errors": 1,
//!   "warnings": 0,
//!   "diagnostics": [
//!     {
//!       "code": "unknown-link",
//!       "severity": "error",
//!       "message": "no lesson or term is called \"co-creaton\"",
//!       "path": "content/a.md",
//!       "line": 14,
//!       "column": 7,
//!       "end_line": 14,
//!       "end_column": 21,
//!       "label": null,
//!       "help": "did you mean `co-creation`?",
//!       "related": []
//!     }
//!   ]
//! }
//! ```
//!
//! An entry of `related` has the keys from `path` to `end_column`, then `message`. What does not
//! apply is null. Lines and columns are counted from 1, columns in Unicode scalar values; the end is
//! exclusive. `version` changes when a key changes its meaning or is removed.

use serde::Serialize;

use super::texts::Texts;
use super::{Counts, Report, count};
use crate::diagnostic::Diagnostic;
use crate::source::Place;

const VERSION: u32 = 1;

pub fn render(report: &Report, texts: &Texts) -> String {
    let document = document(report, texts);
    let mut text = serde_json::to_string_pretty(&document).expect("strings and numbers only");
    text.push('\n');
    text
}

/// The document before it is written.
pub fn document<'a>(report: &Report<'a>, texts: &Texts) -> Document<'a> {
    let Counts { errors, warnings } = count(report.diagnostics);
    let diagnostics = report.diagnostics.iter().map(|one| entry(report, texts, one)).collect();
    Document { version: VERSION, errors, warnings, diagnostics }
}

#[derive(Serialize)]
pub struct Document<'a> {
    version: u32,
    errors: usize,
    warnings: usize,
    diagnostics: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: Located,
    label: Option<&'a str>,
    help: Option<&'a str>,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Located,
    message: &'a str,
}

#[derive(Serialize, Default)]
struct Located {
    path: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
}

fn entry<'a>(report: &Report, texts: &Texts, diagnostic: &'a Diagnostic) -> Entry<'a> {
    let place = diagnostic.place.as_ref();
    let related = diagnostic.related.iter();
    Entry {
        code: diagnostic.code.as_str(),
        severity: diagnostic.severity.as_str(),
        message: &diagnostic.message,
        place: place.map(|place| located(report, texts, place)).unwrap_or_default(),
        label: diagnostic.label.as_deref(),
        help: diagnostic.help.as_deref(),
        related: related
            .map(|(place, message)| Related { place: located(report, texts, place), message })
            .collect(),
    }
}

fn located(report: &Report, texts: &Texts, place: &Place) -> Located {
    let region = texts.region(place);
    Located {
        path: Some(report.path(&place.path)),
        line: region.map(|region| region.start.line),
        column: region.map(|region| region.start.column),
        end_line: region.map(|region| region.end.line),
        end_column: region.map(|region| region.end.column),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, examples};
    use crate::diagnostic::Diagnostic;

    #[test]
    fn a_report_without_diagnostics_is_a_document_too() {
        assert_eq!(
            examples::Example::new("").render(Format::Json, false),
            "{\n  \"version\": 1,\n  \"errors\": 0,\n  \"warnings\": 0,\n  \"diagnostics\": []\n}\n"
        );
    }

    #[test]
    fn every_key_is_present_in_the_promised_order() {
        let example = examples::Example::new("ä [[x]]\n");
        let (place, other) = (example.place("[[x]]"), example.place("ä"));
        let example = example
            .with(Diagnostic::empty_course("."))
            .with(Diagnostic::duplicate_id(place, "x", other));
        assert_eq!(
            example.render(Format::Json, false),
            r#"{
  "version": 1,
  "errors": 2,
  "warnings": 0,
  "diagnostics": [
    {
      "code": "empty-course",
      "severity": "error",
      "message": "there is no Markdown file in .",
      "path": null,
      "line": null,
      "column": null,
      "end_line": null,
      "end_column": null,
      "label": null,
      "help": "`hornbook init DIR` makes a small course to start from",
      "related": []
    },
    {
      "code": "duplicate-id",
      "severity": "error",
      "message": "the id `x` is used twice on this page",
      "path": "content/a.md",
      "line": 1,
      "column": 3,
      "end_line": 1,
      "end_column": 8,
      "label": null,
      "help": null,
      "related": [
        {
          "path": "content/a.md",
          "line": 1,
          "column": 1,
          "end_line": 1,
          "end_column": 2,
          "message": "first used here"
        }
      ]
    }
  ]
}
"#
        );
    }

    #[test]
    fn a_place_in_no_text_has_a_path_and_nothing_else() {
        let report = examples::each_kind_of_place().render(Format::Json, false);
        let document: serde_json::Value = serde_json::from_str(&report).unwrap();
        let address = &document["diagnostics"][3];
        assert_eq!(address["path"], "docs/content/b.png");
        assert!(address["line"].is_null() && address["end_column"].is_null());
        assert_eq!(address["related"][0]["path"], "docs/content/B.png");
    }
}
