//! Callouts: block quotations that begin with `[!KIND]`, GitHub's form with a title and kinds of our own.

use crate::diagnostic::Diagnostic;
use crate::document::{CalloutKind, Document, Fold, Kind, NodeId};
use crate::source::{Source, Span};

/// Makes the block quotation at `id` a callout if it is written as one. Nodes change their kind and none moves:
/// the marker's line becomes the title, and the line break after it becomes the paragraph that the rest is in.
pub fn convert(
    source: &Source,
    document: &mut Document,
    id: NodeId,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(marker) = marker(source, document, id) else { return };
    let Some(kind) = CalloutKind::from_word(marker.word) else {
        let span = Span::new(marker.start, marker.start + marker.word.len() + 3);
        let known = CalloutKind::ALL.into_iter().map(CalloutKind::word);
        diagnostics.push(Diagnostic::unknown_callout(source.place(span), marker.word, known));
        return;
    };
    let fold = marker.fold;
    let paragraph = id + 1;
    let end = document.node(paragraph).end;
    cut_marker(document, paragraph + 1, &marker);
    let line_break = document
        .children(paragraph)
        .find(|child| matches!(document.node(*child).kind, Kind::SoftBreak | Kind::HardBreak));
    document.nodes[id as usize].kind = Kind::Callout { kind, fold };
    document.nodes[paragraph as usize].kind = Kind::CalloutTitle;
    if let Some(line_break) = line_break {
        document.nodes[paragraph as usize].end = line_break;
        document.nodes[line_break as usize].kind = Kind::Paragraph;
        document.nodes[line_break as usize].end = end;
    }
}

struct Marker<'a> {
    /// Where `[` stands in the source.
    start: usize,
    word: &'a str,
    fold: Fold,
    /// The length of the marker, the fold sign and the white space after them.
    length: usize,
}

/// The marker with which the first line of a quotation begins.
fn marker<'a>(source: &'a Source, document: &Document, id: NodeId) -> Option<Marker<'a>> {
    let paragraph = document.nodes.get(id as usize + 1)?;
    let first = document.nodes.get(id as usize + 2)?;
    let is_text = matches!(first.kind, Kind::Text(_));
    if paragraph.kind != Kind::Paragraph || !is_text || first.end > document.node(id).end {
        return None;
    }
    let start = first.span.start as usize;
    // An escaped bracket begins no marker.
    if source.text[..start].ends_with('\\') {
        return None;
    }
    let line = source.text[start..].lines().next()?;
    let (word, rest) = line.strip_prefix("[!")?.split_once(']')?;
    let is_word = !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let (fold, rest) = match rest.bytes().next() {
        Some(b'-') => (Fold::Closed, &rest[1..]),
        Some(b'+') => (Fold::Open, &rest[1..]),
        _ => (Fold::No, rest),
    };
    let ends = rest.is_empty() || rest.starts_with([' ', '\t']);
    let length = line.len() - rest.trim_start().len();
    (is_word && ends).then_some(Marker { start, word, fold, length })
}

/// Leaves of the first text what follows the marker.
fn cut_marker(document: &mut Document, text: NodeId, marker: &Marker<'_>) {
    let node = &mut document.nodes[text as usize];
    let cut = marker.length.min((node.span.end - node.span.start) as usize);
    node.span.start += cut as u32;
    // Escapes come after the marker, so its length is the same in the text made from them.
    if let Kind::Text(words) = node.kind {
        let rest = document.cut_start(words, cut);
        document.nodes[text as usize].kind = Kind::Text(rest);
    }
}
