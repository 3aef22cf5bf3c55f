//! The texts that a report speaks of, each with the index of its lines.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Report;
use crate::source::{LineIndex, Place, Position, SourcePath, Span};

/// The texts by path. What is not here is no text, or was not loaded: an asset, a missing file.
pub struct Texts<'a>(BTreeMap<&'a SourcePath, Text<'a>>);

impl<'a> Texts<'a> {
    /// Indexes each text once, however many diagnostics speak of it.
    pub fn of(report: &Report<'a>) -> Self {
        let mut texts = BTreeMap::new();
        for diagnostic in report.diagnostics {
            let related = diagnostic.related.iter().map(|(place, _)| place);
            for place in diagnostic.place.iter().chain(related) {
                if !texts.contains_key(&place.path)
                    && let Some(source) = report.sources.find(&place.path)
                {
                    texts.insert(&place.path, Text::new(&source.text));
                }
            }
        }
        Self(texts)
    }

    pub fn get(&self, path: &SourcePath) -> Option<&Text<'a>> {
        self.0.get(path)
    }

    /// Where a place is in lines and columns, if its text is at hand.
    pub fn region(&self, place: &Place) -> Option<Region> {
        Some(self.get(&place.path)?.region(place.span))
    }
}

/// A text that can be asked where its spans are.
pub struct Text<'a> {
    pub text: &'a str,
    lines: LineIndex<'a>,
}

/// A span in lines and columns; the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    pub start: Position,
    pub end: Position,
}

impl<'a> Text<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, lines: LineIndex::new(text) }
    }

    /// The bytes of a span, moved so that they are whole characters of this text. A span that is
    /// wrong must not keep a diagnostic from being told.
    pub fn range(&self, span: Span) -> Range<usize> {
        let start = self.text.floor_char_boundary(span.start as usize);
        let end = self.text.floor_char_boundary(span.end as usize);
        start..end.max(start)
    }

    pub fn region(&self, span: Span) -> Region {
        let range = Span::from(self.range(span));
        Region { start: self.lines.position(range.start), end: self.lines.position(range.end) }
    }

    /// The number of the line that holds a byte, from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.lines.position(offset as u32).line
    }

    /// The byte at which the line that holds `offset` begins.
    pub fn line_start(&self, offset: usize) -> usize {
        self.lines.start(self.line(offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_out_of_bounds_or_inside_a_character_are_moved_to_whole_characters() {
        let text = Text::new("aä\nb");
        assert_eq!(text.range(Span::new(2, 99)), 1..5);
        assert_eq!(text.range(Span::new(99, 100)), 5..5);
        assert_eq!(text.range(Span::new(4, 1)), 4..4);
        assert_eq!(text.region(Span::new(2, 99)).start, Position { line: 1, column: 2 });
        assert_eq!(text.region(Span::new(2, 99)).end, Position { line: 2, column: 2 });
    }

    #[test]
    fn lines_are_found_at_their_borders() {
        let text = Text::new("ab\n\nc");
        assert_eq!([0, 2, 3, 4, 5].map(|at| text.line_start(at)), [0, 0, 3, 4, 4]);
        assert_eq!([0, 2, 3, 4, 5].map(|at| text.line(at)), [1, 1, 2, 3, 3]);
    }
}
