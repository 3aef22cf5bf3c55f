//! What was recognised in a lesson, as it is kept: in some seven bytes a place.
//!
//! ```text
//! links    = (number(term)  number(nodes forward)  number(at)  number(nodes forward)  number(at))*
//! mentions = (number(term)  number(section)  step(start)  number(length))*
//! ```
//!
//! Numbers and steps are those of [`numbers`]. A link's nodes are counted from that in which the link before opens, and from
//! that in which it opens itself; a start from the one before. `at` has one added, so that [`AFTER`] is 0, and so has
//! a section, so that none is.
//!
//! [`AFTER`]: super::AFTER

use super::{Mentioned, Point, TermUse};
use crate::lesson::Section;
use crate::numbers::{self, Reader};
use crate::source::Span;

/// What was recognised in one lesson. See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recognised {
    links: Box<[u8]>,
    mentions: Box<[u8]>,
    /// The hash of the links, with the terms' paths in place of their numbers.
    pub mark: u128,
}

impl Recognised {
    /// `links` are sorted by where they open, and none closes in a node before that.
    pub(super) fn new(links: &[TermUse], mentions: &[Mentioned], mark: u128) -> Self {
        Self { links: pack_links(links), mentions: pack_mentions(mentions), mark }
    }

    /// The terms that become links, in reading order; they do not overlap.
    pub fn links(&self) -> impl Iterator<Item = TermUse> {
        let mut input = Reader::new(&self.links);
        let mut last = 0;
        std::iter::from_fn(move || {
            if input.is_done() {
                return None;
            }
            let term = input.number();
            let open = point(&mut input, last);
            last = open.node;
            Some(TermUse { term, open, close: point(&mut input, open.node) })
        })
    }

    /// The sections in which each term stands, linked or not, in reading order.
    pub fn mentions(&self) -> impl Iterator<Item = Mentioned> {
        let mut input = Reader::new(&self.mentions);
        let mut last = 0;
        std::iter::from_fn(move || {
            if input.is_done() {
                return None;
            }
            let term = input.number();
            let section = input.number().checked_sub(1).map(Section::below);
            let start = input.step(last);
            last = start;
            let span = Span { start, end: start + input.number() };
            Some(Mentioned { term, section, span })
        })
    }
}

fn pack_links(links: &[TermUse]) -> Box<[u8]> {
    let mut out = numbers::Writer::default();
    let mut last = 0;
    for TermUse { term, open, close } in links {
        out.number(*term);
        for (point, from) in [(open, last), (close, open.node)] {
            out.number(point.node - from);
            out.number(point.at.wrapping_add(1));
        }
        last = open.node;
    }
    out.finish()
}

fn point(input: &mut Reader<'_>, from: u32) -> Point {
    Point { node: from + input.number(), at: input.number().wrapping_sub(1) }
}

fn pack_mentions(mentions: &[Mentioned]) -> Box<[u8]> {
    let mut out = numbers::Writer::default();
    let mut last = 0;
    for Mentioned { term, section, span } in mentions {
        out.number(*term);
        out.number(section.map_or(0, |section| section.heading() + 1));
        out.step(last, span.start);
        out.number(span.end - span.start);
        last = span.start;
    }
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognise::AFTER;

    #[test]
    fn what_is_packed_comes_back() {
        let point = |node, at| Point { node, at };
        let links = [
            TermUse { term: 300, open: point(0, 0), close: point(0, 12) },
            TermUse { term: 0, open: point(7, 70_000), close: point(9, AFTER) },
            TermUse { term: 1, open: point(u32::MAX, AFTER), close: point(u32::MAX, AFTER) },
        ];
        let mentioned = |term, heading: Option<u32>, start, end| {
            let section = heading.map(Section::below);
            Mentioned { term, section, span: Span { start, end } }
        };
        // A footnote stands behind what is read after it.
        let mentions = [
            mentioned(2, None, 0, 9),
            mentioned(2, Some(0), 90_000, 90_000),
            mentioned(u32::MAX, Some(500), 10, u32::MAX),
        ];
        let recognised = Recognised::new(&links, &mentions, 1);
        assert_eq!(recognised.links().collect::<Vec<_>>(), links);
        assert_eq!(recognised.mentions().collect::<Vec<_>>(), mentions);
        let nothing = Recognised::default();
        assert_eq!((nothing.links().count(), nothing.mentions().count()), (0, 0));
    }
}
