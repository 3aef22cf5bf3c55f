//! Places in the source: where to point when a part of it is meant.

use pulldown_cmark::LinkType;

use crate::source::Span;

/// The `{…}` that a heading ends with.
pub fn last_braces(source: &str, heading: Span) -> Option<Span> {
    let written = &source[heading.range()];
    let text = written.lines().next()?.trim_end().trim_end_matches('#').trim_end();
    let close = text.strip_suffix('}')?.len();
    let open = text.rfind('{')?;
    let start = heading.start as usize;
    Some(Span::new(start + open, start + close + 1))
}

/// Where to point when a block is meant: its first line, without the marks of a heading.
pub fn first_line(source: &str, block: Span) -> Span {
    let start = block.start as usize;
    let line = source[block.range()].lines().next().unwrap_or_default().trim_end();
    let text = line.trim_start_matches('#').trim_start();
    let marks = if line.starts_with('#') { line.len() - text.len() } else { 0 };
    Span::new(start + marks, start + line.len())
}

/// Where a part first stands in a text; looks first where it is likely to.
pub fn find(text: &str, part: &str, likely: usize) -> Option<usize> {
    let is_there = text.get(likely..).is_some_and(|rest| rest.starts_with(part));
    // Nowhere before it does anything begin like the part.
    let first = part.as_bytes().first();
    let is_first = is_there && text.bytes().take(likely).all(|byte| first != Some(&byte));
    if is_first { Some(likely) } else { text.find(part) }
}

/// Where to point when what a link leads to is meant: its destination where that stands in the link, else the whole
/// link, as for references that are defined elsewhere.
pub fn destination_span(source: &str, link: LinkType, destination: &str, whole: Span) -> Span {
    let written = &source[whole.range()];
    let at = match link {
        LinkType::WikiLink { .. } => find(written, destination, "[[".len()),
        LinkType::Inline => {
            // From the end: there it mostly stands.
            let paren = written.as_bytes().windows(2).rposition(|pair| pair == b"](");
            paren.and_then(|paren| Some(paren + find(&written[paren..], destination, "](".len())?))
        }
        // What stands in the text of a reference is another link's.
        _ => None,
    };
    match at {
        Some(at) if !destination.is_empty() => {
            let start = whole.start as usize + at;
            Span::new(start, start + destination.len())
        }
        _ => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_where_it_stands_first() {
        let texts =
            ["](a)", "]((a)", "](](a", "](<a b>)", "](é)", "]", "", "[[[a]]", "[[a#b]]", "![[a]]"];
        let parts = ["a", "(a", "](a", "é", "", "[a", "a#b", "b"];
        for (text, part) in texts.into_iter().flat_map(|text| parts.map(|part| (text, part))) {
            for likely in (0..3).filter(|_| !part.is_empty()) {
                assert_eq!(find(text, part, likely), text.find(part), "{part} in {text}");
            }
        }
    }

    #[test]
    fn a_destination_is_pointed_to_where_it_is_written() {
        let of = |link, written: &str, text| {
            let span = destination_span(written, link, text, Span::new(0, written.len()));
            written[span.range()].to_owned()
        };
        let destination = |written: &str, text| of(LinkType::Inline, written, text);
        assert_eq!(destination("[a](b.md)", "b.md"), "b.md");
        assert_eq!(destination("[![x](y)](y)", "y"), "y");
        assert_eq!(destination("[x](< b c > \"](\")", "b c"), "[x](< b c > \"](\")");
        assert_eq!(of(LinkType::Reference, "[b.md][b]", "b.md"), "[b.md][b]");
        assert_eq!(of(LinkType::Reference, "[![x](y)][b]", "y"), "[![x](y)][b]");
        assert_eq!(of(LinkType::WikiLink { has_pothole: true }, "[[b|](b)]]", "b"), "b");
    }
}
