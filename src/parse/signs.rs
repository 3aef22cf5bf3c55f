//! Signs of what may hide in running text: `:@^~`, and `ww` as in `www.`.
//!
//! Most texts have none. They are asked about from front to back, so that the place of the next sign answers for many of them.

use std::ops::Range;

use crate::source::Span;

/// The next sign in a source.
pub struct Signs<'a> {
    source: &'a [u8],
    /// There is no sign between these.
    from: usize,
    next: usize,
}

impl<'a> Signs<'a> {
    pub fn new(source: &'a str) -> Self {
        let next = next_sign(source.as_bytes(), 0);
        Self { source: source.as_bytes(), from: 0, next }
    }

    /// Whether one is in a text that stands in the source as it is; in doubt yes, for one that goes on behind it.
    pub fn are_in(&mut self, text: Span) -> bool {
        let Range { start, end } = text.range();
        if start < self.from {
            // The parts of a question come in an order of their own.
            return next_sign(&self.source[..end], start) < end;
        }
        if self.next < start {
            self.from = start;
            self.next = next_sign(self.source, start);
        }
        self.next < end
    }
}

/// The first sign from a byte on, or where the source ends. A block of it is looked at as a whole first, so that the compiler
/// takes many bytes at once.
fn next_sign(source: &[u8], from: usize) -> usize {
    const BLOCK: usize = 64;
    let is_sign = |byte: u8| (byte == b':') | (byte == b'@') | (byte == b'^') | (byte == b'~');
    let is_pair = |[one, two]: &[u8; 2]| is_sign(*one) | ((*one == b'w') & (*two == b'w'));
    let mut at = from;
    while at < source.len() {
        let rest = &source[at..];
        // One byte more, for a pair at the end of the block.
        let mut last = [0; BLOCK + 1];
        let block = rest.first_chunk().unwrap_or_else(|| {
            last[..rest.len()].copy_from_slice(rest);
            &last
        });
        let mut pairs = block.array_windows();
        if pairs.clone().fold(false, |any, pair| any | is_pair(pair)) {
            return at + pairs.position(is_pair).unwrap_or_default();
        }
        at += BLOCK;
    }
    source.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_found_wherever_they_stand() {
        for sign in [":", "@", "^", "~", "www"] {
            for before in 0..200 {
                let source = format!("{}{sign}w {}", "w ".repeat(before), "x".repeat(before));
                let place = 2 * before;
                let mut signs = Signs::new(&source);
                assert!(!signs.are_in(Span::new(0, place)));
                assert!(signs.are_in(Span::new(place, source.len())));
                assert!(!signs.are_in(Span::new(place + 3, source.len())));
                assert!(signs.are_in(Span::new(0, place + 2)));
            }
        }
        assert!(
            !Signs::new("").are_in(Span::new(0, 0)) && !Signs::new("w").are_in(Span::new(0, 1))
        );
    }
}
