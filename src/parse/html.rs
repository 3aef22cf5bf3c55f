//! Raw HTML: where it leads and what it names, so that its links are checked and spelled like all others.

use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span as HtmlSpan, Tokenizer};

use crate::lesson::UseKind;

/// What one piece of raw HTML says, in reading order. Ranges are bytes of the piece.
#[derive(Debug, PartialEq, Eq)]
pub enum Finding {
    /// An attribute that leads somewhere; the range is the value as written, without quotes.
    Target {
        kind: UseKind,
        value: String,
        range: Range<usize>,
    },
    /// An `id`, or the `name` of an `a`.
    Id(String, Range<usize>),
    /// An `img` without `alt`.
    MissingAlt(Range<usize>),
    /// `<a …>` and `</a>`, between which text is a link already.
    AnchorOpens,
    AnchorCloses,
}

/// Scans a piece of HTML; whatever it is, the scan ends and loses nothing.
pub fn scan(html: &str) -> Vec<Finding> {
    let mut scanner = Scanner::default();
    let emitter = {
        let scanner = &mut scanner;
        let mut emitter = CallbackEmitter::new(move |event: CallbackEvent<'_>, span| {
            scanner.see(event, span);
            None::<()>
        });
        // What looks like a tag inside a script or a style is none.
        emitter.naively_switch_states(true);
        emitter
    };
    // The emitter keeps what it sees; the tokens themselves are nothing.
    Tokenizer::new_with_emitter(html, emitter).for_each(drop);
    scanner.findings
}

#[derive(Default)]
struct Scanner {
    findings: Vec<Finding>,
    tag: Vec<u8>,
    tag_start: usize,
    attribute: Vec<u8>,
    has_alt: bool,
}

impl Scanner {
    fn see(&mut self, event: CallbackEvent<'_>, span: HtmlSpan<usize>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = name.to_vec();
                self.tag_start = span.start;
                self.has_alt = false;
            }
            CallbackEvent::AttributeName { name } => {
                self.has_alt |= name == b"alt";
                self.attribute = name.to_vec();
            }
            CallbackEvent::AttributeValue { value } => self.attribute(value, span.start..span.end),
            CallbackEvent::CloseStartTag { .. } => {
                if self.tag == b"img" && !self.has_alt {
                    self.findings.push(Finding::MissingAlt(self.tag_start..span.end));
                }
                if self.tag == b"a" {
                    self.findings.push(Finding::AnchorOpens);
                }
            }
            CallbackEvent::EndTag { name: b"a" } => self.findings.push(Finding::AnchorCloses),
            _ => {}
        }
    }

    fn attribute(&mut self, value: &[u8], range: Range<usize>) {
        let Ok(value) = std::str::from_utf8(value) else { return };
        let kind = match (self.tag.as_slice(), self.attribute.as_slice()) {
            (_, b"id") | (b"a", b"name") => {
                self.findings.push(Finding::Id(value.to_owned(), range));
                return;
            }
            (b"a" | b"area", b"href") => UseKind::HtmlLink,
            (b"link", b"href") | (_, b"src") | (b"video", b"poster") | (b"object", b"data") => {
                UseKind::HtmlAsset
            }
            _ => return,
        };
        self.findings.push(Finding::Target { kind, value: value.to_owned(), range });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_found_with_their_exact_place_and_decoded() {
        let html = "<p><IMG src = 'a&amp;b.png' alt=''><a name=x href=c.md>";
        let found = scan(html);
        let Finding::Target { kind, value, range } = &found[0] else { panic!("{found:?}") };
        assert_eq!(
            (*kind, value.as_str(), &html[range.clone()]),
            (UseKind::HtmlAsset, "a&b.png", "a&amp;b.png")
        );
        assert!(matches!(&found[1], Finding::Id(id, _) if id == "x"));
        assert!(
            matches!(&found[2], Finding::Target { kind: UseKind::HtmlLink, value, .. } if value == "c.md")
        );
    }

    #[test]
    fn scripts_and_comments_name_nothing() {
        assert_eq!(
            scan("<script>\"<a href=x>\"</script><!-- <img src=y> --><style><b id=z></style>"),
            []
        );
    }

    #[test]
    fn an_image_without_alt_is_told_and_broken_html_ends() {
        assert_eq!(scan("<img src=\"\">"), [Finding::MissingAlt(0..12)]);
        assert_eq!(scan("<a href=\"never closed"), []);
    }
}
