//! Small reports for the tests of every format.

use super::{Format, Report};
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source, SourcePath, Sources, Span};

/// One lesson, `content/a.md`, and what is wrong with it.
pub struct Example {
    pub sources: Sources,
    pub diagnostics: Vec<Diagnostic>,
    pub folder: &'static str,
}

impl Example {
    pub fn new(text: &str) -> Self {
        let lesson = Source::new(SourcePath::new("content/a.md"), text);
        let sources = Sources { lessons: vec![lesson], ..Sources::default() };
        Self { sources, diagnostics: Vec::new(), folder: "." }
    }

    /// The span of the first occurrence of `part`.
    pub fn place(&self, part: &str) -> Place {
        let start = self.sources.lessons[0].text.find(part).expect("a part of the lesson's text");
        self.at(start, start + part.len())
    }

    pub fn at(&self, start: usize, end: usize) -> Place {
        Place { path: SourcePath::new("content/a.md"), span: Span::new(start, end) }
    }

    pub fn with(mut self, diagnostic: Diagnostic) -> Self {
        self.diagnostics.push(diagnostic);
        self
    }

    pub fn template_error(self, message: &str) -> Self {
        let place = self.at(0, 1);
        self.with(Diagnostic::template_error(Some(place), message))
    }

    pub fn render(&self, format: Format, styled: bool) -> String {
        let Self { sources, diagnostics, folder } = self;
        Report { diagnostics, sources, folder }.render(format, styled)
    }
}

/// One diagnostic without a place, one with a place, one with a related place in the same text, and
/// one whose places are in no text.
pub fn each_kind_of_place() -> Example {
    let example = Example::new("# First {#x}\n\nSee [[co-creaton]].\n\n# Second {#x}\n");
    let link =
        Diagnostic::unknown_name(example.place("[[co-creaton]]"), "co-creaton", ["co-creation"]);
    let twice =
        Diagnostic::duplicate_id(example.place("# Second {#x}"), "x", example.place("{#x}"));
    let asset = |path| Place { path: SourcePath::new(path), span: Span::default() };
    let address =
        Diagnostic::duplicate_address(asset("content/b.png"), "b.png", asset("content/B.png"));
    let mut example =
        example.with(Diagnostic::empty_course("docs")).with(link).with(twice).with(address);
    example.folder = "docs";
    example
}
