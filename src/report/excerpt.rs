//! Excerpts: as much of a text as it takes to show a place, and no more.
//!
//! A snippet costs time in proportion to the text it is cut from, so each gets only its own lines.
//! Lines that no terminal has room for are cut here too, since annotate-snippets shows what is marked
//! in full.

use std::ops::Range;

use super::terminal::visible;
use super::texts::Text;
use crate::source::Span;

/// How many lines of a longer place are shown.
const LINES: usize = 4;
/// How wide a line may be to be shown together with others.
const LINE_WIDTH: usize = 100;
/// How much of a marked line is marked.
const MARK_WIDTH: usize = 100;
/// How much is kept of what follows the mark; annotate-snippets cuts it to the terminal.
const REST_WIDTH: usize = 120;
/// The last column that is worth showing. What stands this far right is data, not prose, and to find
/// its place all that stands before it would have to be kept.
const LAST_COLUMN: usize = 4000;

/// Some whole lines of a text, made visible, with a place in them.
#[derive(Debug, PartialEq, Eq)]
pub struct Excerpt {
    pub text: String,
    /// The number of the first line in the text it was cut from.
    pub line: usize,
    /// The bytes of `text` that are marked.
    pub mark: Range<usize>,
    /// The number of the line on which the place ends, where that line is not shown.
    pub ends_on_line: Option<usize>,
}

impl Excerpt {
    /// `None` where the place is too far right to be shown.
    pub fn of(text: &Text, span: Span) -> Option<Self> {
        let start = text.region(span).start;
        if start.column > LAST_COLUMN {
            return None;
        }
        let range = text.range(span);
        let before = &text.text[text.line_start(range.start)..range.start];
        let marked = text.text[range.clone()].trim_end_matches('\n');
        let shown = shown_part(before, marked, &text.text[range.start..]);
        let after = beginning(&text.text[range.start + shown.len()..], REST_WIDTH);
        let after = after.split('\n').next().unwrap_or_default();

        let last_line = text.line(range.start + marked.len());
        let last_shown_line = start.line + shown.matches('\n').count();
        let mut excerpt = visible(before);
        let mark_start = excerpt.len();
        excerpt.push_str(&visible(shown));
        let mark = mark_start..excerpt.len();
        excerpt.push_str(&visible(cut(after, REST_WIDTH)));
        Some(Self {
            text: excerpt,
            line: start.line,
            mark,
            ends_on_line: (last_line > last_shown_line).then_some(last_line),
        })
    }
}

/// The first lines of `marked`: several where they are short, else a part of the first.
/// `before` stands before it on its line; `rest` is the text from its start.
fn shown_part<'a>(before: &str, marked: &'a str, rest: &str) -> &'a str {
    let lines = beginning(rest, LINES * (LINE_WIDTH + 1))
        .split('\n')
        .take(LINES)
        .enumerate()
        .take_while(|(index, line)| {
            let indent = if *index == 0 { width(before) } else { 0 };
            indent + width(cut(line, LINE_WIDTH + 1)) <= LINE_WIDTH
        })
        .count();
    let mut ends = marked.match_indices('\n').map(|(at, _)| at);
    match ends.next() {
        Some(first) if lines > 1 => {
            let end = [first].into_iter().chain(ends).nth(lines - 1).unwrap_or(marked.len());
            marked[..end].trim_end_matches('\n')
        }
        Some(first) => cut(&marked[..first], MARK_WIDTH),
        None => cut(marked, MARK_WIDTH),
    }
}

/// So much of the beginning that it holds this many characters, or all: a line may be a megabyte.
fn beginning(text: &str, characters: usize) -> &str {
    const LONGEST: usize = 4;
    &text[..text.floor_char_boundary(characters * LONGEST + LINES)]
}

/// As much of the beginning as fits into `columns`.
fn cut(text: &str, columns: usize) -> &str {
    let mut taken = 0;
    let end = text.char_indices().find(|(_, character)| {
        taken += character_width(*character);
        taken > columns
    });
    end.map_or(text, |(end, _)| &text[..end])
}

fn width(text: &str) -> usize {
    text.chars().map(character_width).sum()
}

/// At least the columns that a character takes in a terminal: many beyond ASCII take two, and to cut
/// a little early does no harm. annotate-snippets shows a tab as four spaces.
fn character_width(character: char) -> usize {
    match character {
        '\t' => 4,
        _ if character.is_ascii() => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, start: usize, end: usize) -> Excerpt {
        Excerpt::of(&Text::new(text), Span::new(start, end)).expect("a place that is shown")
    }

    #[test]
    fn a_place_on_one_line_is_shown_with_its_line_only() {
        let excerpt = excerpt("one\ntwo three\nfour", 8, 13);
        assert_eq!((excerpt.text.as_str(), excerpt.line), ("two three", 2));
        assert_eq!((excerpt.mark, excerpt.ends_on_line), (4..9, None));
    }

    #[test]
    fn a_line_break_at_the_end_is_not_marked() {
        let excerpt = excerpt("one\ntwo\n\nthree", 0, 9);
        assert_eq!((excerpt.text.as_str(), excerpt.mark), ("one\ntwo", 0..7));
    }

    #[test]
    fn only_the_first_lines_of_many_are_shown() {
        let excerpt = excerpt("1\n2\n3\n4\n5\n6\n7", 2, 11);
        assert_eq!((excerpt.text.as_str(), excerpt.line), ("2\n3\n4\n5", 2));
        assert_eq!((excerpt.mark, excerpt.ends_on_line), (0..7, Some(6)));
    }

    #[test]
    fn of_several_lines_a_long_one_is_not_shown_with_others() {
        let long = "x".repeat(300);
        let text = format!("a{long}\nb\n");
        let whole = excerpt(&text, 1, text.len());
        assert_eq!((whole.mark, whole.ends_on_line), (1..101, Some(2)));
        let text = format!("a\n{long}\nb\n");
        let whole = excerpt(&text, 0, text.len());
        assert_eq!((whole.text.as_str(), whole.mark, whole.ends_on_line), ("a", 0..1, Some(3)));
    }

    #[test]
    fn a_long_line_keeps_what_is_before_the_mark_but_not_all_that_follows() {
        let text = format!("{}[[x]]{}", "a".repeat(1000), "b".repeat(100_000));
        let excerpt = excerpt(&text, 1000, 1005);
        assert_eq!((excerpt.text.len(), excerpt.mark), (1005 + REST_WIDTH, 1000..1005));
    }

    #[test]
    fn a_place_far_to_the_right_is_not_shown() {
        let text = "a".repeat(LAST_COLUMN + 1);
        assert_eq!(Excerpt::of(&Text::new(&text), Span::new(LAST_COLUMN, LAST_COLUMN + 1)), None);
    }

    #[test]
    fn the_end_of_the_text_and_empty_lines_can_be_marked() {
        assert_eq!(excerpt("one\n", 4, 4).line, 2);
        assert_eq!(excerpt("one\n", 3, 4).mark, 3..3);
        assert_eq!(excerpt("", 0, 9).text, "");
    }
}
