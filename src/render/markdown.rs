//! Markdown beside each page: what its author wrote, with links that work where it is published.
//!
//! The text is the source's, and only what Hornbook alone understands is exchanged: front matter becomes a title and a
//! sentence, links lead to the Markdown of other pages, and names in double brackets become ordinary links. What stays is
//! not copied: see [`Edited`].

use std::borrow::Cow;

use super::spell::{Spelled, Spelling};
use super::views::{GlossaryEntryView, ItemView, PageView};
use crate::address::Address;
use crate::bundle::Edited;
use crate::document::{Document, Kind, Made, NodeId};
use crate::lesson::{Lesson, UseKind};
use crate::source::Span;
use crate::strings::Strings;

/// Where the Markdown of a page lies.
pub fn address(page: &Address) -> Address {
    let path = page.as_str();
    Address::new(&format!("{}.md", path.strip_suffix(".html").unwrap_or(path)))
}

/// Whether a page of this kind has a text.
pub fn has_text(kind: &str) -> bool {
    matches!(kind, "home" | "unit" | "lesson" | "term" | "glossary")
}

/// The Markdown of a page: of a lesson and its body.
pub fn markdown(
    (lesson, document): (&Lesson, &Document),
    spelled: &Spelled<'_>,
    page: &PageView,
    strings: &Strings,
) -> Edited {
    let mut edits = Edits { lesson, document, spelled, list: Vec::new() };
    edits.collect();
    let summary = page.term.as_ref().map_or(&page.lead, |term| &term.definition);
    let summary = summary.as_ref().map(|text| format!("> {}\n\n", escape(text)));
    let summary = summary.unwrap_or_default();
    let mut head = String::new();
    match edits.title() {
        // The text begins with its title as it is.
        Some(title) => edits.add(Span { start: title.end, ..title }, format!("\n\n{summary}")),
        None => head = format!("# {}\n\n{summary}", escape(&page.title)),
    }
    let tail = below(page, strings);
    let list = edits.sorted();
    let text = lesson.text.clone();
    let body = Span::new(lesson.body_start, text.len());
    Edited { head: head.into(), text, body, edits: list, tail: tail.into() }
}

/// What is exchanged in a source's text.
struct Edits<'a> {
    lesson: &'a Lesson,
    document: &'a Document,
    spelled: &'a Spelled<'a>,
    list: Vec<(Span, Box<str>)>,
}

impl Edits<'_> {
    fn add(&mut self, span: Span, text: impl Into<Box<str>>) {
        self.list.push((span, text.into()));
    }

    fn written(&self, span: Span) -> &str {
        self.lesson.text.get(span.range()).unwrap_or_default()
    }

    /// The heading that gives the title, where it stands at the top of the text as a title should. Another one is taken
    /// out.
    fn title(&mut self) -> Option<Span> {
        let heading = &self.lesson.headings[self.lesson.title_heading? as usize];
        let span = self.document.node(heading.node).span;
        let begins = self.lesson.text.get(self.lesson.body_start..span.start as usize)?;
        let end = span.start as usize + self.written(span).trim_end().len();
        if heading.level == 1 && begins.trim().is_empty() {
            return Some(Span::new(span.start as usize, end));
        }
        self.list.retain(|(edit, _)| edit.end <= span.start || edit.start >= span.end);
        self.add(span, "");
        None
    }

    fn collect(&mut self) {
        for id in 0..self.document.nodes.len() as NodeId {
            match &self.document.node(id).kind {
                Kind::Link { target, title } => self.link("", id, *target, *title),
                Kind::Image { target, title } => self.link("!", id, *target, *title),
                Kind::NameLink { target } => self.name(id, *target),
                Kind::HtmlTarget { target, .. } => self.html(id, *target),
                Kind::Exempt => self.unwrap(id),
                _ => {}
            }
        }
    }

    /// A link or an image: only its destination is exchanged where it has one of its own.
    fn link(&mut self, mark: &str, id: NodeId, target: u32, title: Option<Made>) {
        let used = &self.lesson.uses[target as usize];
        let node = self.document.node(id);
        let href = match &self.spelled.uses[target as usize] {
            Spelling::Page { href, .. } => destination(&to_markdown(href)),
            Spelling::Asset { href, .. } => destination(href),
            Spelling::AsWritten | Spelling::Unknown => return,
        };
        let is_name = matches!(used.kind, UseKind::WikiLink | UseKind::WikiEmbed);
        let has_own = used.span != node.span && self.written(used.span) == &*used.text;
        if !is_name && has_own {
            return self.add(used.span, href);
        }
        let title = title.map(|title| self.document.made(title));
        let title = title.map(|title| format!(" \"{}\"", one_line(title).replace('"', "\\\"")));
        let close = format!("]({href}{})", title.unwrap_or_default());
        match self.inner(id) {
            Some(inner) if used.kind != UseKind::WikiEmbed => {
                self.add(Span { end: inner.start, ..node.span }, format!("{mark}["));
                self.add(Span { start: inner.end, ..node.span }, close);
            }
            _ => {
                let text = escape(&self.plain(id, target));
                self.add(node.span, format!("{mark}[{text}{close}"));
            }
        }
    }

    /// `[[name]]` shows what its page says of it.
    fn name(&mut self, id: NodeId, target: u32) {
        let span = self.document.node(id).span;
        let spelled = &self.spelled.uses[target as usize];
        let link = match spelled {
            Spelling::Page { href, text, .. } => (text, destination(&to_markdown(href))),
            Spelling::Asset { href, text, .. } => (text, destination(href)),
            Spelling::AsWritten | Spelling::Unknown => return,
        };
        self.add(span, format!("[{}]({})", escape(link.0), link.1));
    }

    /// An attribute of raw HTML.
    fn html(&mut self, id: NodeId, target: u32) {
        let span = self.document.node(id).span;
        let href = match &self.spelled.uses[target as usize] {
            Spelling::Page { href, .. } => to_markdown(href),
            Spelling::Asset { href, .. } => href.clone(),
            Spelling::AsWritten | Spelling::Unknown => return,
        };
        let Kind::HtmlTarget { raw, .. } = &self.document.node(id).kind else { return };
        let as_written = self.written(span);
        let raw = raw.map_or(as_written, |raw| self.document.made(raw));
        let Some(at) = self.written(span).find(raw).filter(|_| !raw.is_empty()) else { return };
        let start = span.start as usize + at;
        let href = href.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;");
        self.add(Span::new(start, start + raw.len()), href);
    }

    /// `[[!text]]` is its text.
    fn unwrap(&mut self, id: NodeId) {
        let span = self.document.node(id).span;
        let Some(inner) = self.inner(id) else { return };
        self.add(Span { end: inner.start, ..span }, "");
        self.add(Span { start: inner.end, ..span }, "");
    }

    /// From the first to the last thing inside a node, where that stands between its own signs.
    fn inner(&self, id: NodeId) -> Option<Span> {
        let node = self.document.node(id);
        let children = self.document.children(id).map(|child| self.document.node(child).span);
        let inner = children.reduce(|all, next| Span { end: next.end, ..all })?;
        (inner.start > node.span.start && inner.end < node.span.end).then_some(inner)
    }

    /// What a reader sees of a link: its text, else what its page says of it.
    fn plain(&self, id: NodeId, target: u32) -> String {
        let mut text = String::new();
        self.document.plain_text(id, &self.lesson.text, &mut text);
        match &self.spelled.uses[target as usize] {
            Spelling::Page { text: shown, .. } | Spelling::Asset { text: shown, .. }
                if text.trim().is_empty() =>
            {
                shown.clone()
            }
            _ => text,
        }
    }

    /// The exchanges in order. Of two that meet, the one that begins first counts.
    fn sorted(mut self) -> Box<[(Span, Box<str>)]> {
        let start = self.lesson.body_start as u32;
        self.list.sort_by_key(|(span, _)| (span.start, span.end));
        let mut at = start;
        self.list.retain(|(span, _)| {
            let is_free = span.start >= at && self.lesson.text.get(span.range()).is_some();
            at = if is_free { span.end } else { at };
            is_free
        });
        self.list.into()
    }
}

/// What the page lists below its text.
fn below(page: &PageView, strings: &Strings) -> String {
    let mut list = String::new();
    match page.kind {
        "home" | "unit" if !page.items.is_empty() => {
            let heading = if page.kind == "home" { "start.contents" } else { "page.in_unit" };
            list.push_str(&format!("\n\n## {}\n\n", strings.get(heading)));
            page.items.iter().for_each(|item| entry(item, 0, &mut list));
        }
        "glossary" => {
            let terms = page.letters.iter().flat_map(|letter| &letter.terms);
            let lines = terms.map(|GlossaryEntryView { title, href, definition, .. }| {
                line(title, Some(href), definition.as_deref())
            });
            list.push_str("\n\n");
            list.extend(lines);
        }
        _ => {}
    }
    list
}

fn entry(item: &ItemView, depth: usize, list: &mut String) {
    let line = line(&item.title, item.href.as_deref(), item.description.as_deref());
    list.push_str(&format!("{}{line}", "  ".repeat(depth)));
    item.items.iter().for_each(|item| entry(item, depth + 1, list));
}

/// An entry of a list: `- [Title](page.md): what it is about`.
fn line(title: &str, href: Option<&str>, about: Option<&str>) -> String {
    let href = href.map(|href| destination(&to_markdown(href)));
    let link = match href {
        Some(href) => format!("[{}]({href})", escape(title)),
        None => escape(title),
    };
    let about = about.map(|about| format!(": {}", one_line(about)));
    format!("- {link}{}\n", about.unwrap_or_default())
}

/// An href of a page as one of its Markdown. Those with nothing but an anchor stay.
fn to_markdown(href: &str) -> String {
    let (path, anchor) = href.split_at(href.find('#').unwrap_or(href.len()));
    match path.strip_suffix(".html") {
        Some(path) => format!("{path}.md{anchor}"),
        None => href.to_owned(),
    }
}

/// An href as a destination in Markdown, where parentheses end it.
pub fn destination(href: &str) -> String {
    href.replace('(', "%28").replace(')', "%29")
}

/// A text with single spaces for all white space, and none around it.
fn one_line(text: &str) -> Cow<'_, str> {
    // So it is with most: only words and single spaces.
    let bytes = text.as_bytes();
    let may_be_space = |byte: &u8| !byte.is_ascii() || byte.is_ascii_control();
    let has_gap = bytes.starts_with(b" ") || bytes.ends_with(b" ") || text.contains("  ");
    if !has_gap && !bytes.iter().any(may_be_space) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Plain text as Markdown in brackets.
pub fn escape(text: &str) -> String {
    let line = one_line(text);
    let mut escaped = String::with_capacity(line.len());
    let mut rest = &*line;
    while let Some(at) = rest.bytes().position(|byte| b"\\`*_[]<|".contains(&byte)) {
        escaped.extend([&rest[..at], "\\", &rest[at..=at]]);
        rest = &rest[at + 1..];
    }
    escaped.push_str(rest);
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stands_in_one_line_with_its_signs_escaped() {
        for text in ["a b", " a b", "a b ", "a  b", "a\nb", "a\u{b}b", "a\u{a0}b"] {
            assert_eq!(one_line(text), "a b", "{text:?}");
        }
        assert_eq!(escape("[é] *a*_\\"), r"\[é\] \*a\*\_\\");
        assert_eq!(escape(""), "");
    }
}
