//! Questions into the tree: a fence `quiz` becomes a question with its parts, and what it means beside it.

use std::borrow::Cow;
use std::collections::HashSet;

use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, Parser, Tag, TagEnd};

use super::{Builder, options};
use crate::address::name_key;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{Kind, NodeId, QuestionPart, Str};
use crate::parse::footnotes;
use crate::parse::quiz::fence::{self, Asked, Attributes};
use crate::parse::quiz::key::{self, Reader};
use crate::parse::quiz::shape::{self, Ev, Form, Item, Row, Shape};
use crate::parse::quiz::{blank, code, lint, mkdocs};
use crate::quiz::{Answer, Blank, Choice, Match, Part, Question};
use crate::source::Span;

/// More options, entries, pairs or blanks than these nobody answers; and each pair offers all partners, so that a page
/// would grow with their square.
const MOST_PARTS: usize = 100;

/// A code block that may hold a question: its text, and where each piece of it stands.
pub struct Fence {
    /// What follows the opening fence; `None` for an indented block.
    info: Option<String>,
    span: Span,
    text: String,
    /// Where each piece begins in the text, and where it stands in the source.
    pieces: Vec<(usize, Span)>,
}

/// A blank that was found in the prompt; `None` where it accepts nothing.
pub struct WrittenBlank(Option<Blank>);

impl Fence {
    pub fn new(kind: &CodeBlockKind<'_>, span: Span) -> Self {
        let info = match kind {
            CodeBlockKind::Fenced(info) => Some(info.to_string()),
            CodeBlockKind::Indented => None,
        };
        Self { info, span, text: String::new(), pieces: Vec::new() }
    }

    fn push(&mut self, text: &str, span: Span) {
        self.pieces.push((self.text.len(), span));
        self.text.push_str(text);
    }

    /// Where a part of the text stands in the source. In a quotation or a list the text has gaps in the source; a
    /// part that runs over them runs over them there too.
    fn span_of(&self, range: std::ops::Range<usize>) -> Span {
        let start = self.place(range.start, 0);
        let end = match range.is_empty() {
            true => start,
            false => self.place(range.end - 1, 1),
        };
        Span::new(start, end.max(start))
    }

    /// Where the source has a byte of the text, or what is so many bytes on and no more in another piece.
    fn place(&self, at: usize, on: usize) -> usize {
        let piece = self.pieces.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        let Some((start, span)) = self.pieces.get(piece) else { return self.span.start as usize };
        // A tab that was half eaten by a list's indentation is shorter in the source than in the text, and so is the end of
        // a line that nobody wrote, below a fence that is not closed.
        (span.start as usize + (at - start) + on).min(span.end as usize)
    }
}

impl Builder<'_> {
    /// Whether a code block is written as a question. A question holds no other one.
    pub(super) fn may_be_question(&self, kind: &CodeBlockKind<'_>, span: Span) -> bool {
        let inside = self.open.iter().any(|id| {
            matches!(self.document.node(*id).kind, Kind::Question(_) | Kind::FootnoteDefinition(_))
        });
        let has_word = matches!(kind, CodeBlockKind::Fenced(info) if fence::is_question(info));
        !inside && (has_word || self.has_tags(span))
    }

    /// Whether a block is written between the tags of mkdocs-quiz.
    fn has_tags(&self, block: Span) -> bool {
        self.source.text[block.range()].trim_start().starts_with(mkdocs::OPENING)
    }

    /// Tells of a code block that was most likely meant as a question.
    pub(super) fn check_misspelt(&mut self, info: &str, span: Span) {
        let written = &self.source.text[span.range()];
        let has_answer = || ["- [ ]", "- [x]", "[["].iter().any(|sign| written.contains(sign));
        if fence::is_nearly_question(info) && has_answer() {
            let place = self.first_line_at(span);
            self.diagnostics.push(Diagnostic::misspelt_quiz(place));
        }
    }

    /// Takes in the text of a code block that may hold a question.
    pub(super) fn fence_event(&mut self, event: &Event<'_>, span: Span) {
        match event {
            Event::Text(text) => {
                let Some(fence) = &mut self.fence else { return };
                // Fences stand in for the tags of `<quiz>`; what was written counts.
                let written = &self.source.text[span.range()];
                fence.push(if written.len() == text.len() { written } else { text }, span);
            }
            Event::End(TagEnd::CodeBlock) => {
                let Some(fence) = self.fence.take() else { return };
                match fence.info {
                    Some(_) => self.question_or_code(fence),
                    None => self.indented(fence),
                }
            }
            _ => {}
        }
    }

    /// An indented block with questions in it, as mkdocs-quiz has them in tabs; anything else is code.
    fn indented(&mut self, fence: Fence) {
        let Some(parts) = mkdocs::inside_tags(&fence.text) else { return self.code(&fence) };
        for part in parts {
            let mut inner = Fence::new(&CodeBlockKind::Indented, fence.span_of(part.clone()));
            let mut at = part.start;
            for line in fence.text[part].split_inclusive('\n') {
                inner.push(line, fence.span_of(at..at + line.len()));
                at += line.len();
            }
            self.question_or_code(inner);
        }
    }

    fn question_or_code(&mut self, fence: Fence) {
        if let Err(report) = self.question(&fence) {
            self.diagnostics.push(*report);
            self.code(&fence);
        }
    }

    /// What cannot be read as a question is shown as it is written.
    fn code(&mut self, fence: &Fence) {
        let info = fence.info.as_deref().map(|info| self.document.make(info));
        self.open(Kind::CodeBlock { info }, fence.span);
        self.text(Str::Owned(fence.text.as_str().into()), fence.span);
        self.close();
    }

    /// Reads a question and writes it into the tree. Fails where it has no shape; then nothing was written.
    fn question(&mut self, fence: &Fence) -> Result<(), Box<Diagnostic>> {
        let attributes = self.attributes(fence);
        let resolve = |broken| self.defined_outside(broken);
        let text = self.with_footnotes(&fence.text);
        let parser = Parser::new_with_broken_link_callback(&text, options(), Some(resolve));
        let events = parser.into_offset_iter();
        let events: Vec<Ev<'_>> =
            events.filter(|(_, range)| range.start < fence.text.len()).collect();
        let shape = shape::find(&fence.text, events, attributes.kind);
        let first_line = self.first_line_of(fence);
        let shape = shape.map_err(|fault| {
            Box::new(match fault {
                shape::Fault::NoAnswer => self.no_answer(fence, first_line),
                shape::Fault::NotThere(asked) => {
                    let (word, wanted) = asked.words();
                    Diagnostic::other_answer(self.source.place(first_line), word, wanted)
                }
                shape::Fault::Columns(count, range) => {
                    let place = self.first_line_at(fence.span_of(range));
                    Diagnostic::wrong_columns(place, count)
                }
            })
        })?;
        let count = shape.count();
        if count > MOST_PARTS {
            let place = self.source.place(first_line);
            return Err(Box::new(Diagnostic::too_many_options(place, count, MOST_PARTS)));
        }
        self.write(fence, shape, attributes, first_line);
        Ok(())
    }

    /// The text with a stub for each footnote that it refers to and the lesson defines elsewhere: Markdown takes a
    /// reference without a definition for text.
    fn with_footnotes<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut whole = Cow::Borrowed(text);
        let inside = footnotes::defined(text);
        let mut stubs = HashSet::new();
        let mut end = 0;
        for (at, _) in text.match_indices("[^") {
            if end <= at {
                let Some(length) = text[at..].find(']') else { break };
                end = at + length;
            }
            let label = &text[at..=end];
            let is_elsewhere = self.defined_footnotes.contains(label) && !inside.contains(label);
            if is_elsewhere && stubs.insert(label) {
                whole.to_mut().push_str(&format!("\n\n{label}: .\n"));
            }
        }
        whole
    }

    /// Nothing can be answered: points at the line that was meant to be, if there is one.
    fn no_answer(&self, fence: &Fence, first_line: Span) -> Diagnostic {
        match shape::near_miss(&fence.text) {
            Some((range, reason)) => {
                Diagnostic::nearly_an_answer(self.source.place(fence.span_of(range)), reason)
            }
            None => Diagnostic::no_answer(self.source.place(first_line)),
        }
    }

    /// What a reference in a question means that is defined elsewhere in the lesson.
    fn defined_outside<'t>(&self, broken: BrokenLink<'t>) -> Option<(CowStr<'t>, CowStr<'t>)> {
        let known = self.references.get(&name_key(&broken.reference))?;
        Some((known.destination.clone().into(), known.title.clone().into()))
    }

    fn attributes(&mut self, fence: &Fence) -> Attributes {
        // As written: in what the parser gives, entities are characters already.
        let start = fence.span.start as usize;
        let line = self.source.text[fence.span.range()].lines().next().unwrap_or_default();
        let info = line.trim_start_matches(['`', '~', ' ']).trim_end();
        let at = line.find(info).unwrap_or(0);
        let (info, at) = if fence::is_question(info) { (info, at) } else { ("quiz", 0) };
        let span = Span::new(start + at, start + at + info.len().min(line.len() - at));
        fence::attributes(self.source, info, span, self.diagnostics)
    }

    /// Where to point when the question is meant: at the first line that says anything.
    fn first_line_of(&self, fence: &Fence) -> Span {
        let says = |line: &str| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with("```") && !line.starts_with("~~~")
        };
        match code::lines(&fence.text).find(|(_, line)| says(line)) {
            None => super::first_line(&self.source.text, fence.span),
            Some((at, line)) => {
                let start = at + line.len() - line.trim_start().len();
                fence.span_of(start..at + line.trim_end().len())
            }
        }
    }

    fn first_line_at(&self, span: Span) -> crate::source::Place {
        self.source.place(super::first_line(&self.source.text, span))
    }

    // Writing.

    fn write(&mut self, fence: &Fence, shape: Shape<'_>, attributes: Attributes, first_line: Span) {
        let node = self.document.nodes.len() as NodeId;
        self.open(Kind::Question(self.questions.len() as u32), fence.span);
        self.check_shape(fence, &shape, &attributes, first_line);

        let is_blanks = matches!(shape.form, Form::Blanks);
        self.blanks = is_blanks.then(Vec::new);
        let prompt = self.part(QuestionPart::Prompt, fence, first_line, shape.prompt);
        let blanks = self.blanks.take().unwrap_or_default();
        let answer = match shape.form {
            Form::Choice(items) => {
                let options = self.options(fence, items);
                let rights = options.iter().filter(|option| option.is_right).count();
                let multiple = match attributes.kind {
                    Some(Asked::Single) => false,
                    Some(Asked::Multiple) => true,
                    _ => rights > 1,
                };
                let is_truth = lint::is_truth(&options);
                if is_truth && rights > 1 {
                    let place = self.source.place(first_line);
                    self.diagnostics.push(Diagnostic::several_right_answers(place, rights));
                }
                let is_truth = is_truth && !multiple;
                Answer::Choice(Choice { multiple, is_truth, options })
            }
            Form::Blanks => {
                // A blank that accepts nothing is reported; the place stays, so that the others keep their numbers.
                let nothing = || Blank::Text(Vec::new());
                let blanks = blanks.into_iter().map(|written| written.0.unwrap_or_else(nothing));
                Answer::Blanks(blanks.collect())
            }
            Form::Order(items) => Answer::Order(self.options(fence, items)),
            Form::Match { head, rows } => Answer::Match(self.pairs(fence, head, rows)),
        };
        let hints = shape.hints.into_iter();
        let hints = hints.map(|hint| self.part(QuestionPart::Hint, fence, first_line, hint));
        let hints = hints.collect();
        let explanation = (!shape.explanation.is_empty())
            .then(|| self.part(QuestionPart::Explanation, fence, first_line, shape.explanation));
        self.close();

        let mut question = Question {
            node,
            span: first_line,
            id: attributes.id,
            points: attributes.points,
            shuffle: attributes.shuffle,
            section: self.section,
            prompt,
            answer,
            hints,
            explanation,
            asks: 0,
            revision: 0,
        };
        let reader =
            Reader { document: &self.document, uses: &self.uses, source: &self.source.text };
        key::name(&mut question, reader);
        lint::check(&question, reader, self.source, self.diagnostics);
        self.questions.push(question);
    }

    /// Writes a part with its content.
    fn part(
        &mut self,
        part: QuestionPart,
        fence: &Fence,
        otherwise: Span,
        events: Vec<Ev<'_>>,
    ) -> NodeId {
        let bounds = events.iter().map(|(_, range)| fence.span_of(range.clone()));
        let span =
            bounds.reduce(|a, b| Span { start: a.start.min(b.start), end: a.end.max(b.end) });
        let node = self.document.nodes.len() as NodeId;
        self.open(Kind::QuestionPart(part), span.unwrap_or(otherwise));
        for (event, range) in events {
            self.event(&event, fence.span_of(range));
        }
        self.flush_run();
        self.close();
        node
    }

    fn options(&mut self, fence: &Fence, items: Vec<Item<'_>>) -> Vec<Part> {
        let options = items.into_iter().map(|item| {
            let span = fence.span_of(item.range);
            let is_right = item.ticked == Some(true);
            let node = self.part(QuestionPart::Option, fence, span, item.content);
            let feedback = item.feedback.into_iter();
            let feedback = feedback
                .map(|(_, events)| self.part(QuestionPart::Feedback, fence, span, events))
                .collect();
            self.side(node, feedback, is_right)
        });
        options.collect()
    }

    fn side(&mut self, node: NodeId, feedback: Vec<NodeId>, is_right: bool) -> Part {
        let text = self.reader().text(node);
        Part { node, feedback, is_right, key: 0, text: text.into() }
    }

    fn reader(&self) -> Reader<'_> {
        Reader { document: &self.document, uses: &self.uses, source: &self.source.text }
    }

    fn pairs(&mut self, fence: &Fence, head: Row<'_>, rows: Vec<Row<'_>>) -> Match {
        let has_head = head.cells.iter().any(|(_, events)| !events.is_empty());
        let mut cells = head.cells.into_iter();
        let mut head_cell = |builder: &mut Self| {
            let (range, events) = cells.next().unwrap_or_default();
            builder.part(QuestionPart::Head, fence, fence.span_of(range), events)
        };
        let head = has_head.then(|| [head_cell(self), head_cell(self)]);
        let (mut pairs, mut distractors) = (Vec::new(), Vec::new());
        for row in rows {
            let mut cells = row.cells.into_iter();
            let (left_range, left) = cells.next().unwrap_or_default();
            let (right_range, right) = cells.next().unwrap_or_default();
            match (left.is_empty(), right.is_empty()) {
                (true, true) => continue,
                (false, true) => {
                    let place = self.first_line_at(fence.span_of(row.range));
                    self.diagnostics.push(Diagnostic::unpaired_row(place));
                    continue;
                }
                _ => {}
            }
            let side = |builder: &mut Self, range, events: Vec<Ev<'_>>| {
                let node = builder.part(QuestionPart::Side, fence, fence.span_of(range), events);
                builder.side(node, Vec::new(), true)
            };
            if left.is_empty() {
                distractors.push(side(self, right_range, right));
            } else {
                let left = side(self, left_range, left);
                pairs.push((left, side(self, right_range, right)));
            }
        }
        Match { head, pairs, distractors }
    }

    /// Writes a gap in place of what the parser took for a name in double brackets.
    pub(super) fn blank(&mut self, span: Span) {
        self.skipping = 1;
        let written = &self.source.text[span.range()];
        let inner = written.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]"));
        let parsed = blank::parse(inner.unwrap_or(written));
        let place = self.source.place(span);
        let report = match parsed {
            Ok(_) => None,
            Err(blank::Fault::Empty) => Some(Diagnostic::empty_blank(place)),
            Err(blank::Fault::Number) => Some(Diagnostic::invalid_number(place)),
            Err(blank::Fault::Backwards) => Some(Diagnostic::backward_range(place)),
        };
        self.diagnostics.extend(report);
        let Some(blanks) = &mut self.blanks else { return };
        blanks.push(WrittenBlank(parsed.ok()));
        let index = blanks.len() as u32 - 1;
        self.leaf(Kind::Blank(index), span);
    }

    // Checking.

    /// Reports what is wrong with the parts, all of it.
    fn check_shape(
        &mut self,
        fence: &Fence,
        shape: &Shape<'_>,
        attributes: &Attributes,
        first_line: Span,
    ) {
        let mut reports = Vec::new();
        let asks = shape.prompt.iter().any(|(event, _)| {
            matches!(event, Event::Text(_) | Event::Code(_) | Event::Start(Tag::Image { .. }))
                || shape::is_blank(event)
                || matches!(event, Event::Html(_) | Event::InlineHtml(_))
        });
        if !asks {
            reports.push(Diagnostic::empty_question(self.source.place(first_line)));
        }
        match &shape.form {
            Form::Choice(items) => {
                let glued = shape.glued.len();
                reports.extend(self.check_choice(fence, items, attributes, glued, first_line));
            }
            Form::Order(items) => {
                reports.extend(self.check_count(items.len(), "entry", first_line));
            }
            Form::Match { rows, .. } => {
                reports.extend(self.check_count(rows.len(), "pair", first_line));
            }
            Form::Blanks => {
                let empty = shape::empty_blank(&shape.prompt);
                let place = |range| self.source.place(fence.span_of(range));
                reports.extend(empty.map(|range| Diagnostic::empty_blank(place(range))));
            }
        }
        let stray = shape.stray.clone().map(|range| self.first_line_at(fence.span_of(range)));
        reports.extend(stray.map(Diagnostic::stray_options));
        for range in &shape.glued {
            let place = self.source.place(fence.span_of(range.clone()));
            reports.push(Diagnostic::glued_box(place));
        }
        if let Form::Choice(items) = &shape.form {
            for range in shape::inner_boxes(items) {
                let place = self.source.place(fence.span_of(range));
                reports.push(Diagnostic::inner_box(place));
            }
        }
        if let Form::Choice(items) | Form::Order(items) = &shape.form {
            for range in shape::misplaced_hints(&fence.text, items) {
                let place = self.source.place(fence.span_of(range));
                reports.push(Diagnostic::misplaced_hint(place));
            }
        }
        let is_explained = reports.iter().any(|report| report.code == Code::CodeBesideBox);
        if let Some(report) = self.check_fence(fence).filter(|_| !is_explained) {
            // What follows is lost with the rest of the question.
            reports.retain(|other| !matches!(other.code, Code::SingleOption | Code::NoRightAnswer));
            reports.push(report);
        }
        reports.extend(self.check_end(fence));
        self.diagnostics.extend(reports);
    }

    /// A code block that is still open at the end of the question has lent its end to the question.
    fn check_fence(&self, fence: &Fence) -> Option<Diagnostic> {
        let opening = code::open_code(&fence.text).filter(|_| !self.is_tagged(fence))?;
        Some(Diagnostic::short_fence(self.source.place(fence.span_of(opening))))
    }

    /// Whether tags hold the question, and no fence: only they make one of an indented block.
    fn is_tagged(&self, fence: &Fence) -> bool {
        fence.info.is_none() || self.has_tags(fence.span)
    }

    /// A fence that nothing closes has taken the rest of the lesson for the question.
    fn check_end(&self, fence: &Fence) -> Option<Diagnostic> {
        let written = self.source.text[fence.span.range()].trim_end();
        let last = written.lines().skip(1).last();
        let is_closed = last.and_then(code::fence).is_some_and(|(_, _, closes)| closes);
        let is_whole = is_closed || self.is_tagged(fence);
        // A quotation or a list that ends closes what is in it.
        let is_last = fence.span.end as usize >= self.source.text.trim_end().len();
        (!is_whole && is_last).then(|| {
            let opening = super::first_line(&self.source.text, fence.span);
            Diagnostic::unclosed_fence(self.source.place(opening))
        })
    }

    fn check_count(&self, count: usize, what: &str, place: Span) -> Option<Diagnostic> {
        (count < 2).then(|| Diagnostic::single_option(self.source.place(place), count, what))
    }

    fn check_choice(
        &self,
        fence: &Fence,
        items: &[Item<'_>],
        attributes: &Attributes,
        glued: usize,
        first_line: Span,
    ) -> Vec<Diagnostic> {
        let mut reports = Vec::new();
        reports.extend(self.check_count(items.len(), "option", first_line));
        for item in items.iter().filter(|item| item.ticked.is_none()) {
            let place = self.first_line_at(fence.span_of(item.range.clone()));
            reports.push(Diagnostic::missing_box(place));
        }
        for item in items {
            let beside = shape::code_beside_box(&fence.text, item);
            let place = beside.map(|range| self.source.place(fence.span_of(range)));
            reports.extend(place.map(Diagnostic::code_beside_box));
        }
        let rights = items.iter().filter(|item| item.ticked == Some(true)).count();
        // A box that is none may have been the tick.
        if rights == 0 && reports.is_empty() && glued == 0 {
            reports.push(Diagnostic::no_right_answer(self.source.place(first_line)));
        }
        if rights > 1 && attributes.kind == Some(Asked::Single) {
            let place = self.source.place(first_line);
            reports.push(Diagnostic::several_right_answers(place, rights));
        }
        reports
    }
}
