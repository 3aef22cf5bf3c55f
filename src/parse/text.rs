//! Running text: what hides in it beside words, and how many words it has.

use std::ops::Range;

use super::autolink;
use super::signs::Signs;
use crate::ascii::WordCounter;
use crate::document::{Document, Kind, Str};
use crate::source::Span;

/// Text that the parser gives in several events and a reader sees as one.
pub struct Run<'a> {
    source: &'a str,
    span: Span,
    /// Its first character was escaped.
    is_escaped: bool,
    /// What it was made of, where it is not just the source: rarely.
    made: Option<Box<Made>>,
}

/// A run that is no unbroken part of the source.
#[derive(Default)]
struct Made {
    text: String,
    /// Where each part begins, but the first one, which begins with the span: byte of the text, byte of the source.
    parts: Vec<(usize, usize)>,
    /// Bytes at which a character stands that was escaped or written as an entity: it means just itself.
    literal: Vec<usize>,
}

impl<'a> Run<'a> {
    pub fn new(source: &'a str, text: &str, span: Span) -> Self {
        let is_escaped = source[..span.start as usize].ends_with('\\');
        let start = Span { end: span.start, ..span };
        let mut run = Self { source, span: start, is_escaped, made: None };
        run.push(text, span);
        run
    }

    /// Appends the text of one more event.
    pub fn push(&mut self, text: &str, span: Span) {
        let written = &self.source[span.range()];
        // Mostly it is the source itself.
        let as_written = std::ptr::eq(written, text) || written == text;
        let follows = span.start == self.span.end;
        if self.made.is_some() || !follows || !as_written {
            self.make(text, span.start, follows && as_written);
        }
        self.span.end = self.span.end.max(span.end);
    }

    #[inline(never)]
    fn make(&mut self, text: &str, start: u32, goes_on: bool) {
        let so_far = &self.source[self.span.range()];
        let made = self.made.get_or_insert_with(|| Box::new(Made::from(so_far)));
        let length = made.text.len();
        // A gap is the backslash of an escape; a text unlike the source is an entity.
        if !goes_on {
            made.literal.push(length);
        }
        if length > 0 || start != self.span.start {
            made.parts.push((length, start as usize));
        }
        made.text.push_str(text);
    }

    pub fn span(&self) -> Span {
        self.span
    }

    fn text(&self) -> &str {
        match &self.made {
            None => &self.source[self.span.range()],
            Some(made) => &made.text,
        }
    }

    /// Where a part of the text stands in the source.
    fn span_of(&self, range: &Range<usize>) -> Span {
        let parts = self.made.as_ref().map_or(&[][..], |made| &made.parts);
        let at = |byte: usize| {
            let part = parts.partition_point(|(start, _)| *start <= byte).checked_sub(1);
            let first = (0, self.span.start as usize);
            let (start, source) = part.map_or(first, |part| parts[part]);
            (source + byte - start).clamp(self.span.start as usize, self.span.end as usize)
        };
        let mut end = at(range.end);
        while !self.source.is_char_boundary(end) {
            end += 1;
        }
        Span::new(at(range.start).min(end), end)
    }

    /// A part of the text, as a part of the source where it is one.
    fn str(&self, range: Range<usize>) -> Str {
        let start = self.span.start as usize;
        match &self.made {
            None => Str::Source(Span::new(start + range.start, start + range.end)),
            Some(made) => Str::Owned(made.text[range].into()),
        }
    }

    /// The text as it is, as in code.
    pub fn whole(&self) -> Str {
        self.str(0..self.text().len())
    }

    /// The place of the text, where it stands in the source as it is and nothing hides in it: it has none of the signs that
    /// [`pieces`] looks for. So it is with most texts.
    pub fn plain(&self, signs: &mut Signs) -> Option<Span> {
        let is_written = self.made.is_none() && self.span.start < self.span.end;
        (is_written && !signs.are_in(self.span)).then_some(self.span)
    }

    /// The bytes of a part at which a character means just itself.
    fn literals(&self, part: &Range<usize>) -> impl Iterator<Item = usize> {
        let made = self.made.as_ref().map_or(&[][..], |made| &made.literal);
        let until = |end: usize| made.partition_point(|at| *at < end);
        let first = (self.is_escaped && part.contains(&0)).then_some(0);
        first.into_iter().chain(made[until(part.start)..until(part.end)].iter().copied())
    }

    fn is_literal(&self, at: usize) -> bool {
        let made = self.made.as_ref();
        (self.is_escaped && at == 0)
            || made.is_some_and(|made| made.literal.binary_search(&at).is_ok())
    }
}

impl From<&str> for Made {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }
}

/// What a run is made of.
pub enum Piece {
    Text(Str, Span),
    /// Text in superscript or subscript.
    Wrapped(Kind, Str, Span),
    Autolink {
        text: Str,
        destination: String,
        span: Span,
    },
    /// A report on the text that follows it as [`Piece::Text`].
    UnknownFootnote {
        label: String,
        span: Span,
    },
}

/// Takes a run apart. `inside_link`: no address in it becomes a link of its own.
pub fn pieces(run: &Run<'_>, inside_link: bool) -> Vec<Piece> {
    let text = run.text();
    let mut pieces = Vec::new();
    let before = run.source[..run.span.start as usize].chars().next_back();
    let mut links = if inside_link { Vec::new() } else { autolink::find(text, before) };
    // An escaped character is not what makes an address.
    links.retain(|link| {
        !run.literals(&link.range).any(|at| matches!(text.as_bytes()[at], b':' | b'@' | b'w'))
    });
    let mut at = 0;
    for link in links {
        push_plain(run, at..link.range.start, &mut pieces);
        at = link.range.end;
        pieces.push(Piece::Autolink {
            span: run.span_of(&link.range),
            text: run.str(link.range),
            destination: link.destination,
        });
    }
    push_plain(run, at..text.len(), &mut pieces);
    pieces
}

/// Text without addresses: superscripts, subscripts and references to footnotes that nobody defined.
fn push_plain(run: &Run<'_>, range: Range<usize>, pieces: &mut Vec<Piece>) {
    let text = run.text();
    let mut from = range.start;
    let mut at = range.start;
    while let Some(offset) = text[at..range.end].find(['^', '~']) {
        let mark = at + offset;
        at = mark + 1;
        if run.is_literal(mark) {
            continue;
        }
        if let Some(label) = footnote_label(run, mark, range.end) {
            let span = run.span_of(&(mark - 1..mark + label.len() + 2));
            pieces.push(Piece::UnknownFootnote { label: label.to_owned(), span });
            at = mark + label.len() + 2;
        } else if let Some(inner) = script(text, mark, &range) {
            push_text(run, from..mark, pieces);
            let kind =
                if text.as_bytes()[mark] == b'^' { Kind::Superscript } else { Kind::Subscript };
            at = inner.end + 1;
            from = at;
            let span = run.span_of(&(mark..at));
            pieces.push(Piece::Wrapped(kind, run.str(inner), span));
        }
    }
    push_text(run, from..range.end, pieces);
}

fn push_text(run: &Run<'_>, range: Range<usize>, pieces: &mut Vec<Piece>) {
    if !range.is_empty() {
        pieces.push(Piece::Text(run.str(range.clone()), run.span_of(&range)));
    }
}

/// The label of `[^label]` whose `^` stands at `mark`.
fn footnote_label<'r>(run: &'r Run<'_>, mark: usize, end: usize) -> Option<&'r str> {
    const LONGEST: usize = 100;
    let text = run.text();
    let opens = text[..mark].ends_with('[') && !run.is_literal(mark - 1);
    if !opens {
        return None;
    }
    let near = text[mark + 1..end].char_indices().take(LONGEST);
    let length = near.into_iter().find(|(_, c)| *c == ']')?.0;
    let rest = &text[mark + 1..mark + 1 + length];
    let fits = !rest.is_empty() && !rest.contains(|c: char| c.is_whitespace() || c == '[');
    fits.then_some(rest)
}

/// What is raised or lowered between the mark and its twin: directly after a word, and without white space, as
/// Pandoc has it. `2^10` alone stays what it is.
fn script(text: &str, mark: usize, range: &Range<usize>) -> Option<Range<usize>> {
    let before = text[..mark].chars().next_back()?;
    if !before.is_alphanumeric() && before != ')' {
        return None;
    }
    let twin = text.as_bytes()[mark] as char;
    let rest = &text[mark + 1..range.end];
    let length = rest.find(|c: char| c == twin || c.is_whitespace())?;
    let fits = length > 0 && rest[length..].starts_with(twin);
    fits.then_some(mark + 1..mark + 1 + length)
}

/// A text as a part of the source where it is one.
pub fn part(source: &str, text: &str, span: Span) -> Str {
    let within = &source[span.range()];
    // Inside of code, the span includes the fence of backticks.
    let fence = within.bytes().take_while(|byte| *byte == b'`').count();
    let follows = within[fence..].starts_with(text).then_some(fence);
    match follows.or_else(|| within.find(text)) {
        Some(at) => {
            let start = span.start as usize + at;
            Str::Source(Span::new(start, start + text.len()))
        }
        None => Str::Owned(text.into()),
    }
}

/// How many words a reader reads, code blocks left out. A character of a script without spaces counts as two fifths
/// of a word: some 500 of them are read in the time of 200 words.
pub fn count_words(document: &Document, source: &str) -> u32 {
    let (mut words, mut characters) = (0, 0);
    let mut in_source = WordCounter::new(source);
    let is_ascii = source.is_ascii();
    let mut id = 0;
    while let Some(node) = document.nodes.get(id) {
        id += 1;
        match &node.kind {
            Kind::CodeBlock { .. } => id = node.end as usize,
            Kind::Text(text) | Kind::Code(text) => {
                let written = document.text(*text, source);
                if let Some(span) = text.source().filter(|_| is_ascii || written.is_ascii()) {
                    words += in_source.count(span.range());
                    continue;
                }
                for word in written.split_whitespace() {
                    let unspaced = word.chars().filter(|c| is_unspaced(*c)).count() as u32;
                    characters += unspaced;
                    let has_letters = word.chars().any(char::is_alphanumeric);
                    words += u32::from(unspaced == 0 && has_letters);
                }
            }
            _ => {}
        }
    }
    words + characters * 2 / 5
}

/// Scripts that put no spaces between words: Chinese, Japanese kana, Thai, Lao, Khmer, Myanmar.
fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
        | '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str) -> Vec<String> {
        let run = Run::new(text, text, Span::new(0, text.len()));
        let pieces = pieces(&run, false);
        let inner = pieces.iter().filter_map(|piece| match piece {
            Piece::Wrapped(_, Str::Source(inner), _) => Some(text[inner.range()].to_owned()),
            _ => None,
        });
        inner.collect()
    }

    #[test]
    fn superscripts_follow_a_word_and_hold_no_space() {
        assert_eq!(wrapped("x^2^ and (a)^-1^"), ["2", "-1"]);
        assert!(wrapped("2^10 and 2^5 and ^x^ and a^^b").is_empty());
    }

    #[test]
    fn an_escaped_mark_means_itself() {
        let source = r"x\^2^";
        let mut run = Run::new(source, "x", Span::new(0, 1));
        run.push("^2^", Span::new(2, 5));
        assert!(
            matches!(&pieces(&run, false)[..], [Piece::Text(Str::Owned(text), _)] if &**text == "x^2^")
        );
    }
}
