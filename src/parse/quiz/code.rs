//! Code fences, found line by line where Markdown has not been read yet.

use std::ops::Range;

/// The line that opens a code fence which the text does not close.
pub fn open_code(text: &str) -> Option<Range<usize>> {
    let mut open: Option<(char, usize, Range<usize>)> = None;
    for (at, line) in lines(text) {
        match (&open, fence(line)) {
            (None, Some((sign, length, _))) => {
                let start = at + line.len() - line.trim_start().len();
                open = Some((sign, length, start..at + line.trim_end().len()));
            }
            (Some((sign, length, _)), Some((same, at_least, true)))
                if *sign == same && at_least >= *length =>
            {
                open = None;
            }
            _ => {}
        }
    }
    open.map(|(_, _, line)| line)
}

/// The lines of a text, each with the byte at which it begins and with its line break.
pub fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    })
}

/// The sign and length of a code fence, and whether nothing stands behind it so that it can close.
pub fn fence(line: &str) -> Option<(char, usize, bool)> {
    let line = line.trim_start_matches([' ', '\t', '>']).trim_end();
    let sign = line.chars().next().filter(|sign| "`~".contains(*sign))?;
    let rest = line.trim_start_matches(sign);
    let length = line.len() - rest.len();
    let is_fence = length >= 3 && !(sign == '`' && rest.contains('`'));
    is_fence.then_some((sign, length, rest.is_empty()))
}
