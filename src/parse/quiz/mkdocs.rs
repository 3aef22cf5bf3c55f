//! The `<quiz>` blocks of mkdocs-quiz: their tags become fences of the same length, so that every place stays true.
//!
//! Markdown would read the tags as raw HTML and the text between them as anything. mkdocs-quiz looks for the tags before
//! Markdown does, and so do we: on lines of their own, outside of fenced code.

use std::borrow::Cow;
use std::ops::Range;

use super::code::{fence, lines};

pub const OPENING: &str = "<quiz>";
pub const CLOSING: &str = "</quiz>";
/// Stand in for the tags: as long as these. The second where a question has a fence that would close the first.
const FENCES: [(&str, &str); 2] = [("~~~~~q", "~~~~~~~"), ("`````q", "```````")];

/// A text in which fences stand for the tags, and the tags that are never closed.
pub struct Fenced<'a> {
    pub text: Cow<'a, str>,
    pub unclosed: Vec<Range<usize>>,
}

/// Puts fences in the place of the tags.
pub fn fenced(text: &str) -> Fenced<'_> {
    let mut fenced = Fenced { text: Cow::Borrowed(text), unclosed: Vec::new() };
    if !text.contains(OPENING) {
        return fenced;
    }
    let mut code: Option<(char, usize)> = None;
    let mut opened: Option<Range<usize>> = None;
    for (at, line) in lines(text) {
        let written = line.trim();
        let start = at + line.len() - line.trim_start().len();
        if opened.is_none() {
            match (code, fence(line)) {
                (None, Some(fence)) => code = Some((fence.0, fence.1)),
                (Some((sign, length)), Some((same, at_least, true)))
                    if sign == same && at_least >= length =>
                {
                    code = None;
                }
                _ => {}
            }
        }
        if code.is_some() {
            continue;
        }
        match (&opened, written) {
            (None, OPENING) => opened = Some(start..start + OPENING.len()),
            (Some(opening), CLOSING) if !closes(text, opening.start, start) => {
                fenced.unclosed.extend(opened.take());
            }
            (Some(opening), CLOSING) => {
                let is_closed_inside = lines(&text[opening.end..start])
                    .any(|(_, line)| line.trim_start().starts_with("~~~~~"));
                let (opens, closes) = FENCES[usize::from(is_closed_inside)];
                let text = fenced.text.to_mut();
                text.replace_range(opening.clone(), opens);
                text.replace_range(start..start + CLOSING.len(), closes);
                opened = None;
            }
            // The one before was never closed: this begins anew.
            (Some(opening), OPENING) => {
                fenced.unclosed.push(opening.clone());
                opened = Some(start..start + OPENING.len());
            }
            _ => {}
        }
    }
    fenced.unclosed.extend(opened);
    fenced
}

/// Whether a closing tag stands where a fence would close: indented like the opening tag, or up to three columns more.
/// Anywhere else Markdown would take what follows for a part of the question.
fn closes(text: &str, opening: usize, closing: usize) -> bool {
    let indentation = |at: usize| {
        let line = text[..at].rfind('\n').map_or(0, |line| line + 1);
        text[line..at].chars().map(|c| if c == '\t' { 4 } else { 1 }).sum::<usize>()
    };
    (indentation(opening)..=indentation(opening) + 3).contains(&indentation(closing))
}

/// The parts of a text between the tags, where it is that of an indented block: `=== "Example"` of other tools has
/// its content indented, and Markdown takes that for code.
pub fn inside_tags(text: &str) -> Option<Vec<Range<usize>>> {
    if !text.trim_start().starts_with(OPENING) {
        return None;
    }
    let mut parts = Vec::new();
    let mut opened = None;
    for (at, line) in lines(text) {
        match line.trim() {
            OPENING => opened = Some(at + line.len()),
            CLOSING => parts.extend(opened.take().map(|start| start..at)),
            // Something else stands beside the questions: then it is code.
            other if opened.is_none() && !other.is_empty() => return None,
            _ => {}
        }
    }
    opened.is_none().then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_become_fences_and_no_byte_moves() {
        let text = "a\n\n  <quiz>\nq\n\n- [x] y\n  </quiz>\nb <quiz> c\n";
        let fenced = fenced(text);
        assert_eq!(fenced.text, "a\n\n  ~~~~~q\nq\n\n- [x] y\n  ~~~~~~~\nb <quiz> c\n");
        assert!(fenced.unclosed.is_empty());
    }

    #[test]
    fn tags_in_fenced_code_are_code() {
        let text = "```html\n<quiz>\n</quiz>\n```\n~~~\n<quiz>\n```\n</quiz>\n~~~\n";
        assert!(matches!(fenced(text).text, Cow::Borrowed(_)) || fenced(text).text == text);
    }

    #[test]
    fn code_inside_a_question_hides_no_closing_tag() {
        let text = "<quiz>\n```\n</quiz>\n";
        assert!(fenced(text).unclosed.is_empty());
        let unclosed = fenced("<quiz>\nx\n<quiz>\ny\n</quiz>\n").unclosed;
        assert!(matches!(&unclosed[..], [first] if *first == (0..6)));
    }

    #[test]
    fn a_closing_tag_elsewhere_closes_nothing() {
        for text in ["<quiz>\nx\n    </quiz>\n# Next\n", "- a\n\n  <quiz>\n  x\n</quiz>\n"] {
            let fenced = fenced(text);
            assert_eq!((fenced.text, fenced.unclosed.len()), (Cow::Borrowed(text), 1));
        }
    }

    #[test]
    fn an_indented_block_is_a_question_only_as_a_whole() {
        let parts = inside_tags("<quiz>\nq\n</quiz>\n").unwrap();
        assert!(matches!(&parts[..], [only] if *only == (7..9)));
        assert_eq!(inside_tags("<quiz>\nq\n</quiz>\nprint()\n"), None);
        assert_eq!(inside_tags("<quiz>\nq\n"), None);
    }
}
