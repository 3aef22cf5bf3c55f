//! Bodies: from a lesson's document tree to HTML.
//!
//! The tree is written in one walk over its flat list, with a stack of what is still open, so that no depth of nesting
//! can exhaust the call stack.

mod figure;
mod footnotes;
mod question;

use std::fmt::Display;

use pulldown_cmark_escape::{escape_href, escape_html, escape_html_body_text};

use super::spell::{Spelled, Spelling, TermLink, TermSpelling};
use crate::document::{Align, CalloutKind, Document, Fold, Kind, NodeId};
use crate::lesson::Lesson;
use crate::recognise::{AFTER, Point};
use crate::strings::Strings;

/// Renders the body of a lesson: everything but the heading that is the page's title.
pub fn body(
    (lesson, document): (&Lesson, &Document),
    spelled: &Spelled<'_>,
    strings: &Strings,
) -> String {
    let mut writer = Writer::new((lesson, document), spelled, strings);
    let title = lesson.title_heading.map(|index| lesson.headings[index as usize].node);
    writer.nodes(0, document.nodes.len() as NodeId, title);
    if let Some(exam) = &spelled.exam {
        writer.exam(exam);
    }
    writer.footnotes();
    writer.answer_key();
    writer.out
}

/// The title of a page with its inline markup.
pub fn title(
    (lesson, document): (&Lesson, &Document),
    spelled: &Spelled<'_>,
    strings: &Strings,
) -> String {
    let mut writer = Writer::new((lesson, document), spelled, strings);
    match lesson.title_heading {
        // An `h1` is no place for a link: it would be read out with every heading.
        Some(index) => {
            let node = lesson.headings[index as usize].node;
            writer.without_links = true;
            writer.nodes(node + 1, document.node(node).end, None);
        }
        None => escape(&lesson.title, &mut writer.out),
    }
    writer.out
}

/// Escapes text for HTML, in content and in attributes.
pub fn escape(text: &str, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = escape_html(&mut *out, text);
}

struct Writer<'a> {
    lesson: &'a Lesson,
    /// Its body.
    document: &'a Document,
    spellings: &'a [Spelling],
    /// What is said beside the lesson's own words.
    strings: &'a Strings,
    /// The terms in the text that become links, sorted by where they open.
    terms: &'a [TermLink],
    /// The one that is open.
    term: Option<&'a TermLink>,
    /// Which of them was looked up last.
    next_term: usize,
    out: String,
    /// The nodes whose end is still to be written.
    open: Vec<NodeId>,
    /// How many of them are links.
    open_links: u32,
    heading_levels: Vec<u8>,
    /// How the cells of the table that is being written are aligned, and which column comes next.
    columns: Vec<Align>,
    column: usize,
    in_table_head: bool,
    /// The footnote that is being written and has no way back yet.
    footnote: Option<u32>,
    /// The questions that are written, and the one that is being written.
    asked: question::Asked<'a>,
    /// The lesson is not the page's own: its footnotes stand elsewhere.
    is_quoted: bool,
    without_links: bool,
}

impl<'a> Writer<'a> {
    fn new(
        (lesson, document): (&'a Lesson, &'a Document),
        spelled: &'a Spelled<'_>,
        strings: &'a Strings,
    ) -> Self {
        Self {
            lesson,
            document,
            strings,
            spellings: &spelled.uses,
            terms: &spelled.terms,
            term: None,
            next_term: 0,
            out: String::with_capacity(lesson.text.len() * 3 / 2),
            open: Vec::new(),
            open_links: 0,
            heading_levels: lesson.heading_levels(),
            columns: Vec::new(),
            column: 0,
            in_table_head: false,
            footnote: None,
            asked: question::Asked::new(spelled.questions, &lesson.questions),
            is_quoted: false,
            without_links: false,
        }
    }

    fn document(&self) -> &'a Document {
        self.document
    }

    /// Writes the nodes from `start` to `end`, all but `left_out` and the texts of footnotes.
    fn nodes(&mut self, start: NodeId, end: NodeId, left_out: Option<NodeId>) {
        let mut id = start;
        while id < end {
            self.close_up_to(id);
            let node = self.document().node(id);
            if Some(id) == left_out || matches!(node.kind, Kind::FootnoteDefinition(_)) {
                id = node.end;
                continue;
            }
            self.open_term_at(id, 0);
            id = self.start(id);
        }
        self.close_up_to(end);
    }

    fn close_up_to(&mut self, id: NodeId) {
        while let Some(open) = self.open.pop_if(|open| self.document.node(*open).end <= id) {
            self.end(open);
            self.close_term_at(open, AFTER);
        }
    }

    /// Writes what stands before a node's children. Returns the node to go on with.
    fn start(&mut self, id: NodeId) -> NodeId {
        let document = self.document();
        let node = document.node(id);
        let source = &self.lesson.text;
        match &node.kind {
            Kind::Text(text) => {
                self.text(id, document.text(*text, source));
                return id + 1;
            }
            Kind::Code(text) => {
                self.out.push_str("<code>");
                let _ = escape_html_body_text(&mut self.out, document.text(*text, source));
                self.out.push_str("</code>");
                return id + 1;
            }
            Kind::Html(html) => {
                self.out.push_str(document.text(*html, source));
                return id + 1;
            }
            Kind::HtmlTarget { target, raw } => {
                match &self.spellings[*target as usize] {
                    Spelling::Page { href, .. } | Spelling::Asset { href, .. } => {
                        escape(href, &mut self.out);
                    }
                    Spelling::AsWritten | Spelling::Unknown => {
                        let as_written = &source[node.span.range()];
                        self.out.push_str(raw.map_or(as_written, |raw| document.made(raw)));
                    }
                }
                return id + 1;
            }
            Kind::SoftBreak => {
                self.out.push('\n');
                return id + 1;
            }
            Kind::HardBreak => {
                self.out.push_str("<br>\n");
                return id + 1;
            }
            Kind::Rule => {
                self.line("<hr>");
                return id + 1;
            }
            Kind::Paragraph if self.figure(id) => return node.end,
            Kind::Paragraph if self.is_speech(id) => self.on_new_line("<p class=\"speech\">"),
            Kind::Item if self.is_task(id) => self.on_new_line("<li class=\"task\">"),
            Kind::TaskMarker { done } => {
                self.task_marker(*done);
                return id + 1;
            }
            Kind::FootnoteReference { .. } if self.is_quoted => return id + 1,
            Kind::FootnoteReference { footnote, occurrence } => {
                self.footnote_reference(*footnote, *occurrence);
                return id + 1;
            }
            Kind::Question(index) => {
                // An exam asks its own questions together with those that it draws from elsewhere.
                if self.lesson.front.exam.is_none() {
                    self.question(*index, None);
                }
                return node.end;
            }
            Kind::Blank(index) => {
                self.blank(*index);
                return id + 1;
            }
            Kind::CodeBlock { info } => {
                let info = info.map_or("", |info| document.made(info));
                self.code_block(id, info);
                return node.end;
            }
            Kind::Link { target, .. } | Kind::Image { target, .. } | Kind::NameLink { target }
                if self.spellings[*target as usize] == Spelling::Unknown =>
            {
                let _ = escape_html_body_text(&mut self.out, &source[node.span.range()]);
                return node.end;
            }
            Kind::Image { target, title } => {
                self.image(id, *target, title.map(|title| document.made(title)));
                return node.end;
            }
            Kind::NameLink { target } => {
                self.name_link(*target);
                return node.end;
            }
            Kind::Link { target, title } => {
                self.open_links += 1;
                self.start_link(*target, title.map(|title| document.made(title)));
            }
            Kind::CalloutTitle => {
                if node.end == id + 1 || self.is_blank(id) {
                    self.default_callout_title(id);
                    return node.end;
                }
                self.callout_title(id);
            }
            kind => self.start_container(kind),
        }
        self.open.push(id);
        id + 1
    }

    /// Writes the opening tag of a node that only wraps its children.
    fn start_container(&mut self, kind: &Kind) {
        match kind {
            Kind::Paragraph => self.on_new_line("<p>"),
            Kind::Heading(index) => self.start_heading(*index),
            Kind::BlockQuote => self.line("<blockquote>"),
            Kind::Callout { kind, fold } => self.start_callout(*kind, *fold),
            Kind::HtmlBlock => self.new_line(),
            Kind::List { start } => self.start_list(*start),
            Kind::Item => self.on_new_line("<li>"),
            Kind::DefinitionList => self.line("<dl>"),
            Kind::DefinitionTitle => self.on_new_line("<dt>"),
            Kind::DefinitionDetails => self.on_new_line("<dd>"),
            Kind::Table(table) => {
                self.columns = self.document().tables[*table as usize].to_vec();
                // A keyboard must be able to scroll what overflows.
                self.on_new_line("<div class=\"table-scroll\" tabindex=\"0\" role=\"group\"");
                self.attribute("aria-label", self.strings.get("text.table"));
                self.out.push_str(">\n");
                self.out.push_str("<table>\n");
            }
            Kind::TableHead => {
                self.in_table_head = true;
                self.column = 0;
                self.out.push_str("<thead>\n<tr>");
            }
            Kind::TableRow => {
                self.column = 0;
                self.out.push_str("<tr>");
            }
            Kind::TableCell => self.start_cell(),
            Kind::Emphasis => self.out.push_str("<em>"),
            Kind::Strong => self.out.push_str("<strong>"),
            Kind::Strikethrough => self.out.push_str("<del>"),
            Kind::Superscript => self.out.push_str("<sup>"),
            Kind::Subscript => self.out.push_str("<sub>"),
            _ => {}
        }
    }

    /// Writes what stands after a node's children.
    fn end(&mut self, id: NodeId) {
        match &self.document().node(id).kind {
            Kind::Paragraph => {
                self.way_back_in_last_paragraph(id);
                self.out.push_str("</p>\n");
            }
            Kind::Heading(index) => {
                let level = self.level(*index);
                self.out.push_str(&format!("</h{level}>\n"));
            }
            Kind::BlockQuote => self.line("</blockquote>"),
            Kind::Callout { fold: Fold::No, .. } => self.line("</div>"),
            Kind::Callout { .. } => self.line("</details>"),
            Kind::CalloutTitle => {
                let tag = self.callout_title_tag(id);
                self.out.push_str(&format!("</{tag}>\n"));
            }
            Kind::HtmlBlock => self.new_line(),
            Kind::List { start: Some(_) } => self.line("</ol>"),
            Kind::List { start: None } => self.line("</ul>"),
            Kind::Item => self.out.push_str("</li>\n"),
            Kind::DefinitionList => self.line("</dl>"),
            Kind::DefinitionTitle => self.out.push_str("</dt>\n"),
            Kind::DefinitionDetails => self.out.push_str("</dd>\n"),
            Kind::Table(_) => self.end_table(id),
            Kind::TableHead => {
                self.in_table_head = false;
                self.out.push_str("</tr>\n</thead>\n");
                if self.has_rows(id) {
                    self.out.push_str("<tbody>\n");
                }
            }
            Kind::TableRow => self.out.push_str("</tr>\n"),
            Kind::TableCell => {
                self.out.push_str(if self.in_table_head { "</th>" } else { "</td>" });
            }
            Kind::Emphasis => self.out.push_str("</em>"),
            Kind::Strong => self.out.push_str("</strong>"),
            Kind::Strikethrough => self.out.push_str("</del>"),
            Kind::Superscript => self.out.push_str("</sup>"),
            Kind::Subscript => self.out.push_str("</sub>"),
            Kind::Link { .. } => {
                self.open_links -= 1;
                if !self.without_links {
                    self.out.push_str("</a>");
                }
            }
            _ => {}
        }
    }

    // Lines.

    fn new_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn on_new_line(&mut self, tag: &str) {
        self.new_line();
        self.out.push_str(tag);
    }

    fn line(&mut self, tag: &str) {
        self.on_new_line(tag);
        self.out.push('\n');
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(value, &mut self.out);
        self.out.push('"');
    }

    /// Writes one of the theme's texts.
    fn say(&mut self, key: &str) {
        escape(self.strings.get(key), &mut self.out);
    }

    /// Writes one of the theme's texts with something filled in.
    fn say_with(&mut self, key: &str, values: &[(&str, &dyn Display)]) {
        escape(&self.strings.fill(key, values), &mut self.out);
    }

    // Blocks.

    fn level(&self, heading: u32) -> u8 {
        // A title that stands in the text all the same, since another page shows the lesson, is no second `h1`.
        self.heading_levels[heading as usize].max(2)
    }

    fn start_heading(&mut self, index: u32) {
        let heading = &self.lesson.headings[index as usize];
        let level = self.level(index);
        self.on_new_line(&format!("<h{level}"));
        self.attribute("id", &heading.id);
        if !heading.classes.is_empty() {
            self.attribute("class", &heading.classes.join(" "));
        }
        self.out.push('>');
    }

    fn start_list(&mut self, start: Option<u32>) {
        match start {
            None => self.line("<ul>"),
            Some(1) => self.line("<ol>"),
            Some(start) => self.line(&format!("<ol start=\"{start}\">")),
        }
    }

    fn start_cell(&mut self) {
        let align = self.columns.get(self.column).copied().unwrap_or_default();
        self.column += 1;
        self.out.push_str(if self.in_table_head { "<th" } else { "<td" });
        match align {
            Align::None => {}
            Align::Left => self.out.push_str(" class=\"align-left\""),
            Align::Center => self.out.push_str(" class=\"align-center\""),
            Align::Right => self.out.push_str(" class=\"align-right\""),
        }
        self.out.push('>');
    }

    /// Whether a table has rows below this head.
    fn has_rows(&self, head: NodeId) -> bool {
        let document = self.document();
        let next = document.node(head).end as usize;
        document.nodes.get(next).is_some_and(|node| node.kind == Kind::TableRow)
    }

    fn end_table(&mut self, id: NodeId) {
        if self.has_rows(id + 1) {
            self.out.push_str("</tbody>\n");
        }
        self.out.push_str("</table>\n</div>\n");
    }

    /// Code, with the language for those who colour it.
    fn code_block(&mut self, id: NodeId, info: &str) {
        let language = language_of(info);
        self.on_new_line("<pre tabindex=\"0\"><code");
        if !language.is_empty() {
            self.attribute("class", &format!("language-{language}"));
        }
        self.out.push('>');
        let document = self.document();
        for child in document.children(id) {
            if let Kind::Text(text) = &document.node(child).kind {
                let text = document.text(*text, &self.lesson.text);
                let _ = escape_html_body_text(&mut self.out, text);
            }
        }
        self.out.push_str("</code></pre>\n");
    }

    /// Whether an item of a list begins with a box to tick, in a paragraph or not.
    fn is_task(&self, item: NodeId) -> bool {
        let nodes = self.document().subtree(item);
        let mut inner = nodes[1..].iter().filter(|node| node.kind != Kind::Paragraph);
        matches!(inner.next().map(|node| &node.kind), Some(Kind::TaskMarker { .. }))
    }

    fn task_marker(&mut self, done: bool) {
        let (state, label) = if done { (" checked", "text.done") } else { ("", "text.to_do") };
        self.out.push_str(&format!("<input type=\"checkbox\" disabled{state}"));
        self.attribute("aria-label", self.strings.get(label));
        self.out.push_str(">\n");
    }

    // Callouts.

    fn start_callout(&mut self, kind: CalloutKind, fold: Fold) {
        let class = format!("callout callout-{}", kind.word().to_ascii_lowercase());
        match fold {
            Fold::No => self.line(&format!("<div class=\"{class}\" role=\"note\">")),
            Fold::Closed => self.line(&format!("<details class=\"{class}\">")),
            Fold::Open => self.line(&format!("<details class=\"{class}\" open>")),
        }
    }

    /// The callout whose title this is.
    fn callout_of(&self, title: NodeId) -> (CalloutKind, Fold) {
        match self.document().node(title - 1).kind {
            Kind::Callout { kind, fold } => (kind, fold),
            _ => (CalloutKind::Note, Fold::No),
        }
    }

    fn callout_title_tag(&self, title: NodeId) -> &'static str {
        if self.callout_of(title).1 == Fold::No { "p" } else { "summary" }
    }

    fn callout_title(&mut self, title: NodeId) {
        let tag = self.callout_title_tag(title);
        self.on_new_line(&format!("<{tag} class=\"callout-title\">"));
    }

    fn default_callout_title(&mut self, title: NodeId) {
        let tag = self.callout_title_tag(title);
        let kind = self.callout_of(title).0.word().to_ascii_lowercase();
        self.on_new_line(&format!("<{tag} class=\"callout-title\">"));
        self.say(&format!("callout.{kind}"));
        self.out.push_str(&format!("</{tag}>\n"));
    }

    /// Whether a callout's title line says nothing: only the marker stood there.
    fn is_blank(&self, id: NodeId) -> bool {
        let inlines = &self.document().subtree(id)[1..];
        inlines.iter().all(|node| match &node.kind {
            Kind::Text(text) => self.document().text(*text, &self.lesson.text).trim().is_empty(),
            _ => false,
        })
    }

    // Terms in the text.

    /// Writes a text with the links that begin or end in it.
    fn text(&mut self, id: NodeId, text: &str) {
        let mut from = 0;
        loop {
            let next = match self.term {
                Some(term) => Some(term.close),
                None => self.term_from(id, from as u32).map(|term| term.open),
            };
            let Some(point) = next.filter(|point| point.node == id) else { break };
            let at = (point.at as usize).clamp(from, text.len());
            let _ = escape_html_body_text(&mut self.out, &text[from..at]);
            from = at;
            if self.term.is_some() {
                self.close_term_at(id, point.at);
            } else {
                self.open_term_at(id, point.at);
            }
        }
        let _ = escape_html_body_text(&mut self.out, &text[from..]);
    }

    /// The first term that opens in a node, from a byte on. Looked up by node, since footnotes are written in another order
    /// than they stand in; mostly it is the one that was next before.
    fn term_from(&mut self, node: NodeId, at: u32) -> Option<&'a TermLink> {
        if self.without_links {
            return None;
        }
        let (terms, point) = (self.terms, Point { node, at });
        let is_before = |index: usize| terms.get(index).is_some_and(|term| term.open < point);
        let follows = self.next_term == 0 || is_before(self.next_term - 1);
        if !follows || is_before(self.next_term) {
            self.next_term = terms.partition_point(|term| term.open < point);
        }
        terms.get(self.next_term).filter(|term| term.open.node == node)
    }

    fn open_term_at(&mut self, node: NodeId, at: u32) {
        let found = self.term_from(node, at).filter(|term| term.open.at == at);
        if let (None, Some(found)) = (self.term, found) {
            self.term = Some(found);
            self.out.push_str("<a");
            self.attribute("href", &found.href);
            self.term_attributes(&found.term);
            self.out.push('>');
        }
    }

    fn close_term_at(&mut self, node: NodeId, at: u32) {
        if self.term.is_some_and(|term| term.close == Point { node, at }) {
            self.term = None;
            self.out.push_str("</a>");
        }
    }

    // Links and images.

    fn start_link(&mut self, target: u32, title: Option<&str>) {
        if self.without_links {
            return;
        }
        let spellings = self.spellings;
        self.out.push_str("<a href=\"");
        match &spellings[target as usize] {
            Spelling::Page { href, .. } | Spelling::Asset { href, .. } => {
                escape(href, &mut self.out);
            }
            Spelling::AsWritten | Spelling::Unknown => {
                let _ = escape_href(&mut self.out, &self.lesson.uses[target as usize].text);
            }
        }
        self.out.push('"');
        if let Spelling::Page { term: Some(term), .. } = &spellings[target as usize] {
            self.term_attributes(term);
        }
        if let Some(title) = title {
            self.attribute("title", title);
        }
        self.out.push('>');
    }

    /// A link whose text is the name of what it leads to.
    fn name_link(&mut self, target: u32) {
        self.start_link(target, None);
        match &self.spellings[target as usize] {
            Spelling::Page { text, .. } | Spelling::Asset { text, .. } => {
                escape(text, &mut self.out);
            }
            Spelling::AsWritten | Spelling::Unknown => {
                escape(&self.lesson.uses[target as usize].text, &mut self.out);
            }
        }
        if !self.without_links {
            self.out.push_str("</a>");
        }
    }

    /// What a link to a term has beside its address: a class, and where its definition stands on the page.
    fn term_attributes(&mut self, term: &TermSpelling) {
        self.out.push_str(" class=\"term\"");
        if let Some(definition) = &term.definition {
            self.attribute("aria-describedby", definition);
        }
    }

    fn image(&mut self, id: NodeId, target: u32, title: Option<&str>) {
        let spellings = self.spellings;
        let spelling = &spellings[target as usize];
        let used = &self.lesson.uses[target as usize];
        if let Spelling::Page { href, text, .. } = spelling {
            // A lesson that was to be embedded.
            self.out.push_str("<a");
            self.attribute("href", href);
            self.out.push('>');
            escape(text, &mut self.out);
            self.out.push_str("</a>");
            return;
        }
        self.out.push_str("<img src=\"");
        match spelling {
            Spelling::Asset { href, .. } => escape(href, &mut self.out),
            _ => {
                let _ = escape_href(&mut self.out, &used.text);
            }
        }
        self.out.push('"');
        let mut alt = String::new();
        self.document().plain_text(id, &self.lesson.text, &mut alt);
        self.attribute("alt", &alt);
        if let Some(class) = Self::ground_of(&used.text) {
            self.attribute("class", class);
        }
        if let Some(title) = title {
            self.attribute("title", title);
        }
        if let Spelling::Asset { size: Some((width, height)), .. } = spelling {
            self.out.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
        }
        self.out.push_str(" loading=\"lazy\" decoding=\"async\">");
    }
}

/// The language that an info string names: its first word, without what other tools add to it (`rust,ignore`,
/// `{.python}`).
fn language_of(info: &str) -> &str {
    let word = info.split_whitespace().next().unwrap_or_default();
    let word = word.trim_start_matches(['{', '.']).trim_end_matches('}');
    word.split(',').next().unwrap_or_default()
}
