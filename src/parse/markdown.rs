//! Markdown into a document tree, with the names it defines and uses.
//!
//! pulldown-cmark reads CommonMark and the GFM extensions; this file turns its events into our nodes and
//! adds what it leaves to us: bare addresses, subscript and superscript, callouts, footnote numbers, ids, questions.

mod place;
mod question;

use std::borrow::Cow;
use std::ops::Range;

use ahash::AHashMap as HashMap;
use pulldown_cmark::{
    Alignment, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd,
};

use super::signs::Signs;
use super::text::{Piece, Run};
use super::{callout, footnotes, html, ids, quiz, text};
use crate::address::name_key;
use crate::diagnostic::Diagnostic;
use crate::document::{Align, Document, Kind, Made, Node, NodeId, Str};
use crate::lesson::{Footnote, Heading, Section, Use, UseKind};
use crate::quiz::Question;
use crate::source::{Source, Span, Spanned};
use place::{destination_span, find, last_braces};

pub use place::first_line;

/// What the body of one file says.
pub struct Body {
    pub document: Document,
    pub headings: Vec<Heading>,
    /// The heading that opens the body, before any other block.
    pub opening_heading: Option<u32>,
    pub html_ids: Vec<Spanned<Box<str>>>,
    pub footnotes: Vec<Footnote>,
    pub uses: Vec<Use>,
    pub questions: Vec<Question>,
    pub words: u32,
    pub first_paragraph: Option<Box<str>>,
}

/// The extensions that pulldown-cmark reads for us. Left out on purpose: its own alerts, which know no titles and
/// no other kinds, and its subscript and superscript, which do not work inside a word.
pub fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_WIKILINKS
}

/// Parses the body of a source, from the byte at which it begins.
pub fn parse(source: &Source, body_start: usize, diagnostics: &mut Vec<Diagnostic>) -> Body {
    let fenced = quiz::mkdocs::fenced(&source.text[body_start..]);
    for tag in fenced.unclosed {
        let place = source.place(Span::from(tag).shifted(body_start));
        diagnostics.push(Diagnostic::unclosed_quiz(place));
    }
    let parser = Parser::new_ext(&fenced.text, options());
    let references = parser
        .reference_definitions()
        .iter()
        .map(|(label, definition)| {
            let title = definition.title.as_deref().unwrap_or_default();
            let destination = definition.dest.to_string();
            (name_key(label), Reference { destination, title: title.to_owned() })
        })
        .collect();
    let mut builder = Builder::new(source, references, diagnostics);
    for (event, range) in parser.into_offset_iter() {
        builder.event(&event, Span::from(range).shifted(body_start));
    }
    builder.finish()
}

/// A link reference definition.
#[derive(Clone)]
struct Reference {
    destination: String,
    title: String,
}

/// Builds the tree from the parser's events.
struct Builder<'a> {
    source: &'a Source,
    /// Link reference definitions by label. The parser reads `[[foo]]` as a wikilink even where `foo` is defined.
    references: HashMap<String, Reference>,
    diagnostics: &'a mut Vec<Diagnostic>,
    document: Document,
    /// The nodes that are not closed yet, outermost first.
    open: Vec<NodeId>,
    /// Text that may continue in the next event.
    run: Option<Run<'a>>,
    /// What may hide something in a text.
    signs: Signs<'a>,
    /// What the parser took for attributes of a heading and is text: to be put back at its end.
    braces: Option<Span>,
    /// An HTML block that may continue in the next event: text and span of each line.
    html_lines: Vec<(String, Span)>,
    /// How many leaves that say something were read within images. One without alternative text leaves this alone.
    said: u32,
    /// What `said` was where each open image began.
    images: Vec<u32>,
    /// How many links of Markdown the current place is inside of.
    inside_links: u32,
    /// How many `<a>` of raw HTML. Counted apart: an author's `</a>` ends no link of Markdown.
    inside_anchors: u32,
    /// Events are passed over until this many ends have come: the text of a wikilink that names itself.
    skipping: u32,
    headings: Vec<Heading>,
    /// Explicit ids of headings, by heading.
    explicit_ids: Vec<Option<Box<str>>>,
    opening_heading: Option<u32>,
    section: Option<Section>,
    html_ids: Vec<Spanned<Box<str>>>,
    uses: Vec<Use>,
    questions: Vec<Question>,
    /// The code block that is being read and may hold a question.
    fence: Option<question::Fence>,
    /// The blanks of the question that is being written, while its prompt is.
    blanks: Option<Vec<question::WrittenBlank>>,
    /// The footnotes that the lesson seems to define, for questions, which are read before all definitions are known.
    defined_footnotes: footnotes::Labels<'a>,
    footnote_labels: Vec<String>,
    footnote_definitions: Vec<(String, NodeId)>,
}

impl<'a> Builder<'a> {
    fn new(
        source: &'a Source,
        references: HashMap<String, Reference>,
        diagnostics: &'a mut Vec<Diagnostic>,
    ) -> Self {
        Self {
            source,
            references,
            diagnostics,
            document: Document::with_room_for(&source.text),
            open: Vec::new(),
            run: None,
            signs: Signs::new(&source.text),
            braces: None,
            html_lines: Vec::new(),
            said: 0,
            images: Vec::new(),
            inside_links: 0,
            inside_anchors: 0,
            skipping: 0,
            headings: Vec::new(),
            explicit_ids: Vec::new(),
            opening_heading: None,
            section: None,
            html_ids: Vec::new(),
            uses: Vec::new(),
            questions: Vec::new(),
            fence: None,
            blanks: None,
            defined_footnotes: footnotes::defined(&source.text),
            footnote_labels: Vec::new(),
            footnote_definitions: Vec::new(),
        }
    }

    /// Takes in an event. It is lent, since it is large.
    fn event(&mut self, event: &Event<'_>, span: Span) {
        if self.skipping > 0 {
            match event {
                Event::Start(_) => self.skipping += 1,
                Event::End(_) => self.skipping -= 1,
                _ => {}
            }
            return;
        }
        if self.fence.is_some() {
            return self.fence_event(event, span);
        }
        if let Event::Text(text) = event {
            match &mut self.run {
                Some(run) => run.push(text, span),
                None => self.run = Some(Run::new(&self.source.text, text, span)),
            }
            return;
        }
        self.flush_run();
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(*tag),
            Event::Text(_) => {}
            Event::Code(text) => {
                let text = text::part(&self.source.text, text, span);
                let text = self.document.keep(text);
                self.leaf(Kind::Code(text), span);
            }
            Event::InlineMath(text) | Event::DisplayMath(text) => {
                let text = text::part(&self.source.text, text, span);
                self.text(text, span);
            }
            Event::Html(line) => self.html_lines.push((line.to_string(), span)),
            Event::InlineHtml(html) => self.html(html, &[(0, span)]),
            Event::FootnoteReference(label) => {
                let footnote = self.footnote_labels.len() as u32;
                self.footnote_labels.push(name_key(label));
                // The number is known only at the end; until then it is an index into the labels.
                self.leaf(Kind::FootnoteReference { footnote, occurrence: u32::MAX }, span);
            }
            Event::SoftBreak => self.leaf(Kind::SoftBreak, span),
            Event::HardBreak => self.leaf(Kind::HardBreak, span),
            Event::Rule => self.leaf(Kind::Rule, span),
            Event::TaskListMarker(done) => self.leaf(Kind::TaskMarker { done: *done }, span),
        }
    }

    fn start(&mut self, tag: &Tag<'_>, span: Span) {
        let kind = match tag {
            Tag::Paragraph => Kind::Paragraph,
            Tag::Heading { level, id, classes, attrs } => {
                return self.start_heading(*level as u8, id.as_deref(), classes, attrs, span);
            }
            Tag::BlockQuote(_) => Kind::BlockQuote,
            Tag::CodeBlock(kind) if self.may_be_question(kind, span) => {
                self.fence = Some(question::Fence::new(kind, span));
                return;
            }
            Tag::CodeBlock(CodeBlockKind::Indented) => Kind::CodeBlock { info: None },
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                self.check_misspelt(info, span);
                let info = self.document.make(&**info);
                Kind::CodeBlock { info: Some(info) }
            }
            Tag::HtmlBlock => Kind::HtmlBlock,
            // CommonMark, 5.2: a number has nine digits at most.
            Tag::List(start) => {
                Kind::List { start: start.map(|start| u32::try_from(start).unwrap_or(u32::MAX)) }
            }
            Tag::Item => Kind::Item,
            Tag::FootnoteDefinition(label) => {
                let node = self.document.nodes.len() as NodeId;
                self.footnote_definitions.push((name_key(label), node));
                Kind::FootnoteDefinition(None)
            }
            Tag::DefinitionList => Kind::DefinitionList,
            Tag::DefinitionListTitle => Kind::DefinitionTitle,
            Tag::DefinitionListDefinition => Kind::DefinitionDetails,
            Tag::Table(alignments) => {
                self.document.tables.push(alignments.iter().copied().map(align).collect());
                Kind::Table(self.document.tables.len() as u32 - 1)
            }
            Tag::TableHead => Kind::TableHead,
            Tag::TableRow => Kind::TableRow,
            Tag::TableCell => Kind::TableCell,
            Tag::Emphasis => Kind::Emphasis,
            Tag::Strong => Kind::Strong,
            // `H~2~O` is a subscript; anywhere else GFM's single tilde strikes through.
            Tag::Strikethrough if self.is_subscript(span) => Kind::Subscript,
            Tag::Strikethrough => Kind::Strikethrough,
            Tag::Superscript => Kind::Superscript,
            Tag::Subscript => Kind::Subscript,
            Tag::Link { link_type, dest_url, title, .. } => {
                return self.start_link(*link_type, dest_url, title, span);
            }
            Tag::Image { link_type, dest_url, title, .. } => {
                let kind = match link_type {
                    LinkType::WikiLink { .. } => UseKind::WikiEmbed,
                    _ => UseKind::Image,
                };
                let target = self.add_use(kind, *link_type, dest_url, span);
                self.images.push(self.said);
                Kind::Image { target, title: self.optional(title) }
            }
            Tag::MetadataBlock(_) => Kind::HtmlBlock,
        };
        self.open(kind, span);
    }

    fn end(&mut self, tag: TagEnd) {
        if tag == TagEnd::HtmlBlock {
            self.flush_html_block();
        }
        let Some(id) = self.open.pop() else { return };
        self.document.nodes[id as usize].end = self.document.nodes.len() as NodeId;
        match self.document.node(id).kind {
            Kind::Heading(heading) => self.end_heading(heading),
            Kind::Link { .. } => self.inside_links -= 1,
            Kind::Exempt => self.cut_exclamation_mark(id),
            Kind::Image { target, .. } => self.end_image(id, target),
            Kind::BlockQuote => {
                callout::convert(self.source, &mut self.document, id, self.diagnostics)
            }
            _ => {}
        }
    }

    fn open(&mut self, kind: Kind, span: Span) {
        self.open.push(self.document.nodes.len() as NodeId);
        self.push(kind, span);
    }

    fn leaf(&mut self, kind: Kind, span: Span) {
        self.push(kind, span);
    }

    fn text(&mut self, text: Str, span: Span) {
        let text = self.document.keep(text);
        self.leaf(Kind::Text(text), span);
    }

    fn push(&mut self, kind: Kind, span: Span) {
        if !self.images.is_empty()
            && let Kind::Text(text) | Kind::Code(text) = &kind
            && !self.document.text(*text, &self.source.text).chars().all(char::is_whitespace)
        {
            self.said += 1;
        }
        let end = self.document.nodes.len() as NodeId + 1;
        self.document.nodes.push(Node { kind, span, end });
    }

    // Text.

    /// Ends the run of text: what hides in it becomes nodes of its own.
    #[inline]
    fn flush_run(&mut self) {
        if let Some(run) = self.run.take() {
            self.end_run(run);
        }
    }

    fn end_run(&mut self, run: Run<'a>) {
        if self.is_in_code() {
            return self.text(run.whole(), run.span());
        }
        if let Some(span) = run.plain(&mut self.signs) {
            return self.text(Str::Source(span), span);
        }
        for piece in text::pieces(&run, self.inside_links + self.inside_anchors > 0) {
            match piece {
                Piece::Text(text, span) => self.text(text, span),
                Piece::Wrapped(kind, text, span) => {
                    self.open(kind, span);
                    self.text(text, span);
                    self.close();
                }
                Piece::Autolink { text, destination, span } => {
                    let autolink = LinkType::Autolink;
                    let target = self.add_use(UseKind::Link, autolink, &destination, span);
                    self.open(Kind::Link { target, title: None }, span);
                    self.text(text, span);
                    self.close();
                }
                Piece::UnknownFootnote { label, span } => {
                    let place = self.source.place(span);
                    self.diagnostics.push(Diagnostic::unknown_footnote(place, &label));
                }
            }
        }
    }

    /// Closes the innermost node, for those that begin and end in one event.
    fn close(&mut self) {
        if let Some(id) = self.open.pop() {
            self.document.nodes[id as usize].end = self.document.nodes.len() as NodeId;
        }
    }

    fn is_in_code(&self) -> bool {
        let innermost = self.open.last().map(|id| &self.document.node(*id).kind);
        matches!(innermost, Some(Kind::CodeBlock { .. }))
    }

    /// Whether what the parser read as struck through is a subscript: one tilde, directly after a letter or digit.
    fn is_subscript(&self, span: Span) -> bool {
        let before = self.source.text[..span.start as usize].chars().next_back();
        !self.source.text[span.range()].starts_with("~~")
            && before.is_some_and(char::is_alphanumeric)
    }

    // Headings.

    fn start_heading(
        &mut self,
        level: u8,
        id: Option<&str>,
        classes: &[CowStr<'_>],
        attributes: &[(CowStr<'_>, Option<CowStr<'_>>)],
        span: Span,
    ) {
        let top = self.open.is_empty();
        let heading = self.headings.len() as u32;
        let node = self.document.nodes.len() as NodeId;
        if top {
            // Below another heading none opens the body, so what stands before is looked at once.
            let is_first = self.section.replace(Section::below(heading)).is_none();
            if is_first && self.only_comments_so_far() {
                self.opening_heading = Some(heading);
            }
        }
        self.headings.push(Heading {
            level,
            id: "".into(),
            text: "".into(),
            classes: classes.iter().map(|class| (&**class).into()).collect(),
            node,
            span: first_line(&self.source.text, span),
            top,
        });
        self.explicit_ids.push(id.filter(|id| !id.is_empty()).map(Into::into));
        self.open(Kind::Heading(heading), span);
        if id.is_none() && classes.is_empty() && attributes.iter().all(|(_, value)| value.is_none())
        {
            // `## Tuples {a, b}` ends in text, not in attributes.
            self.braces = last_braces(&self.source.text, span);
        }
    }

    fn end_heading(&mut self, heading: u32) {
        let node = self.headings[heading as usize].node;
        let mut text = String::new();
        self.document.plain_text(node, &self.source.text, &mut text);
        if let Some(span) = self.braces.take_if(|_| !text.ends_with('}')) {
            self.text(Str::Owned(" ".into()), span);
            self.text(Str::Source(span), span);
            self.document.nodes[node as usize].end = self.document.nodes.len() as NodeId;
            text.push(' ');
            text.push_str(&self.source.text[span.range()]);
        }
        self.braces = None;
        self.headings[heading as usize].text = text.into();
    }

    /// Whether nothing that a reader sees stands before this place.
    fn only_comments_so_far(&self) -> bool {
        self.document.roots().all(|id| {
            let node = self.document.node(id);
            let written = self.source.text[node.span.range()].trim();
            match node.kind {
                Kind::HtmlBlock => written.starts_with("<!--") && written.ends_with("-->"),
                Kind::FootnoteDefinition(_) => true,
                _ => false,
            }
        })
    }

    // Links and images.

    fn start_link(&mut self, link_type: LinkType, destination: &str, title: &str, span: Span) {
        let title = self.optional(title);
        match link_type {
            LinkType::WikiLink { has_pothole: false } if destination.starts_with('!') => {
                self.open(Kind::Exempt, span);
            }
            LinkType::WikiLink { .. } if self.blanks.is_some() => self.blank(span),
            LinkType::WikiLink { has_pothole: false } => {
                if let Some(defined) = self.reference(destination) {
                    return self.bracketed_reference(destination, &defined, span);
                }
                self.name_link(destination, span);
            }
            LinkType::WikiLink { has_pothole: true } => {
                // In a table the bar must be escaped, and the parser leaves the backslash with the name.
                let name = destination.strip_suffix('\\').unwrap_or(destination);
                let target = self.add_use(UseKind::WikiLink, link_type, name, span);
                self.inside_links += 1;
                self.open(Kind::Link { target, title }, span);
            }
            _ => {
                let destination = match link_type {
                    LinkType::Email => Cow::Owned(format!("mailto:{destination}")),
                    _ => Cow::Borrowed(destination),
                };
                let target = self.add_use(UseKind::Link, link_type, &destination, span);
                self.inside_links += 1;
                self.open(Kind::Link { target, title }, span);
            }
        }
    }

    /// What is defined by a label that stands in double brackets. Most lessons define nothing.
    fn reference(&self, label: &str) -> Option<Reference> {
        let defines = !self.references.is_empty();
        defines.then(|| self.references.get(&name_key(label)).cloned()).flatten()
    }

    /// A name in double brackets without a text of its own.
    fn name_link(&mut self, written: &str, span: Span) {
        let link = LinkType::WikiLink { has_pothole: false };
        let target = self.add_use(UseKind::WikiLink, link, written, span);
        let (name, anchor) = written.split_once('#').unwrap_or((written, ""));
        let shown = if name.trim().is_empty() { anchor } else { name };
        let shown = shown.trim();
        self.open(Kind::NameLink { target }, span);
        let (text, span) = self.part_of(self.uses[target as usize].span, shown);
        self.text(text, span);
        self.close();
        self.skipping = 1;
    }

    /// A text as the part of a span that it is; where it stands in another form, it points to the whole.
    fn part_of(&self, whole: Span, text: &str) -> (Str, Span) {
        match find(&self.source.text[whole.range()], text, 0) {
            Some(at) => {
                let start = whole.start as usize + at;
                let span = Span::new(start, start + text.len());
                (Str::Source(span), span)
            }
            None => (Str::Owned(text.into()), whole),
        }
    }

    /// `[[foo]]` where `[foo]: …` is defined is CommonMark's shortcut reference between brackets.
    fn bracketed_reference(&mut self, label: &str, reference: &Reference, span: Span) {
        let inner = Span::new(span.start as usize + 1, span.end as usize - 1);
        self.text(Str::Owned("[".into()), span);
        let link = LinkType::Shortcut;
        let target = self.add_use(UseKind::Link, link, &reference.destination, inner);
        self.inside_links += 1;
        let title = self.optional(&reference.title);
        self.open(Kind::Link { target, title }, inner);
        // The parser took the label for a name; here it is text with markup of its own.
        for event in Parser::new_ext(label, options()) {
            if !matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph)) {
                self.event(&event, inner);
            }
        }
        self.flush_run();
        self.inside_links -= 1;
        self.close();
        self.text(Str::Owned("]".into()), span);
        self.skipping = 1;
    }

    /// The mark of `[[!text]]` is not part of the text.
    fn cut_exclamation_mark(&mut self, id: NodeId) {
        let next = id as usize + 1;
        let Some(Kind::Text(text)) = self.document.nodes.get(next).map(|node| &node.kind) else {
            return;
        };
        let rest = self.document.cut_start(*text, 1);
        self.document.nodes[next].kind = Kind::Text(rest);
        self.document.nodes[next].span.start += 1;
    }

    fn end_image(&mut self, id: NodeId, target: u32) {
        let before = self.images.pop();
        if before == Some(self.said) && self.uses[target as usize].kind == UseKind::Image {
            let place = self.source.place(self.document.node(id).span);
            self.diagnostics.push(Diagnostic::missing_alt(place));
        }
    }

    fn add_use(&mut self, kind: UseKind, link: LinkType, text: &str, whole: Span) -> u32 {
        let span = destination_span(&self.source.text, link, text, whole);
        self.uses.push(Use { kind, text: text.into(), span, section: self.section });
        self.uses.len() as u32 - 1
    }

    // Raw HTML.

    fn flush_html_block(&mut self) {
        let lines = std::mem::take(&mut self.html_lines);
        let mut html = String::new();
        let mut starts = Vec::with_capacity(lines.len());
        for (line, span) in &lines {
            starts.push((html.len(), *span));
            html.push_str(line);
        }
        self.html(&html, &starts);
    }

    /// Adds raw HTML. `lines` says where each part of it, by its first byte, stands in the source.
    fn html(&mut self, html: &str, lines: &[(usize, Span)]) {
        let place = |range: Range<usize>| {
            let at = |byte: usize| {
                let line = lines.partition_point(|(start, _)| *start <= byte).saturating_sub(1);
                let (start, span) = lines[line];
                (span.start as usize + byte - start).min(self.source.text.len())
            };
            Span::new(at(range.start), at(range.end).max(at(range.start)))
        };
        let mut done = 0;
        for finding in html::scan(html) {
            match finding {
                html::Finding::Target { kind, value, range } => {
                    let span = place(range.clone());
                    let before = place(done..range.start);
                    self.html_piece(&html[done..range.start], before);
                    let raw = &html[range.clone()];
                    let is_written = self.source.text.get(span.range()) == Some(raw);
                    let raw = (!is_written).then(|| self.document.make(raw));
                    self.uses.push(Use { kind, text: value.into(), span, section: self.section });
                    let target = self.uses.len() as u32 - 1;
                    self.leaf(Kind::HtmlTarget { target, raw }, span);
                    done = range.end;
                }
                html::Finding::Id(id, range) => {
                    self.html_ids.push(Spanned { value: id.into(), span: place(range) });
                }
                html::Finding::MissingAlt(range) => {
                    let place = self.source.place(place(range));
                    self.diagnostics.push(Diagnostic::missing_alt_in_html(place));
                }
                html::Finding::AnchorOpens => self.inside_anchors += 1,
                html::Finding::AnchorCloses => {
                    self.inside_anchors = self.inside_anchors.saturating_sub(1);
                }
            }
        }
        let rest = place(done..html.len());
        self.html_piece(&html[done..], rest);
    }

    fn html_piece(&mut self, html: &str, span: Span) {
        let is_written = self.source.text.get(span.range()) == Some(html);
        let text = if is_written { Str::Source(span) } else { Str::Owned(html.into()) };
        let text = self.document.keep(text);
        self.leaf(Kind::Html(text), span);
    }

    /// A title, where there is one.
    fn optional(&mut self, text: &str) -> Option<Made> {
        (!text.is_empty()).then(|| self.document.make(text))
    }

    // The end.

    fn finish(mut self) -> Body {
        self.flush_run();
        self.html_ids.sort_by(|a, b| (&a.value, a.span).cmp(&(&b.value, b.span)));
        ids::assign(
            self.source,
            &mut self.headings,
            &self.explicit_ids,
            ids::taken(self.source, &self.html_ids, self.diagnostics),
            self.diagnostics,
        );
        let footnotes = footnotes::number(
            self.source,
            &mut self.document,
            &self.footnote_labels,
            &self.footnote_definitions,
            self.diagnostics,
        );
        let words = text::count_words(&self.document, &self.source.text);
        let first_paragraph = self.first_paragraph();
        Body {
            document: self.document,
            headings: self.headings,
            opening_heading: self.opening_heading,
            html_ids: self.html_ids,
            footnotes,
            uses: self.uses,
            questions: self.questions,
            words,
            first_paragraph,
        }
    }

    fn first_paragraph(&self) -> Option<Box<str>> {
        let mut roots = self.document.roots();
        let id = roots.find(|id| self.document.node(*id).kind == Kind::Paragraph)?;
        let mut text = String::new();
        self.document.plain_text(id, &self.source.text, &mut text);
        Some(text.trim().into())
    }
}

fn align(alignment: Alignment) -> Align {
    match alignment {
        Alignment::None => Align::None,
        Alignment::Left => Align::Left,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::Right,
    }
}
